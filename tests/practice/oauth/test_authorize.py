"""Authorization codes: the page, the code, and its proof."""

from __future__ import annotations

import pytest

from tests.practice.oauth.signing_in import (
    ADMIN,
    CALLBACK,
    LEFT,
    OAUTH,
    SALES,
    Form,
    Pkce,
    answer_page,
    ask_token,
    authorize_page,
    code_form,
    new_code,
    refusal,
    register,
    sent_back,
    works,
)
from tests.practice.running import PracticeOrg


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
