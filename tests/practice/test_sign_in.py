"""Every way to an access token, and how each is refused."""

from __future__ import annotations

import base64
import json
import stat
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.practice.bulk import finished, make_job, results, upload
from tests.practice.running import PracticeOrg, start_practice_org
from tests.practice.signing_in import (
    ADMIN,
    APP,
    CALLBACK,
    JWT_BEARER,
    LEFT,
    OAUTH,
    SALES,
    Form,
    Pkce,
    Signer,
    answer_page,
    ask_token,
    authorize_page,
    code_form,
    new_code,
    refusal,
    register,
    sent_back,
    stranger,
    works,
)

PASSWORD_FORM = {"grant_type": "password", **APP, "username": ADMIN, "password": "practice"}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


# What every grant answers.


def test_a_token_answer_has_the_keys_of_salesforce_and_no_expiry(shared_org: PracticeOrg) -> None:
    reply = ask_token(shared_org, PASSWORD_FORM)
    told = reply.json()
    assert set(told) == {"access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"}
    assert (told["token_type"], told["instance_url"]) == ("Bearer", shared_org.url)
    assert abs(int(told["issued_at"]) / 1000 - time.time()) < 60
    assert told["access_token"].startswith(shared_org.org_id[:15] + "!")
    assert "no-store" in reply.headers["Cache-Control"]
    assert works(shared_org, told["access_token"])


def test_several_tokens_live_at_once(shared_org: PracticeOrg) -> None:
    tokens = [ask_token(shared_org, PASSWORD_FORM).json()["access_token"] for _ in range(3)]
    assert len({shared_org.token, *tokens}) == 4
    assert all(works(shared_org, token) for token in (*tokens, shared_org.token))


def test_an_unknown_grant_is_refused(shared_org: PracticeOrg) -> None:
    for form in ({"grant_type": "device"}, {"grant_type": ""}, {}, {**APP, "grant_type": "token"}):
        assert refusal(ask_token(shared_org, form)) == ("unsupported_grant_type", "grant type not supported")


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token", "client_credentials", "password"])
def test_an_unknown_app_is_refused_by_every_grant(shared_org: PracticeOrg, grant: str) -> None:
    for form in ({"grant_type": grant}, {"grant_type": grant, "client_id": "nobody", "client_secret": "x"}):
        assert refusal(ask_token(shared_org, form)) == ("invalid_client_id", "client identifier invalid")


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token", "client_credentials", "password"])
def test_a_wrong_secret_is_refused_by_every_grant(shared_org: PracticeOrg, grant: str) -> None:
    form = {"grant_type": grant, "client_id": "practice-app", "client_secret": "wrong"}
    assert refusal(ask_token(shared_org, form)) == ("invalid_client", "invalid client credentials")


def test_garbage_at_the_token_endpoint_is_a_refusal(shared_org: PracticeOrg) -> None:
    with stranger() as session:
        for body in (b"", b"\xff\xfe", b"{}", b"grant_type=%00%ff", b"&&&==="):
            assert session.post(f"{shared_org.url}{OAUTH}/token", data=body, timeout=100).status_code == 400


def test_signing_in_costs_no_call(shared_org: PracticeOrg) -> None:
    def used() -> str:
        return shared_org.get("limits").headers["Sforce-Limit-Info"].split("=")[1].split("/")[0]

    before = int(used())
    assert "Sforce-Limit-Info" not in ask_token(shared_org, PASSWORD_FORM).headers
    assert int(used()) == before + 1


# User name and password, client credentials.


def test_the_password_is_good_with_and_without_the_security_token(shared_org: PracticeOrg) -> None:
    for password in ("practice", "practicePracticeSecurityToken"):
        assert ask_token(shared_org, PASSWORD_FORM | {"password": password}).status_code == 200
    for password in ("", "Practice", "practicePractice", "pra ctice"):
        reply = ask_token(shared_org, PASSWORD_FORM | {"password": password})
        assert refusal(reply) == ("invalid_grant", "authentication failure")


def test_the_name_of_a_user_may_be_written_in_any_case(shared_org: PracticeOrg) -> None:
    assert ask_token(shared_org, PASSWORD_FORM | {"username": ADMIN.upper()}).status_code == 200


def test_unknown_and_inactive_users_cannot_sign_in(shared_org: PracticeOrg) -> None:
    unknown = ask_token(shared_org, PASSWORD_FORM | {"username": "nobody@practice.example"})
    assert refusal(unknown) == ("invalid_grant", "authentication failure")
    assert refusal(ask_token(shared_org, PASSWORD_FORM | {"username": LEFT}))[0] == "inactive_user"


def test_the_password_grant_wants_the_secret_of_the_app(shared_org: PracticeOrg) -> None:
    form = {key: value for key, value in PASSWORD_FORM.items() if key != "client_secret"}
    assert refusal(ask_token(shared_org, form))[0] == "invalid_client"


def test_client_credentials_come_as_form_or_as_basic(shared_org: PracticeOrg) -> None:
    grant = {"grant_type": "client_credentials"}
    by_form = ask_token(shared_org, grant | APP)
    by_basic = ask_token(shared_org, grant, auth=("practice-app", "practice-secret"))
    for reply in (by_form, by_basic):
        assert "refresh_token" not in reply.json()
        assert works(shared_org, reply.json()["access_token"])
    wrong = ask_token(shared_org, grant, auth=("practice-app", "wrong"))
    assert refusal(wrong) == ("invalid_client", "invalid client credentials")
    missing = ask_token(shared_org, grant | {"client_id": "practice-app"})
    assert refusal(missing) == ("invalid_client", "invalid client credentials")
    broken = {"Authorization": "Basic " + base64.b64encode(b"\xff\xff").decode()}
    assert ask_token(shared_org, grant, headers=broken).status_code == 400


def test_client_credentials_act_as_the_user_that_the_app_names(org: PracticeOrg) -> None:
    register(org, client_id="as-sales", client_secret="s", run_as=SALES)
    register(org, client_id="as-nobody", client_secret="s")
    told = ask_token(org, {"grant_type": "client_credentials", "client_id": "as-sales", "client_secret": "s"}).json()
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    info = org.get(f"{OAUTH}/userinfo", headers=bearer).json()
    assert (info["preferred_username"], told["id"]) == (SALES, info["sub"])
    made = org.post("sobjects/Contact", {"LastName": "Bond"}, headers=bearer).json()["id"]
    record = org.get(f"sobjects/Contact/{made}").json()
    assert {record["CreatedById"], record["OwnerId"], record["LastModifiedById"]} == {info["user_id"]}
    refused = ask_token(org, {"grant_type": "client_credentials", "client_id": "as-nobody", "client_secret": "s"})
    assert refusal(refused) == ("invalid_grant", "no client credentials user enabled")


# Authorization code.


def test_a_scripted_browser_passes_the_authorize_page(shared_org: PracticeOrg) -> None:
    pkce = Pkce()
    page = authorize_page(shared_org, scope="api refresh_token", state="a&b=c é", **pkce.challenge)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert Form(page.text).buttons == [("decision", "allow"), ("decision", "deny")]
    told = sent_back(answer_page(shared_org, page, decision="allow"))
    assert told["state"] == "a&b=c é"
    reply = ask_token(shared_org, code_form(told["code"], code_verifier=pkce.verifier)).json()
    assert reply["scope"] == "api refresh_token"
    assert works(shared_org, reply["access_token"])
    assert reply["refresh_token"]


def test_the_code_signs_in_whoever_typed_his_name(shared_org: PracticeOrg) -> None:
    page = authorize_page(shared_org)
    code = sent_back(answer_page(shared_org, page, username=SALES, password="practice"))["code"]
    token = ask_token(shared_org, code_form(code)).json()["access_token"]
    info = shared_org.get(f"{OAUTH}/userinfo", headers={"Authorization": f"Bearer {token}"}).json()
    assert info["preferred_username"] == SALES


def test_a_wrong_password_shows_the_page_again(shared_org: PracticeOrg) -> None:
    page = authorize_page(shared_org, state="s")
    for typed in ({"password": "wrong"}, {"username": LEFT}, {"username": "<b>nobody</b>"}):
        again = answer_page(shared_org, page, **typed)
        assert again.status_code == 200
        assert "Please check your username and password" in again.text
        assert "<b>nobody" not in again.text
        retried = answer_page(shared_org, again, username=ADMIN, password="practice")
        assert set(sent_back(retried)) == {"code", "state"}


def test_a_user_who_denies_sends_the_app_away_without_a_code(shared_org: PracticeOrg) -> None:
    page = authorize_page(shared_org, state="s", login_hint=SALES)
    assert Form(page.text).fields["username"] == SALES
    assert sent_back(answer_page(shared_org, page, decision="deny")) == {
        "error": "access_denied",
        "error_description": "end-user denied authorization",
        "state": "s",
    }


def test_unknown_apps_and_addresses_are_never_redirected(shared_org: PracticeOrg) -> None:
    for asked in (
        {"client_id": "nobody"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK.replace("7171", "7172")},
        {"redirect_uri": "http://crm.example/OauthRedirect"},
        {"redirect_uri": ""},
    ):
        reply = authorize_page(shared_org, **asked)
        assert reply.status_code == 400
        assert "Location" not in reply.headers
        known = ("error=invalid_client_id&", "error=redirect_uri_mismatch&")
        assert reply.text.startswith(known[0] if "client_id" in asked else known[1])
    page = authorize_page(shared_org)
    assert answer_page(shared_org, page, redirect_uri="http://crm.example/").status_code == 400


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "api everything"}, "invalid_scope"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_other_slips_are_told_to_the_app(shared_org: PracticeOrg, asked: dict[str, str], error: str) -> None:
    told = sent_back(authorize_page(shared_org, state="s", **asked))
    assert (told["error"], told["state"]) == (error, "s")


def test_what_the_app_says_cannot_become_html(shared_org: PracticeOrg) -> None:
    nasty = '"><script>alert(1)</script>'
    page = authorize_page(shared_org, state=nasty, login_hint=nasty)
    assert "<script>" not in page.text
    assert sent_back(answer_page(shared_org, page, username=ADMIN))["state"] == nasty


def test_a_code_is_good_once(shared_org: PracticeOrg) -> None:
    form = code_form(new_code(shared_org))
    assert ask_token(shared_org, form).status_code == 200
    assert refusal(ask_token(shared_org, form)) == ("invalid_grant", "expired authorization code")


def test_a_code_expires(org: PracticeOrg) -> None:
    assert org.patch("/practice/sign-in", {"code_seconds": 60}).json()["code_seconds"] == 60
    early, late = new_code(org), new_code(org)
    org.post("/practice/clock", {"move": 58})
    assert ask_token(org, code_form(early)).status_code == 200
    org.post("/practice/clock", {"move": 2})
    assert refusal(ask_token(org, code_form(late))) == ("invalid_grant", "expired authorization code")


def test_a_code_wants_its_own_app_and_address(shared_org: PracticeOrg) -> None:
    other_app = code_form(new_code(shared_org), client_id="PlatformCLI")
    assert refusal(ask_token(shared_org, other_app))[0] == "invalid_grant"
    other_address = code_form(new_code(shared_org), redirect_uri=CALLBACK.replace("localhost", "127.0.0.1"))
    assert refusal(ask_token(shared_org, other_address))[0] == "redirect_uri_mismatch"


@pytest.mark.parametrize("verifier", ["", "wrong", None])
def test_a_challenge_wants_its_verifier(shared_org: PracticeOrg, verifier: str | None) -> None:
    form = code_form(new_code(shared_org, **Pkce().challenge))
    if verifier is not None:
        form["code_verifier"] = verifier
    assert refusal(ask_token(shared_org, form)) == ("invalid_grant", "invalid code verifier")


def test_a_verifier_without_a_challenge_is_refused(shared_org: PracticeOrg) -> None:
    form = code_form(new_code(shared_org), code_verifier="x" * 43)
    assert refusal(ask_token(shared_org, form)) == ("invalid_grant", "invalid code verifier")


def test_an_app_may_insist_on_pkce_and_on_its_secret(org: PracticeOrg) -> None:
    mine = "http://127.0.0.1:50123/back?x=1"
    register(org, client_id="strict", client_secret="s", callbacks=[mine], requires_pkce=True, requires_secret=True)
    place, query = authorize_page(org, client_id="strict", redirect_uri=mine).headers["Location"].split("?")
    assert (place, "error=invalid_request" in query) == ("http://127.0.0.1:50123/back", True)
    pkce = Pkce()
    page = authorize_page(org, client_id="strict", redirect_uri=mine, **pkce.challenge)
    told = sent_back(answer_page(org, page), "http://127.0.0.1:50123/back")
    assert told["x"] == "1"
    form = code_form(told["code"], client_id="strict", redirect_uri=mine, code_verifier=pkce.verifier)
    assert refusal(ask_token(org, form)) == ("invalid_client", "invalid client credentials")
    reply = ask_token(org, form | {"client_secret": "s"}).json()
    refreshing = {"grant_type": "refresh_token", "client_id": "strict", "refresh_token": reply["refresh_token"]}
    assert refusal(ask_token(org, refreshing)) == ("invalid_client", "invalid client credentials")
    assert ask_token(org, refreshing | {"client_secret": "s"}).status_code == 200


def test_without_the_scope_there_is_no_refresh_token(shared_org: PracticeOrg) -> None:
    reply = ask_token(shared_org, code_form(new_code(shared_org, scope="api id")))
    assert "refresh_token" not in reply.json()


# Refresh, revoke, introspect.


def _refresh(token: str, client_id: str = "practice-app") -> dict[str, str]:
    return {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": token}


def test_a_refresh_gives_a_new_access_token_and_keeps_the_refresh_token(shared_org: PracticeOrg) -> None:
    first = ask_token(shared_org, code_form(new_code(shared_org))).json()
    second = ask_token(shared_org, _refresh(first["refresh_token"])).json()
    assert "refresh_token" not in second
    assert second["access_token"] != first["access_token"]
    assert works(shared_org, first["access_token"])
    assert works(shared_org, second["access_token"])
    for form in (_refresh("x"), _refresh(first["refresh_token"], "PlatformCLI"), _refresh(shared_org.token)):
        assert refusal(ask_token(shared_org, form)) == ("invalid_grant", "expired access/refresh token")


def test_with_rotation_the_old_refresh_token_dies(org: PracticeOrg) -> None:
    register(org, client_id="turning", callbacks=[CALLBACK], rotates=True)
    code = new_code(org, client_id="turning")
    first = ask_token(org, code_form(code, client_id="turning")).json()
    second = ask_token(org, _refresh(first["refresh_token"], "turning")).json()
    assert second["refresh_token"] != first["refresh_token"]
    old = ask_token(org, _refresh(first["refresh_token"], "turning"))
    assert refusal(old) == ("invalid_grant", "expired access/refresh token")
    assert ask_token(org, _refresh(second["refresh_token"], "turning")).status_code == 200


def test_a_refresh_token_outlives_the_server_and_an_access_token_does_not(tmp_path: Path) -> None:
    first = start_practice_org(tmp_path / "org", "--contacts", "1")
    told = ask_token(first, code_form(new_code(first))).json()
    first.kill()
    second = start_practice_org(tmp_path / "org")
    assert not works(second, told["access_token"])
    renewed = ask_token(second, _refresh(told["refresh_token"])).json()
    assert works(second, renewed["access_token"])
    second.end()


def _revoke(org: PracticeOrg, token: str) -> tuple[int, str]:
    with stranger() as session:
        reply = session.post(f"{org.url}{OAUTH}/revoke", data={"token": token}, timeout=100)
    return reply.status_code, reply.text


def test_revoking_a_refresh_token_ends_all_that_came_of_it(shared_org: PracticeOrg) -> None:
    first = ask_token(shared_org, code_form(new_code(shared_org))).json()
    second = ask_token(shared_org, _refresh(first["refresh_token"])).json()
    other = ask_token(shared_org, PASSWORD_FORM).json()["access_token"]
    assert _revoke(shared_org, first["refresh_token"]) == (200, "")
    assert not works(shared_org, first["access_token"])
    assert not works(shared_org, second["access_token"])
    assert works(shared_org, other)
    assert refusal(ask_token(shared_org, _refresh(first["refresh_token"])))[0] == "invalid_grant"


def test_revoking_an_access_token_ends_its_refresh_token_too(shared_org: PracticeOrg) -> None:
    told = ask_token(shared_org, code_form(new_code(shared_org))).json()
    with stranger() as session:
        asked = {"token": told["access_token"]}
        assert session.get(f"{shared_org.url}{OAUTH}/revoke", params=asked, timeout=100).status_code == 200
    assert not works(shared_org, told["access_token"])
    assert refusal(ask_token(shared_org, _refresh(told["refresh_token"])))[0] == "invalid_grant"


def test_revoking_what_is_no_token_is_refused_in_the_form_that_clients_read(shared_org: PracticeOrg) -> None:
    assert _revoke(shared_org, "nonsense") == (400, "error=invalid_token&error_description=the+token+is+invalid")
    status, body = _revoke(shared_org, shared_org.token)
    assert (status, body.partition("&")[0]) == (400, "error=unsupported_token_type")
    assert works(shared_org, shared_org.token)


def test_a_session_ends_for_want_of_use_and_every_use_prolongs_it(org: PracticeOrg) -> None:
    org.patch("/practice/sign-in", {"session_seconds": 900})
    token = ask_token(org, PASSWORD_FORM).json()["access_token"]
    for _ in range(3):
        org.post("/practice/clock", {"move": 800})
        assert works(org, token)
    org.post("/practice/clock", {"move": 901})
    reply = org.get("limits", headers={"Authorization": f"Bearer {token}"})
    assert reply.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    assert works(org, org.token)


def test_the_time_out_can_be_given_at_the_start(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", "--contacts", "1", "--session-timeout", "900")
    assert org.get("/practice/sign-in").json()["session_seconds"] == 900
    org.end()


def test_all_sessions_can_be_ended_at_once(org: PracticeOrg) -> None:
    told = ask_token(org, code_form(new_code(org))).json()
    assert org.delete("/practice/sessions").json() == {"ended": 1}
    assert not works(org, told["access_token"])
    assert ask_token(org, _refresh(told["refresh_token"])).status_code == 200


def test_introspection_tells_an_app_about_its_own_tokens(shared_org: PracticeOrg) -> None:
    told = ask_token(shared_org, code_form(new_code(shared_org))).json()

    def introspected(token: str, app: dict[str, str]) -> dict[str, Any]:
        with stranger() as session:
            reply = session.post(f"{shared_org.url}{OAUTH}/introspect", data={"token": token, **app}, timeout=100)
        assert reply.status_code in (200, 400)
        answer: dict[str, Any] = reply.json()
        return answer

    access = introspected(told["access_token"], APP)
    assert (access["active"], access["username"], access["token_type"]) == (True, ADMIN, "access_token")
    assert access["exp"] - access["iat"] in range(7200, 7260)
    assert introspected(told["refresh_token"], APP)["token_type"] == "refresh_token"
    assert introspected(shared_org.token, APP) == {"active": False}
    assert introspected("nonsense", APP) == {"active": False}
    assert introspected(told["access_token"], {"client_id": "practice-app"})["error"] == "invalid_client"


# JWT bearer.


def _claims(**other: object) -> dict[str, Any]:
    known = {"iss": "signing", "sub": ADMIN, "aud": "https://login.salesforce.com", "exp": int(time.time()) + 180}
    return known | other


def _jwt_org(org: PracticeOrg, signer: Signer) -> PracticeOrg:
    register(org, client_id="signing", certificate=signer.public_pem)
    return org


def test_a_signed_assertion_is_worth_a_token(shared_org: PracticeOrg, signer: Signer) -> None:
    org = _jwt_org(shared_org, signer)
    audiences = ("https://login.salesforce.com", "https://test.salesforce.com", org.url)
    for claims in (
        *(_claims(aud=each) for each in audiences),
        _claims(exp=str(int(time.time()) + 180)),
        _claims(exp=int(time.time() * 1000) + 300),
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
    assert refusal(ask_token(_jwt_org(shared_org, signer), signer.form(_claims(**claims)))) == expected


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp"])
def test_no_claim_may_be_missing(shared_org: PracticeOrg, signer: Signer, missing: str) -> None:
    claims = {name: value for name, value in _claims().items() if name != missing}
    assert ask_token(_jwt_org(shared_org, signer), signer.form(claims)).status_code == 400


def test_the_signature_is_verified(shared_org: PracticeOrg, signer: Signer) -> None:
    org = _jwt_org(shared_org, signer)
    good = signer.form(_claims())["assertion"]
    head, _, signature = good.split(".")
    other = base64.urlsafe_b64encode(json.dumps(_claims(sub=SALES)).encode()).rstrip(b"=").decode()
    assertions = (
        Signer().form(_claims())["assertion"],
        f"{head}.{other}.{signature}",
        f"{head}.{other}.",
        good[:-4],
        jwt.encode(_claims(), "", "none"),
        jwt.encode(_claims(), "the public key is no secret, so this must not be a signature", "HS256"),
        signer.form(_claims(), "RS512")["assertion"],
        "nonsense",
        "",
    )
    for assertion in assertions:
        reply = ask_token(org, {"grant_type": JWT_BEARER, "assertion": assertion})
        assert refusal(reply) == ("invalid_grant", "invalid assertion")


def test_the_clock_of_the_org_says_when_an_assertion_is_old(org: PracticeOrg, signer: Signer) -> None:
    _jwt_org(org, signer)
    form = signer.form(_claims())
    org.post("/practice/clock", {"move": 3600})
    assert refusal(ask_token(org, form)) == ("invalid_grant", "expired assertion")


# The apps.


def test_apps_stand_in_a_file_of_the_folder(tmp_path: Path, signer: Signer) -> None:
    folder = tmp_path / "org"
    folder.mkdir()
    (folder / "apps.json").write_text(json.dumps([{"client_id": "signing", "certificate": signer.public_pem}]))
    first = start_practice_org(folder, "--contacts", "1")
    assert ask_token(first, signer.form(_claims())).status_code == 200
    register(first, client_id="later", client_secret="s", run_as=ADMIN)
    assert stat.S_IMODE((folder / "apps.json").stat().st_mode) == 0o600
    first.end()
    second = start_practice_org(folder)
    assert ask_token(second, signer.form(_claims())).status_code == 200
    later = {"grant_type": "client_credentials", "client_id": "later", "client_secret": "s"}
    assert ask_token(second, later).status_code == 200
    second.end()


def test_the_list_of_apps_tells_no_secret(shared_org: PracticeOrg) -> None:
    reply = shared_org.get("/practice/apps")
    assert {"practice-app", "PlatformCLI"} <= {each["client_id"] for each in reply.json()}
    assert "practice-secret" not in reply.text
    with stranger() as session:
        assert session.get(f"{shared_org.url}/practice/apps", timeout=100).status_code == 401


def test_an_app_that_makes_no_sense_is_refused(shared_org: PracticeOrg) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    curve_pem = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for app in (
        {},
        {"client_id": ""},
        {"client_id": "x", "callbacks": ["no address"]},
        {"client_id": "x", "certificate": "nonsense"},
        {"client_id": "x", "certificate": curve_pem},
        {"client_id": "x", "certificate": Signer(1024).public_pem},
        {"client_id": "x", "colour": "red"},
    ):
        reply = shared_org.post("/practice/apps", app)
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "NOT_UNDERSTOOD")


# Who is signed in.


def test_the_identity_belongs_to_the_token(shared_org: PracticeOrg) -> None:
    told = ask_token(shared_org, PASSWORD_FORM | {"username": SALES}).json()
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    who = shared_org.get(told["id"].removeprefix(shared_org.url), headers=bearer).json()
    assert (who["id"], who["username"]) == (told["id"], SALES)
    assert shared_org.get(shared_org.root, headers=bearer).json()["identity"] == told["id"]
    assert shared_org.get(told["id"].removeprefix(shared_org.url)).status_code == 404


def test_a_bulk_job_writes_as_the_user_who_made_it(shared_org: PracticeOrg) -> None:
    told = ask_token(shared_org, PASSWORD_FORM | {"username": SALES}).json()
    shared_org.session.headers["Authorization"] = f"Bearer {told['access_token']}"
    try:
        job = make_job(shared_org, "Contact", "insert")
        upload(shared_org, job, "LastName\nBulk\n")
        finished(shared_org, job, close=True)
        (row,) = results(shared_org, job, "successfulResults")
    finally:
        shared_org.session.headers["Authorization"] = f"Bearer {shared_org.token}"
    record = shared_org.get(f"sobjects/Contact/{row['sf__Id']}").json()
    assert record["CreatedById"] == job["createdById"] == told["id"].rpartition("/")[2]
