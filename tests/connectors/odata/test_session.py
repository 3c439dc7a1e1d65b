"""Signing in, and what a session says of itself."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from crmdesk.connectors.contract import Session
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.odata.auth import signature
from crmdesk.connectors.odata.connector import ODataConnector
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import Property
from crmdesk.connectors.odata.urls import ServiceRoot, key_in
from crmdesk.connectors.registry import connector
from crmdesk.errors import AccessError, RemoteError, SignInError, TransientError, UserError
from crmdesk.model.account import Environment
from crmdesk.model.job import Action
from tests.connectors.loopback import answer, scripted_server
from tests.connectors.odata.conftest import account
from tests.connectors.workbench import Secrets
from tests.servers.odata import ODataServer, odata_server

BASIC = "Basic " + base64.b64encode("jo:säcret:1".encode()).decode()


@pytest.fixture(scope="module")
def guarded() -> Iterator[ODataServer]:
    with odata_server(BASIC) as server:
        yield server


def test_a_user_and_a_password_open_a_session(guarded: ODataServer) -> None:
    """R-012."""
    secrets = Secrets({"password": "säcret:1"})
    with ODataConnector().connect(account(guarded.url, "basic", user="jo"), secrets) as session:
        assert session.whoami().user == "jo"
        assert [line.name for line in session.objects()] == ["Contacts", "Accounts", "Lines"]


@pytest.mark.parametrize(("user", "password"), [("jo", "wrong"), ("joe", "säcret:1")])
def test_a_wrong_password_is_a_refused_sign_in(guarded: ODataServer, user: str, password: str) -> None:
    with pytest.raises(SignInError, match="Who are you"):
        ODataConnector().connect(account(guarded.url, "basic", user=user), Secrets({"password": password}))


def test_a_token_travels_in_the_header_alone() -> None:
    with scripted_server() as script:
        script.say("/svc/", answer(body=b'{"value":[]}'))
        with ODataConnector().connect(account(script.url + "/svc", "token"), Secrets({"token": " marker-1 \n"})):
            pass
        assert [path for _, path, _, _ in script.seen] == ["/svc/"]
        assert script.seen[0][2]["Authorization"] == "Bearer marker-1"


def test_an_api_key_travels_in_the_header_that_the_account_names() -> None:
    """R-012."""
    with scripted_server() as script:
        script.say("/svc/", answer(body=b'{"value":[]}'), answer(401))
        kept = account(script.url + "/svc", "api-key", header="APIKey")
        with ODataConnector().connect(kept, Secrets({"key": "marker-1"})):
            pass
        assert script.seen[0][2]["APIKey"] == "marker-1"
        assert "Authorization" not in script.seen[0][2]
        with pytest.raises(SignInError, match="of the account “Service”"):
            ODataConnector().connect(kept, Secrets({"key": "wrong"}))


def test_an_app_fetches_its_token_and_a_new_one_when_it_has_ended() -> None:
    """R-012."""
    with scripted_server() as script:
        script.say(
            "/token",
            *(answer(body=b'{"access_token":"' + name + b'","expires_in":60}') for name in (b"first", b"second")),
        )
        script.say("/svc/", answer(body=b'{"value":[]}'), answer(401), answer(body=b'{"value":[]}'))
        settings = {"client_id": "app", "token_url": f"{script.url}/token", "scope": "stock.read"}
        kept = account(script.url + "/svc", "client-credentials", **settings)
        with ODataConnector().connect(kept, Secrets({"client_secret": "s&cret"})) as session:
            session.whoami()
        sent = [headers.get("Authorization") for _, path, headers, _ in script.seen if path == "/svc/"]
        assert sent == ["Bearer first", "Bearer first", "Bearer second"]
        form = dict(parse_qsl(script.seen[0][3].decode()))
        assert form["grant_type"] == "client_credentials"
        assert (form["client_id"], form["client_secret"], form["scope"]) == ("app", "s&cret", "stock.read")


def test_a_secret_that_the_authorization_server_refuses_is_told_in_its_words() -> None:
    """R-012."""
    with scripted_server() as script:
        body = b'{"error":"invalid_client","error_description":"Unknown client."}'
        script.say("/token", answer(401, body))
        kept = account(script.url + "/svc", "client-credentials", client_id="app", token_url=f"{script.url}/token")
        with pytest.raises(SignInError, match=r"Unknown client") as refused:
            ODataConnector().connect(kept, Secrets({"client_secret": "x"}))
        assert refused.value.place == "client_secret"


@pytest.mark.parametrize(
    ("auth", "secrets", "settings"),
    [
        ("basic", {}, {"user": "jo"}),
        ("basic", {"password": "x"}, {}),
        ("basic", {"password": "x"}, {"user": "jo:x"}),
        ("token", {}, {}),
        ("token", {"token": "a\nInjected: 1"}, {}),
        ("token", {"token": "ümlaut"}, {}),
        ("api-key", {}, {}),
        ("api-key", {"key": "x"}, {"header": "Bad: 1"}),
        ("api-key", {"key": "x"}, {"header": "Authorization"}),
        ("api-key", {"key": "x\nInjected: 1"}, {}),
        ("client-credentials", {"client_secret": "x"}, {"client_id": "a"}),
        ("client-credentials", {"client_secret": "x"}, {"client_id": "a", "token_url": "http://elsewhere.example/t"}),
        ("kerberos", {}, {}),
    ],
)
def test_a_sign_in_that_cannot_work_is_refused_before_anything_is_sent(
    auth: str, secrets: dict[str, str], settings: dict[str, str]
) -> None:
    with pytest.raises(UserError):
        signature(account("https://crm.example", auth, **settings), Secrets(secrets), Reach())


def test_a_secret_is_not_shown_by_what_holds_it() -> None:
    for auth, name in (("token", "token"), ("api-key", "key")):
        found = signature(account("https://crm.example", auth), Secrets({name: "marker"}), Reach())
        assert "marker" not in repr(found)


def test_a_session_knows_who_where_and_when(session: Session, service: ODataServer) -> None:
    identity = session.whoami()
    assert (identity.organization, identity.organization_id) == ("127.0.0.1", service.url + "/")
    assert identity.user == "anonymous"
    assert identity.environment is session.environment is Environment.PRODUCTION
    assert abs((datetime.fromisoformat(identity.server_time) - datetime.now(UTC)).total_seconds()) < 5
    assert session.calls_left is None


def test_every_request_is_counted(session: Session, service: ODataServer) -> None:
    session.whoami()
    session.objects()
    session.objects()
    assert session.api_calls == len(service.log()) == 3


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, b'{"error":{"code":"F","message":"Not for you"}}', AccessError),
        (404, b"", RemoteError),
        (200, b"<html>Hello</html>", RemoteError),
        (200, b'{"hello":"world"}', RemoteError),
        (302, b"", RemoteError),
    ],
)
def test_an_address_that_is_no_service_is_refused(status: int, body: bytes, expected: type[Exception]) -> None:
    with scripted_server() as script:
        script.say("/svc/", answer(status, body, Location="https://elsewhere.example/"))
        with pytest.raises(expected):
            ODataConnector().connect(account(script.url + "/svc"), Secrets())


def test_a_dead_port_is_told_in_a_sentence() -> None:
    with pytest.raises(TransientError, match="does not answer"):
        ODataConnector().connect(account("http://127.0.0.1:9/svc"), Secrets())


@pytest.mark.parametrize(
    "url",
    ["http://c.example/odata", "ftp://c.example", "c.example", "https://u:p@c.example", "https://c.example/x?y=1"],
)
def test_an_address_that_may_not_be_used_is_refused(url: str) -> None:
    with pytest.raises(UserError):
        ODataConnector().connect(account(url), Secrets())


def test_the_last_slash_of_the_address_does_not_matter() -> None:
    assert str(ServiceRoot.parse("https://CRM.example:443/a/b")) == str(ServiceRoot.parse("https://crm.example/a/b/"))


def test_the_connector_says_what_it_cannot_do() -> None:
    found = connector("odata")
    assert set(found.capabilities.engines) | set(found.capabilities.refusals) == set(Action)
    assert found.capabilities.refusals[Action.UNDELETE].endswith(".")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://h/s/Accounts(17)", "17"),
        ("Accounts('A''1')", "A'1"),
        ("https://h/s/Accounts(ID='a%2Fb')", "a/b"),
        ("https://h/s/Accounts(6f9619ff-8b86-d011-b42d-00c04fc964ff)", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("https://h/s/Accounts", None),
        ("", None),
    ],
)
def test_the_key_of_a_new_record_is_read_from_its_address(address: str, expected: str | None) -> None:
    assert key_in(address, Property("ID", "Edm.String", Kind.TEXT)) == expected
