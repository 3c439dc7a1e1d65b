"""Signed assertions, claim by claim."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest

from tests.practice.oauth.signing_in import (
    JWT_BEARER,
    LEFT,
    SALES,
    Signer,
    ask_token,
    good_claims,
    refusal,
    register,
    works,
)
from tests.practice.running import PracticeOrg


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


def _jwt_org(org: PracticeOrg, signer: Signer) -> PracticeOrg:
    register(org, client_id="signing", certificate=signer.public_pem)
    return org


def test_a_signed_assertion_is_worth_a_token(shared_org: PracticeOrg, signer: Signer) -> None:
    org = _jwt_org(shared_org, signer)
    audiences = ("https://login.salesforce.com", "https://test.salesforce.com", org.url)
    for claims in (
        *(good_claims(aud=each) for each in audiences),
        good_claims(exp=str(int(time.time()) + 180)),
        good_claims(exp=int(time.time() * 1000) + 300),
    ):
        told = ask_token(org, signer.form(claims)).json()
        assert works(org, told["access_token"])
        assert "refresh_token" not in told


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"exp": int(time.time()) - 1}, ("invalid_grant", "expired assertion")),
        ({"exp": "soon"}, ("invalid_grant", "invalid assertion")),
        ({"aud": "https://crm.example"}, ("invalid_grant", "audience is invalid")),
        ({"iss": "nobody"}, ("invalid_client_id", "client identifier invalid")),
        ({"iss": "practice-app"}, ("invalid_grant", "user hasn't approved this consumer")),
        ({"sub": "nobody@practice.example"}, ("invalid_grant", "authentication failure")),
        ({"sub": LEFT}, ("inactive_user", "user is inactive")),
    ],
)
def test_each_claim_is_checked(
    shared_org: PracticeOrg, signer: Signer, claims: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert refusal(ask_token(_jwt_org(shared_org, signer), signer.form(good_claims(**claims)))) == expected


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp"])
def test_no_claim_may_be_missing(shared_org: PracticeOrg, signer: Signer, missing: str) -> None:
    claims = {name: value for name, value in good_claims().items() if name != missing}
    assert ask_token(_jwt_org(shared_org, signer), signer.form(claims)).status_code == 400


def test_the_signature_is_verified(shared_org: PracticeOrg, signer: Signer) -> None:
    org = _jwt_org(shared_org, signer)
    good = signer.form(good_claims())["assertion"]
    head, _, signature = good.split(".")
    other = base64.urlsafe_b64encode(json.dumps(good_claims(sub=SALES)).encode()).rstrip(b"=").decode()
    assertions = (
        Signer().form(good_claims())["assertion"],
        f"{head}.{other}.{signature}",
        f"{head}.{other}.",
        good[:-4],
        jwt.encode(good_claims(), "", "none"),
        jwt.encode(good_claims(), "the public key is no secret, so this must not be a signature", "HS256"),
        signer.form(good_claims(), "RS512")["assertion"],
        "nonsense",
        "",
    )
    for assertion in assertions:
        reply = ask_token(org, {"grant_type": JWT_BEARER, "assertion": assertion})
        assert refusal(reply) == ("invalid_grant", "invalid assertion")


def test_the_clock_of_the_org_says_when_an_assertion_is_old(org: PracticeOrg, signer: Signer) -> None:
    _jwt_org(org, signer)
    form = signer.form(good_claims())
    org.post("/practice/clock", {"move": 3600})
    assert refusal(ask_token(org, form)) == ("invalid_grant", "expired assertion")
