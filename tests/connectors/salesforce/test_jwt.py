"""Signing in by a signed assertion: real signatures, and every way in which they are refused."""

from __future__ import annotations

import logging
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.private_key import private_key
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.address import LOGIN, TEST, audience, my_domain
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.sign_in.cards.jwt import JWT
from crmdesk.connectors.salesforce.sign_in.opening import signed_in
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Account
from tests.connectors.loopback import answer, scripted_server
from tests.connectors.workbench import Secrets
from tests.practice.oauth.signing_in import LEFT, SALES, Signer, register
from tests.practice.running import PracticeOrg

APP = "crm-desk-tests"


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture(scope="module")
def keys(signer: Signer) -> Secrets:
    return Secrets({"private_key": signer.private_pem.decode()})


@pytest.fixture
def signing_org(org: PracticeOrg, signer: Signer) -> PracticeOrg:
    register(org, client_id=APP, certificate=signer.public_pem)
    return org


def account(url: str, user: str = SALES, client_id: str = APP) -> Account:
    return Account("acme", "Acme", "salesforce", url, "jwt", {"client_id": client_id, "user": user})


def refused(org: PracticeOrg, secrets: Secrets, **settings: str) -> SignInError:
    with pytest.raises(SignInError) as caught:
        SalesforceConnector().connect(account(org.url, **settings), secrets)
    return caught.value


# What works.


def test_an_app_with_its_key_signs_its_user_in(signing_org: PracticeOrg, keys: Secrets) -> None:
    """R-005."""
    with SalesforceConnector().connect(account(signing_org.url), keys) as session:
        who = session.whoami()
    assert (who.user, who.organization_id) == (SALES, signing_org.org_id)


def test_a_key_whose_lines_were_folded_into_one_is_taken(signing_org: PracticeOrg, signer: Signer) -> None:
    folded = Secrets({"private_key": signer.private_pem.decode().strip().replace("\n", "\\n")})
    with SalesforceConnector().connect(account(signing_org.url), folded) as session:
        assert session.whoami().user == SALES


def test_a_session_that_ended_is_replaced_without_a_word(signing_org: PracticeOrg, keys: Secrets) -> None:
    """R-021."""
    with SalesforceConnector().connect(account(signing_org.url), keys) as session:
        assert signing_org.delete("/practice/sessions").ok
        assert session.objects()


def test_threads_that_meet_the_same_end_sign_in_once(signing_org: PracticeOrg, keys: Secrets) -> None:
    authorization = signed_in(account(signing_org.url), keys, Reach()).authorization
    ended = authorization.header()
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(authorization.renew, [ended] * 8))
    renewed = authorization.header()
    assert renewed != ended
    assert authorization.renew(ended)
    assert authorization.header() == renewed


def test_clocks_that_differ_are_met_by_the_clock_of_the_org(signing_org: PracticeOrg, keys: Secrets) -> None:
    signing_org.post("/practice/clock", {"move": 86_400})
    try:
        with SalesforceConnector().connect(account(signing_org.url), keys) as session:
            assert session.whoami().user == SALES
    finally:
        signing_org.post("/practice/clock", {"move": -86_400})


# What is refused.


def test_a_key_of_another_certificate_is_refused_beside_the_key(signing_org: PracticeOrg) -> None:
    """R-005."""
    error = refused(signing_org, Secrets({"private_key": Signer().private_pem.decode()}))
    assert "does not belong to the certificate" in error.message
    assert "invalid assertion" in error.message
    assert error.place == "private_key"


def test_an_app_without_a_certificate_has_approved_nobody(signing_org: PracticeOrg, keys: Secrets) -> None:
    error = refused(signing_org, keys, client_id="practice-app")
    assert "may not use this app" in error.message
    assert "policies" in error.hint


def test_an_unknown_consumer_key_is_refused_beside_it(signing_org: PracticeOrg, keys: Secrets) -> None:
    error = refused(signing_org, keys, client_id="nobody")
    assert "does not know this consumer key" in error.message
    assert error.place == "client_id"


@pytest.mark.parametrize(("user", "says"), [(LEFT, "switched off"), ("nobody@acme.example", "does not let the user")])
def test_a_user_who_cannot_sign_in_is_refused_beside_the_name(
    signing_org: PracticeOrg, keys: Secrets, user: str, says: str
) -> None:
    error = refused(signing_org, keys, user=user)
    assert says in error.message
    assert user in error.message
    assert error.place == "user"


@pytest.mark.parametrize("missing", ["client_id", "user"])
def test_a_line_that_is_missing_is_named(signing_org: PracticeOrg, keys: Secrets, missing: str) -> None:
    assert refused(signing_org, keys, **{missing: " "}).place == missing


def test_a_session_that_cannot_be_renewed_ends_in_one_clear_error(signing_org: PracticeOrg, keys: Secrets) -> None:
    signer = Signer()
    with SalesforceConnector().connect(account(signing_org.url), keys) as session:
        register(signing_org, client_id=APP, certificate=signer.public_pem)
        signing_org.delete("/practice/sessions")
        with pytest.raises(SignInError, match="certificate of the app"):
            session.objects()


def test_a_sign_in_never_leads_from_this_computer_elsewhere(keys: Secrets) -> None:
    told = b'{"access_token": "t", "instance_url": "https://acme.my.salesforce.com"}'
    with scripted_server() as server:
        server.say("/services/oauth2/token", answer(200, told))
        with pytest.raises(SignInError, match="may not be used"):
            SalesforceConnector().connect(account(server.url), keys)


def test_a_server_that_knows_no_sign_in_is_told_as_a_wrong_address(keys: Secrets) -> None:
    with scripted_server() as server:
        server.say("/services/oauth2/token", answer(404, b"<html>"))
        with pytest.raises(SignInError, match="status 404") as caught:
            SalesforceConnector().connect(account(server.url), keys)
    assert caught.value.place == "url"


def _pem(signer: Signer, password: bytes | None = None, form: str = "PKCS8") -> str:
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return signer.key.private_bytes(
        serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), lock
    ).decode()


@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
def test_a_locked_key_is_told_how_to_unlock_it(signer: Signer, form: str) -> None:
    with pytest.raises(SignInError, match="pass phrase") as caught:
        private_key(_pem(signer, b"secret", form))
    assert "openssl pkey" in caught.value.hint
    assert private_key(_pem(signer, form=form)).key_size == 2048


def test_every_other_file_is_told_what_it_is(signer: Signer) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    told = {
        "": "no private key",
        "nothing": "not a private key",
        signer.private_pem.decode()[:800]: "a part of it is missing",
        signer.public_pem: "public key",
        "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----": "certificate",
        _pem(signer, form="OpenSSH"): "SSH",
        curve.decode(): "RSA",
        _pem(Signer(1024)): "2,048",
    }
    for text, says in told.items():
        with pytest.raises(SignInError, match=says) as caught:
            private_key(text)
        assert caught.value.place == "private_key"
        assert caught.value.hint


@pytest.mark.parametrize(
    ("code", "words", "says", "place"),
    [
        ("invalid_grant", "audience is invalid", "kind of org", "url"),
        ("invalid_grant", "expired assertion", "400 seconds apart", ""),
        ("invalid_grant", "user hasn't approved this consumer", "may not use this app", "user"),
        ("invalid_app_access", "user is not admin approved to access this app", "may not use this app", "user"),
        ("invalid_grant", "ip restricted or invalid login hours", "at this hour", "user"),
        ("invalid_client", "invalid client credentials", "does not take this app", "client_id"),
        ("rate_limit_exceeded", "login rate exceeded", "too many sign-ins", ""),
        ("unsupported_grant_type", "grant type not supported", "signed request", "client_id"),
        ("something_new", "of next year", "did not grant", ""),
    ],
)
def test_each_refusal_has_a_sentence_a_remedy_and_the_words_of_salesforce(
    code: str, words: str, says: str, place: str
) -> None:
    error = grant_refusal(Refusal(400, code, words), JWT, Circumstances(Origin.parse(LOGIN), SALES, -400.0))
    assert says in error.message
    assert f"{words} ({code})" in error.message
    assert error.hint
    assert error.place == place


def test_a_key_is_in_no_error_and_in_no_log(
    signing_org: PracticeOrg, keys: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    """R-325."""
    caplog.set_level(logging.DEBUG)
    secret_lines = keys.held["private_key"].splitlines()[1:-1]
    authorization = signed_in(account(signing_org.url), keys, Reach()).authorization
    shown = [repr(authorization), repr(refused(signing_org, keys, user="nobody")), caplog.text]
    with pytest.raises(SignInError) as caught:
        private_key("\n".join(keys.held["private_key"].splitlines()[:-3]))
    chain: BaseException | None = caught.value
    while chain is not None:
        shown.append(f"{chain!r} {vars(chain)}")
        chain = chain.__cause__
    assert not [line for line in secret_lines if line in "".join(shown)]
    assert authorization.header().split()[1] not in "".join(shown)


# Addresses.


@pytest.mark.parametrize(
    ("pasted", "host"),
    [
        ("acme.my.salesforce.com", "acme.my.salesforce.com"),
        ("  https://ACME.my.salesforce.com/ ", "acme.my.salesforce.com"),
        ("https://acme.lightning.force.com/lightning/r/Contact/003xx0000000001AAA/view", "acme.my.salesforce.com"),
        ("acme.lightning.force.com/one/one.app#/home", "acme.my.salesforce.com"),
        ("https://acme--uat.sandbox.lightning.force.com/", "acme--uat.sandbox.my.salesforce.com"),
        ("https://acme--uat.sandbox.my.salesforce-setup.com/x", "acme--uat.sandbox.my.salesforce.com"),
        ("https://acme--c.vf.force.com/apex/Page", "acme.my.salesforce.com"),
        ("https://acme--uat--c.sandbox.vf.force.com/apex/Page", "acme--uat.sandbox.my.salesforce.com"),
        ("https://acme-dev-ed.develop.lightning.force.com", "acme-dev-ed.develop.my.salesforce.com"),
        ("https://acme.my.salesforce.com/003xx0000000001", "acme.my.salesforce.com"),
        ("https://login.salesforce.com", "login.salesforce.com"),
    ],
)
def test_any_address_of_an_org_leads_to_its_own_host(pasted: str, host: str) -> None:
    assert my_domain(pasted) == f"https://{host}"
    assert my_domain(my_domain(pasted)) == my_domain(pasted)


def test_an_address_of_this_computer_stays_as_it_is() -> None:
    assert my_domain("http://127.0.0.1:8123/lightning/x") == "http://127.0.0.1:8123"


@pytest.mark.parametrize("pasted", ["", "   ", "http://acme.my.salesforce.com", "https://a:b@acme.my.salesforce.com"])
def test_an_address_that_may_not_be_used_is_refused(pasted: str) -> None:
    with pytest.raises(UserError) as caught:
        my_domain(pasted)
    assert caught.value.place == "url"


@given(st.text(max_size=60))
def test_no_pasted_text_leads_anywhere_but_to_an_origin_or_a_refusal(pasted: str) -> None:
    try:
        made = my_domain(pasted)
    except UserError:
        return
    assert str(Origin.parse(made)) == made


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("https://acme.my.salesforce.com", LOGIN),
        ("https://acme-dev-ed.develop.my.salesforce.com", LOGIN),
        ("https://login.salesforce.com", LOGIN),
        ("https://test.salesforce.com", TEST),
        ("https://acme--uat.sandbox.my.salesforce.com", TEST),
        ("https://acme--uat.my.salesforce.com", TEST),
        ("https://ability-java-1234.scratch.my.salesforce.com", TEST),
        ("https://acme.my.salesforce.mil", "https://acme.my.salesforce.mil"),
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
    ],
)
def test_the_audience_follows_from_the_kind_of_org(host: str, expected: str) -> None:
    assert audience(Origin.parse(host)) == expected


def test_a_token_for_a_login_host_is_refused_since_it_names_no_org(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *host: looked_up.append(host))
    everywhere = Account("a", "A", "salesforce", TEST, "token")
    with pytest.raises(UserError, match="which org"):
        SalesforceConnector().connect(everywhere, Secrets({"token": "t"}))
    assert not looked_up  # nobody was asked
