"""The Dynamics connector keeps the promises of every connector, against an environment of the practice org."""

from __future__ import annotations

import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from crmdesk.connectors.contract import Connector, Session
from crmdesk.connectors.dynamics.connector import DynamicsConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account
from crmdesk.model.job import Action
from tests.connectors import contract
from tests.connectors.contract import Names, Record
from tests.connectors.dynamics.conftest import TimeTravel, account
from tests.connectors.workbench import Secrets
from tests.servers.dynamics import DynamicsServer


@dataclass
class RemoteContacts:
    """Contacts with an alternate key of the admin's."""

    server: DynamicsServer

    names = Names(
        object="contact",
        id="contactid",
        required="lastname",
        unique="new_externalid",
        text="firstname",
        number="creditlimit",
        flag="donotemail",
        day="birthdate",
        moment="lastusedincampaign",
        length_of_text=50,
    )

    def __post_init__(self) -> None:
        self.connector: Connector = DynamicsConnector()
        self.account: Account = account(self.server, "token")
        self.secrets = Secrets({"token": self.server.token})

    def add(self, rows: Sequence[Record]) -> list[str]:
        return [self.server.add("contacts", row) for row in rows]

    def held(self, mark: str) -> list[dict[str, Any]]:
        where = urllib.parse.quote(f"startswith(lastname,'{mark}')")
        return self.server.rows("contacts", f"$filter={where}")

    def lose_answer(self, action: Action) -> None:
        self.server.storm(applies=True)

    def break_before(self, action: Action) -> None:
        self.server.storm()

    def busy(self, *, writes: bool) -> None:
        self.server.storm("write" if writes else "GET", status=429 if writes else 503, body={}, path="contacts|batch")

    def writes_seen(self) -> int:
        return sum(line.endswith(" writes") for line in self.server.log())

    def forgotten(self, cursor: str) -> str:
        return cursor.replace("pagingcookie", "pagingcrumb")

    def hasty_token(self, session: Session) -> CancelToken:
        return TimeTravel(self.server, session)


class Dynamics:
    """What the classes below have in common."""

    @pytest.fixture
    def remote(self, server: DynamicsServer) -> RemoteContacts:
        return RemoteContacts(server)


class TestConnector(Dynamics, contract.ConnectorContract):
    """What every connector promises."""


class TestUpsert(Dynamics, contract.UpsertContract):
    """Rows are found or made by an alternate key."""


class TestStamp(Dynamics, contract.StampContract):
    """Describe is asked once."""


class TestLimit(Dynamics, contract.LimitContract):
    """Queries with a limit."""


class TestCursor(Dynamics, contract.CursorContract):
    """Reading goes on where it stopped."""
