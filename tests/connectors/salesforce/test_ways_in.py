"""The other ways in, and what happens when a session ends: password, app with a secret, versions, renewal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crmdesk.connectors.contract import TellsVersions
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.salesforce.rest import VERSION
from crmdesk.connectors.salesforce.session import is_crowded
from crmdesk.connectors.salesforce.sign_in.opening import signed_in
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Account
from tests.connectors.loopback import answer, scripted_server
from tests.connectors.workbench import Secrets
from tests.practice.oauth.signing_in import ADMIN, LEFT, SALES
from tests.practice.running import PracticeOrg

CRM = SalesforceConnector()
LOGIN = (
    b'<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><loginResponse'
    b' xmlns="urn:partner.soap.sforce.com"><result><serverUrl>%s/services/Soap/u/64.0/00D</serverUrl><sessionId>%s'
    b"</sessionId></result></loginResponse></s:Body></s:Envelope>"
)


def by_password(url: str, user: str = SALES, **settings: str) -> Account:
    return Account("acme", "Acme", "salesforce", url, "password", {"user": user, **settings})


def by_secret(url: str, client_id: str = "practice-app") -> Account:
    return Account("acme", "Acme", "salesforce", url, "client-credentials", {"client_id": client_id})


def log(org: PracticeOrg) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = org.get("/practice/log").json()["requests"]
    return lines


@pytest.fixture
def wary(org: PracticeOrg) -> Iterator[PracticeOrg]:
    """An org that wants the security token behind the password."""
    org.patch("/practice/sign-in", {"wants_security_token": True})
    yield org
    org.patch("/practice/sign-in", {"wants_security_token": False})


# User name, password, security token.


def test_the_password_with_its_security_token_signs_in(wary: PracticeOrg) -> None:
    """R-003."""
    secret = Secrets({"password": "practicePracticeSecurityToken"})
    with CRM.connect(by_password(wary.url), secret) as session:
        assert session.whoami().user == SALES
    with pytest.raises(SignInError, match="security token") as caught:
        CRM.connect(by_password(wary.url), Secrets({"password": "practice"}))
    assert caught.value.place == "password"


@pytest.mark.parametrize("user", [SALES, LEFT, "nobody@acme.example", "<&>"])
def test_a_wrong_password_is_told_in_the_words_of_salesforce(org: PracticeOrg, user: str) -> None:
    """R-003."""
    with pytest.raises(SignInError) as caught:
        CRM.connect(by_password(org.url, user), Secrets({"password": "wrong & <wrong>"}))
    assert "Salesforce says: Invalid username, password, security token" in caught.value.message
    assert "wrong" not in caught.value.message.replace("wrong passwords", "")


def test_the_login_call_is_never_newer_than_64_whatever_the_account_wants(org: PracticeOrg) -> None:
    """R-004."""
    with CRM.connect(by_password(org.url, api_version="66.0"), Secrets({"password": "practice"})) as session:
        session.objects()
    paths = [line["path"] for line in log(org)]
    assert paths[-1].startswith("/services/data/v66.0/")
    assert [path for path in paths if "/Soap/" in path][-1] == "/services/Soap/u/64.0"
    method = CRM.capabilities.method("password")
    assert method is not None
    assert "June 2027" in method.warning


def test_an_org_that_answers_with_a_declared_entity_is_not_believed() -> None:
    """R-333."""
    with scripted_server() as server:
        bomb = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + LOGIN % (server.url.encode(), b"&e;")
        server.say("/services/Soap/u/64.0", answer(200, bomb))
        with pytest.raises(SignInError, match="no Salesforce sign-in"):
            CRM.connect(by_password(server.url), Secrets({"password": "p"}))


# An app with a secret.


def test_an_app_with_its_secret_acts_for_its_user(org: PracticeOrg) -> None:
    """R-006."""
    with CRM.connect(by_secret(org.url), Secrets({"client_secret": "practice-secret"})) as session:
        assert session.whoami().user == ADMIN
    with pytest.raises(SignInError, match="does not take this consumer secret") as caught:
        CRM.connect(by_secret(org.url), Secrets({"client_secret": "wrong"}))
    assert "invalid client credentials" in caught.value.message
    assert caught.value.place == "client_secret"
    with pytest.raises(SignInError, match="consumer key"):
        CRM.connect(by_secret(org.url, "nobody"), Secrets({"client_secret": "x"}))


def test_an_app_with_a_secret_wants_the_address_of_the_org_itself() -> None:
    with pytest.raises(UserError, match="everybody signs in"):
        CRM.connect(by_secret("https://login.salesforce.com"), Secrets({"client_secret": "x"}))


# Versions.


def test_the_org_tells_its_versions_and_a_retired_one_is_refused_with_advice(org: PracticeOrg) -> None:
    """R-015."""
    secret = Secrets({"password": "practice"})
    with CRM.connect(by_password(org.url, api_version="58.0"), secret) as session:
        assert isinstance(session, TellsVersions)
        assert {"31.0", VERSION, "66.0"} <= set(session.versions())
        session.describe("Contact")
    assert log(org)[-1]["path"].startswith("/services/data/v58.0/")
    with pytest.raises(UserError, match="does not support API version 29") as caught:
        CRM.connect(by_password(org.url, api_version="29.0"), secret)
    assert VERSION in caught.value.hint


def test_a_version_that_ends_is_told_with_the_way_to_another(org: PracticeOrg) -> None:
    """R-015."""
    with CRM.connect(by_password(org.url), Secrets({"password": "practice"})) as session:
        ended = {"kind": "refuse", "status": 410, "code": "UNSUPPORTED_API_VERSION", "message": "It has been retired"}
        org.weather(ended, path="/services/data/v64.0")
        with pytest.raises(UserError, match="does not speak this version") as caught:
            session.describe("Contact")
    assert "account edit" in caught.value.hint


# A session that ends.


def test_a_session_that_is_refused_for_ever_ends_in_one_error_after_one_renewal(org: PracticeOrg) -> None:
    """R-021."""
    with CRM.connect(by_secret(org.url), Secrets({"client_secret": "practice-secret"})) as session:
        refusal = {"kind": "refuse", "status": 401, "code": "INVALID_SESSION_ID", "message": "Session expired"}
        org.weather(refusal, path="/services/data")
        with pytest.raises(SignInError, match="did not accept the sign-in"):
            session.objects()
        paths = [line["path"] for line in log(org)]
        since = max(at for at, path in enumerate(paths) if path.startswith("/practice/weather"))
        asked = [path for path in paths[since:] if not path.startswith("/practice")]
    assert asked.count("/services/oauth2/token") == 1
    assert len(asked) == 3


def test_a_renewed_request_is_the_same_request_headers_and_body_included() -> None:
    """R-021."""
    with scripted_server() as server:
        token = b'{"access_token": "%s", "instance_url": "' + server.url.encode() + b'"}'
        server.say("/services/oauth2/token", answer(200, token % b"one"), answer(200, token % b"two"))
        server.say("/x", answer(401, b"[]"), answer(201))
        account, secret = by_secret(server.url), Secrets({"client_secret": "s"})
        http = HttpSession(
            Origin.parse(server.url), authorization=signed_in(account, secret, Reach()).authorization, reach=Reach()
        )
        rule = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
        assert http.request("POST", "/x", replay=Replay.NEVER, headers=rule, body=b"row").status_code == 201
        http.close()
        first, second = (each for each in server.seen if each[1] == "/x")
        assert (first[2]["Authorization"], second[2]["Authorization"]) == ("Bearer one", "Bearer two")
        for _, _, headers, body in (first, second):
            assert headers["Sforce-Duplicate-Rule-Header"] == "allowSave=true"
            assert body == b"row"


def test_eight_threads_whose_session_ended_renew_it_once(org: PracticeOrg) -> None:
    authorization = signed_in(by_secret(org.url), Secrets({"client_secret": "practice-secret"}), Reach()).authorization
    org.delete("/practice/sessions")
    before = sum(line["path"] == "/services/oauth2/token" for line in log(org))
    start = threading.Barrier(8)

    def ask(_: int) -> int:
        http = HttpSession(Origin.parse(org.url), authorization=authorization)
        start.wait()
        status = http.request("GET", f"{org.root}/limits", replay=Replay.SAFE).status_code
        http.close()
        return status

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [200] * 8
    assert sum(line["path"] == "/services/oauth2/token" for line in log(org)) == before + 1


def test_a_password_that_was_changed_meanwhile_is_tried_once_and_no_more(org: PracticeOrg) -> None:
    """R-021: a few wrong ones lock a user out."""
    authorization = signed_in(by_password(org.url), Secrets({"password": "practice"}), Reach()).authorization
    org.patch("/practice/sign-in", {"password": "another"})
    org.delete("/practice/sessions")

    def ask(_: int) -> str:
        http = HttpSession(Origin.parse(org.url), authorization=authorization)
        with pytest.raises(SignInError) as refused:
            http.request("GET", f"{org.root}/limits", replay=Replay.SAFE)
        http.close()
        return refused.value.message

    try:
        before = sum("/services/Soap" in line["path"] for line in log(org))
        with ThreadPoolExecutor(4) as pool:
            said = list(pool.map(ask, range(4)))
        assert all("does not take this user name, password or security token" in each for each in said)
        assert sum("/services/Soap" in line["path"] for line in log(org)) == before + 1
    finally:
        org.patch("/practice/sign-in", {"password": "practice"})


# Limits that are not the day's.


@pytest.mark.parametrize("replay", [Replay.SAFE, Replay.NEVER])
def test_too_many_long_requests_at_once_are_waited_for_and_no_quota_is_used_up(
    org: PracticeOrg, replay: Replay
) -> None:
    """R-315."""
    busy = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    refusal = {"kind": "refuse", "status": 403, "code": "REQUEST_LIMIT_EXCEEDED", "message": busy}
    org.weather(refusal, path="/sobjects", times=2)
    authorization = signed_in(by_secret(org.url), Secrets({"client_secret": "practice-secret"}), Reach()).authorization
    http = HttpSession(Origin.parse(org.url), authorization=authorization, is_crowded=is_crowded)
    assert http.request("GET", f"{org.root}/sobjects", replay=replay).status_code == 200
    http.close()
