"""A running service and open sessions with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from crmdesk.connectors.contract import Payload, Receipt, Session, Sink
from crmdesk.connectors.odata.connector import ODataConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account
from crmdesk.model.job import Action
from crmdesk.tabular.batch import ROW
from tests.connectors.loopback import Script, answer, scripted_server
from tests.connectors.workbench import FIRST_ROW, Secrets, Workbench
from tests.servers.odata import ODataServer, odata_server

METADATA = b"""
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
 <Schema Namespace="S" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <EntityType Name="T"><Key><PropertyRef Name="K"/></Key>
   <Property Name="K" Type="Edm.Int32"/><Property Name="V" Type="Edm.Decimal"/>
  </EntityType>
  <EntityContainer Name="C"><EntitySet Name="Ts" EntityType="S.T"/></EntityContainer>
 </Schema>
</edmx:DataServices></edmx:Edmx>"""


def account(url: str, auth: str = "none", **settings: str) -> Account:
    return Account("service", "Service", "odata", url, auth, settings)


class TimeTravel(CancelToken):
    """Whoever sleeps by this token moves the service's clock instead."""

    def __init__(self, service: ODataServer, session: Session) -> None:
        super().__init__()
        self.service = service
        self.session = session

    def sleep(self, seconds: float) -> None:
        self.check()
        self.service.move_clock(seconds + 1)
        self.session.whoami()


@dataclass
class Desk(Workbench):
    """A workbench whose rows are given by column."""

    def open(self, name: str, action: Action, fields: Sequence[str]) -> Sink:
        return self.sink(name, action, fields, None if action is Action.INSERT else self.described(name).id_field)

    def stored(self, sink: Sink, **columns: Sequence[str | None]) -> list[Payload]:
        """One payload a row, as stored sends."""
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return self.payloads(sink.packing, rows, most=1)

    def put(self, name: str, action: Action, **columns: Sequence[str | None]) -> dict[int, dict[str, str | None]]:
        """Write rows; what became of each, by its number from 0."""
        with self.open(name, action, list(columns)) as sink:
            return outcomes(list(sink.write(iter(self.stored(sink, **columns)), self.token)))


def outcomes(receipts: Sequence[Receipt]) -> dict[int, dict[str, str | None]]:
    """The lines of receipts by row number from 0, every row once."""
    lines = {}
    for receipt in receipts:
        for line in receipt.rows.to_dicts():
            number = line.pop(ROW) - FIRST_ROW
            assert number not in lines, "a row came back twice"
            lines[number] = line
    return dict(sorted(lines.items()))


@pytest.fixture(scope="session")
def running_service() -> Iterator[ODataServer]:
    with odata_server() as server:
        yield server


@pytest.fixture
def service(running_service: ODataServer) -> ODataServer:
    running_service.fill()
    return running_service


@pytest.fixture
def session(service: ODataServer) -> Iterator[Session]:
    with ODataConnector().connect(account(service.url), Secrets()) as opened:
        yield opened


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


@pytest.fixture
def script() -> Iterator[Script]:
    """A service whose answers a test writes itself."""
    with scripted_server() as found:
        found.say("/svc/", answer(body=b'{"value":[]}'))
        found.say("/svc/$metadata", answer(body=METADATA))
        yield found


@pytest.fixture
def scripted(script: Script) -> Iterator[Session]:
    with ODataConnector().connect(account(script.url + "/svc"), Secrets()) as opened:
        yield opened
