"""What an environment says of itself."""

from __future__ import annotations

import pytest

from crmdesk.connectors.contract import Session
from crmdesk.connectors.dynamics.connector import DynamicsConnector
from crmdesk.connectors.dynamics.organization import CURRENT, organization_told
from crmdesk.model.account import Environment
from tests.connectors.dynamics.conftest import account
from tests.connectors.workbench import Secrets
from tests.servers.dynamics import SECRET, DynamicsServer


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("Customer", Environment.PRODUCTION),
        ("Secondary", Environment.PRODUCTION),
        ("CustomerTest", Environment.SANDBOX),
        ("CustomerFreeTest", Environment.SANDBOX),
        ("Developer", Environment.SANDBOX),
        ("Trial", Environment.SANDBOX),
        ("Default", None),
        ("Teams", None),
        ("Something new", None),
    ],
)
def test_a_sandbox_is_told_from_production_by_the_type_of_the_organization(kind: str, told: Environment | None) -> None:
    """R-182."""
    answer = f'{{"Detail":{{"FriendlyName":"Acme","OrganizationType":"{kind}"}}}}'
    assert organization_told(answer.encode()) == ("Acme", told)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b'{"Detail":null}', b'{"Detail":{"OrganizationType":5}}'])
def test_an_answer_that_cannot_be_read_tells_nothing(answer: bytes) -> None:
    assert organization_told(answer) == ("", None)


def test_an_environment_is_asked_what_it_is_and_need_not_answer(session: Session, server: DynamicsServer) -> None:
    answer = server.ask("GET", CURRENT)
    assert organization_told(answer.content) == ("practice", Environment.SANDBOX)
    assert session.whoami().organization == "practice"
    refusal = {"error": {"code": "0x80040220", "message": "No."}}
    server.storm("GET", path="RetrieveCurrentOrganization", status=403, body=refusal, times=2)
    with DynamicsConnector().connect(account(server), Secrets({"client_secret": SECRET})) as opened:
        assert opened.whoami().organization == "127.0.0.1"


def test_what_is_said_by_hand_counts_where_it_is_more_careful(server: DynamicsServer) -> None:
    """R-182."""
    careful = account(server, environment="production")
    with DynamicsConnector().connect(careful, Secrets({"client_secret": SECRET})) as opened:
        assert opened.environment is Environment.PRODUCTION
