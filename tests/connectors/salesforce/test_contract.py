"""The Salesforce connector keeps the promises of every connector, against the practice org."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from crmdesk.connectors.contract import Connector, Session
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account
from crmdesk.model.job import Action, Engine
from tests.connectors import contract
from tests.connectors.contract import Names, Record
from tests.connectors.salesforce.conftest import TimeTravel, account_of
from tests.connectors.workbench import Secrets
from tests.practice.running import PracticeOrg

WRITES = "composite/sobjects|/batches$"
"""Where rows travel: the collections, and the upload of a job."""

HELD = (
    "SELECT Id, LastName, Legacy_Id__c, FirstName, MailingLatitude, HasOptedOutOfEmail, Birthdate"
    " FROM Contact WHERE LastName LIKE '{}%'"
)


@dataclass
class RemoteContacts:
    """Contacts of the practice org."""

    org: PracticeOrg

    names = Names(
        object="Contact",
        id="Id",
        required="LastName",
        unique="Legacy_Id__c",
        text="FirstName",
        number="MailingLatitude",
        flag="HasOptedOutOfEmail",
        day="Birthdate",
        moment="",
        length_of_text=40,
    )

    def __post_init__(self) -> None:
        self.connector: Connector = SalesforceConnector()
        self.account: Account = account_of(self.org)
        self.secrets = Secrets({"token": self.org.token})
        self.org.weather({"kind": "latency", "seconds": 0}, path=WRITES)  # counts them

    def add(self, rows: Sequence[Record]) -> list[str]:
        found = []
        for start in range(0, len(rows), 200):
            records = [{"attributes": {"type": "Contact"}, **row} for row in rows[start : start + 200]]
            found += self.org.post("composite/sobjects", {"allOrNone": True, "records": records}).json()
        return [each["id"] for each in found]

    def held(self, mark: str) -> list[dict[str, Any]]:
        records = self.org.rows(HELD.format(mark))
        return [
            {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in record.items()}
            for record in records
        ]

    def lose_answer(self, action: Action) -> None:
        self.org.weather("lost-answer", path=WRITES, times=1)

    def break_before(self, action: Action) -> None:
        self.org.weather("drop", path=WRITES, times=1)

    def busy(self, *, writes: bool) -> None:
        if writes:
            self.org.weather("throttle", path=WRITES, times=1)
        else:
            self.org.weather("unavailable", method="GET", path="/query$", times=1)

    def writes_seen(self) -> int:
        [counter, *_] = self.org.get("/practice/weather").json()
        return int(counter["seen"])

    def forgotten(self, cursor: str) -> str:
        kind, done, address = cursor.split(" ", 2)
        return f"{kind} {done} {address.rsplit('/', 1)[0]}/01g7x0000000ZZZAAA-2000"

    def hasty_token(self, session: Session) -> CancelToken:
        return TimeTravel(self.org, session)


class Salesforce:
    """What the classes below have in common."""

    engines: ClassVar[tuple[Engine, ...]] = (Engine.REST, Engine.BULK)
    actions: ClassVar[tuple[Action, ...]] = (Action.INSERT, Action.UPDATE, Action.UPSERT, Action.DELETE)

    @pytest.fixture
    def remote(self, org: PracticeOrg) -> RemoteContacts:
        return RemoteContacts(org)


class TestConnector(Salesforce, contract.ConnectorContract):
    """What every connector promises."""


class TestUpsert(Salesforce, contract.UpsertContract):
    """Records found or made by a key."""


class TestStamp(Salesforce, contract.StampContract):
    """Describe is asked once."""


class TestLimit(Salesforce, contract.LimitContract):
    """Queries with a limit."""


class TestCursor(Salesforce, contract.CursorContract):
    """Reading goes on where it stopped."""

    many = 2100
