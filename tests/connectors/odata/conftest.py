"""A running service and open sessions with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import polars as pl
import pytest

from crmdesk.connectors.contract import Body, Payload, Point, Receipt, Session, Sink, Unchanged, WriteRequest
from crmdesk.connectors.odata.connector import ODataConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import SignInError
from crmdesk.model.account import Account
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.tabular.batch import ROW
from tests.servers.odata import ODataServer, odata_server


@dataclass
class Secrets:
    """Secrets kept in memory."""

    held: dict[str, str] = field(default_factory=dict)

    def read(self) -> Mapping[str, str]:
        if not self.held:
            raise SignInError("There is no secret.")
        return self.held

    def replace(self, secrets: Mapping[str, str]) -> None:
        self.held = dict(secrets)


@dataclass
class Diary:
    """A send log that remembers, in the order in which things were said."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    sent_at: dict[int, str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    ours: frozenset[str] = frozenset()
    on_intend: Callable[[Payload], None] = lambda _: None

    def intend(self, payload: Payload, sent_at: str) -> None:
        with self.lock:
            self.lines.append((payload.send, "intended"))
            self.sent_at[payload.send] = sent_at
        self.on_intend(payload)

    def handle(self, send: int, handle: str) -> None:
        raise AssertionError(handle)

    def reached(self, send: int, point: Point) -> None:
        with self.lock:
            self.lines.append((send, point.value))

    def owned(self, ids: Collection[str]) -> frozenset[str]:
        return self.ours.intersection(ids)

    def notice(self, message: str) -> None:
        raise AssertionError(message)


def account(url: str, auth: str = "none", **settings: str) -> Account:
    return Account("service", "Service", "odata", url, auth, settings)


def described(session: Session, name: str) -> RemoteObject:
    found = session.describe(name)
    assert not isinstance(found, Unchanged)
    return found


@dataclass
class Desk:
    """Everything a test needs to write rows to one entity set."""

    session: Session
    folder: Path
    diary: Diary = field(default_factory=Diary)
    token: CancelToken = field(default_factory=CancelToken)

    def sink(self, name: str, action: Action, fields: Sequence[str], rows: int = 1) -> Sink:
        target = described(self.session, name)
        known = [target.field(field) for field in fields]
        assert None not in known
        key = None if action is Action.INSERT else target.field(target.id_field)
        request = WriteRequest(target, action, tuple(f for f in known if isinstance(f, Field)), key, Engine.AUTO, rows)
        return self.session.sink(request, self.diary)

    def payloads(self, sink: Sink, fields: Sequence[str], rows: Sequence[Sequence[str | None]]) -> list[Payload]:
        """One payload a row, the row numbers 11, 12, …"""
        place = self.folder / f"sends-{len(list(self.folder.iterdir()))}.bin"
        frame = pl.DataFrame(list(rows), schema=dict.fromkeys(fields, pl.String), orient="row")
        frame = frame.with_columns(pl.int_range(11, 11 + frame.height, dtype=pl.Int64).alias(ROW))
        found, start = [], 0
        with place.open("wb") as file:
            for number in range(frame.height):
                part = frame.slice(number, 1)
                body = sink.packing.head + sink.packing.encode(part) + sink.packing.tail
                file.write(body)
                stored = Body(place, start, len(body), hashlib.sha256(body).hexdigest())
                found.append(Payload(100 + number, part[ROW], stored))
                start += len(body)
        return found

    def write(self, name: str, action: Action, **columns: Sequence[str | None]) -> dict[int, dict[str, str | None]]:
        """Write rows given by column; what became of each, by its number from 0."""
        fields = list(columns)
        rows = list(zip(*columns.values(), strict=True))
        with self.sink(name, action, fields, len(rows)) as sink:
            receipts = list(sink.write(iter(self.payloads(sink, fields, rows)), self.token))
        return outcomes(receipts)


def outcomes(receipts: Sequence[Receipt]) -> dict[int, dict[str, str | None]]:
    """The lines of receipts by row number from 0, every row once."""
    lines = {}
    for receipt in receipts:
        for line in receipt.rows.to_dicts():
            number = line.pop(ROW) - 11
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
