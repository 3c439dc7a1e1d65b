"""Tokens that are refreshed, revoked and looked into, and sessions that end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.practice.oauth.signing_in import (
    ADMIN,
    APP,
    CALLBACK,
    OAUTH,
    ask_token,
    code_form,
    new_code,
    refusal,
    register,
    stranger,
    works,
)
from tests.practice.running import PracticeOrg, start_practice_org

PASSWORD_FORM = {"grant_type": "password", **APP, "username": ADMIN, "password": "practice"}


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
