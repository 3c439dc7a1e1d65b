"""The OData connector keeps the promises of every connector, against a service that we did not write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from crmdesk.connectors.contract import Connector, Session
from crmdesk.connectors.odata.connector import ODataConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account, Environment
from crmdesk.model.job import Action
from tests.connectors import contract
from tests.connectors.contract import Names, Record
from tests.connectors.odata.conftest import TimeTravel, account
from tests.connectors.workbench import Secrets
from tests.servers.odata import CONTACT, ODataServer, odata_server


@dataclass
class RemoteContacts:
    """Contacts of the service; the key is made by us, so it is the unique text as well."""

    service: ODataServer

    names = Names(
        object="Contacts",
        id="ID",
        required="LastName",
        unique="ID",
        text="FirstName",
        number="Revenue",
        flag="IsActive",
        day="BirthDate",
        moment="SeenAt",
        length_of_text=40,
    )

    def __post_init__(self) -> None:
        self.connector: Connector = ODataConnector()
        self.account: Account = account(self.service.url, "token")
        self.secrets = Secrets({"token": "right"})

    def add(self, rows: Sequence[Record]) -> list[str]:
        for row in rows:
            self.service.add("Contacts", {"IsActive": False, **row})
        return [str(row["ID"]) for row in rows]

    def held(self, mark: str) -> list[dict[str, Any]]:
        rows = [dict.fromkeys(CONTACT) | row for row in self.service.rows("Contacts")]
        return [row for row in rows if str(row["LastName"]).startswith(mark)]

    def lose_answer(self, action: Action) -> None:
        self.service.storm("write", applies=True)

    def break_before(self, action: Action) -> None:
        self.service.storm("write")

    def busy(self, *, writes: bool) -> None:
        self.service.storm("write" if writes else "GET", status=429 if writes else 503, body={})

    def writes_seen(self) -> int:
        return sum(not line.startswith("GET ") for line in self.service.log())

    def forgotten(self, cursor: str) -> str:
        self.service.storm("GET", status=410, body={"error": {"code": "410", "message": "The token has expired."}})
        return cursor

    def hasty_token(self, session: Session) -> CancelToken:
        return TimeTravel(self.service, session)


@pytest.fixture(scope="module")
def guarded() -> Iterator[ODataServer]:
    with odata_server("Bearer right") as server:
        yield server


class OData:
    """What the classes below have in common."""

    @pytest.fixture
    def remote(self, guarded: ODataServer) -> RemoteContacts:
        guarded.fill()
        return RemoteContacts(guarded)


class TestConnector(OData, contract.ConnectorContract):
    """What every connector promises, but for one thing."""

    def test_a_crm_on_this_computer_is_practice(self, session: Session) -> None:
        """R-331: not so here. People run services of their own, and reach others by tunnels, at this address."""
        assert session.environment is session.whoami().environment is Environment.PRODUCTION


class TestStamp(OData, contract.StampContract):
    """Describe is asked once."""


class TestLimit(OData, contract.LimitContract):
    """Queries with a limit."""


class TestCursor(OData, contract.CursorContract):
    """Reading goes on where it stopped."""
