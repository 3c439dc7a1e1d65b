"""A CRM in memory, with a sink that can be told to misbehave, and a source made of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import polars as pl

from crmdesk.connectors.calls import CallMeter
from crmdesk.connectors.contract import (
    RECEIPT_SCHEMA,
    Capabilities,
    OpenSend,
    Packing,
    Payload,
    Point,
    Query,
    Receipt,
    SendLog,
    Settled,
    Unchanged,
    WriteRequest,
)
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import UserError
from crmdesk.model.account import Environment, Identity
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, FieldType, ObjectSummary, RemoteObject
from crmdesk.tabular.batch import LINE, ROW, Batch, no_problems

Line = dict[str, object]
Misbehaviour = Callable[[int, list[Line]], list[Line]]
"""What becomes of the lines of the n-th receipt, from 0."""

THING = RemoteObject(
    "Thing",
    "Thing",
    "Things",
    "Id",
    (
        Field("Id", "Record Id", FieldType.ID, length=18, is_creatable=False, is_updatable=False, is_key=True),
        Field("Key__c", "Key", FieldType.TEXT, length=20, is_unique=True, is_external_id=True, is_key=True),
        Field("Name", "Name", FieldType.TEXT, length=10, is_nillable=False),
        Field("Size", "Size", FieldType.INTEGER),
        Field("Made", "Made", FieldType.DATE, is_creatable=False, is_updatable=False),
        Field("Place", "Place", FieldType.COMPOUND),
        Field("Note", "Note", FieldType.TEXT, is_filterable=False, is_sortable=False),
        Field("Owner", "Owner", FieldType.REFERENCE, references=("Person",), relationship="Holder"),
    ),
)
PERSON = RemoteObject(
    "Person",
    "Person",
    "People",
    "Id",
    (
        Field("Id", "Record Id", FieldType.ID, length=18, is_creatable=False, is_updatable=False, is_key=True),
        Field("Mail", "Mail", FieldType.EMAIL, length=80, is_key=True),
    ),
)
OBJECTS = {each.name: each for each in (THING, PERSON)}

ALL = (Engine.REST, Engine.BULK)
CAN = Capabilities(dict.fromkeys(Action, ALL))


def describe(name: str) -> RemoteObject:
    if name not in OBJECTS:
        raise UserError(f"There is no object “{name}”.", hint="Check its name.", place="object")
    return OBJECTS[name]


@dataclass
class FakeSession:
    """A session with a CRM that keeps records in a list; each sink packs as the session says."""

    records: list[dict[str, str]] = field(default_factory=list)
    max_rows: int = 200
    max_bytes: int = 1 << 20
    misbehaviour: Misbehaviour = lambda _, lines: lines
    failure: str = ""
    environment: Environment = Environment.PRACTICE
    api_calls: int = 0
    calls_left: int | None = None
    organization_id: str = "00D000000000001AAA"
    calls: CallMeter = field(default_factory=CallMeter)
    receipts: int = 0

    def server_time(self) -> str:
        return "2030-01-01T00:00:00Z"

    def whoami(self) -> Identity:
        return Identity("me", "Fake", "00D0", self.environment, "2030-01-01T00:00:00Z")

    def objects(self) -> Sequence[ObjectSummary]:
        return [ObjectSummary(each.name, each.label) for each in OBJECTS.values()]

    def describe(self, name: str, known: str | None = None) -> RemoteObject | Unchanged:
        return describe(name)

    def query_text(self, query: Query) -> str:
        return str(query)

    def source(self, query: Query) -> FakeSource:
        return FakeSource(self, query)

    def sink(self, request: WriteRequest, log: SendLog) -> FakeSink:
        return FakeSink(self, request, log)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""


@dataclass
class FakeSource:
    """The records that have one of the keys asked for."""

    session: FakeSession
    query: Query

    def count(self) -> int | None:
        return None

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        self.session.api_calls += 1
        where = self.query.filter
        assert isinstance(where, Condition)
        found = [record for record in self.session.records if _is_meant(record.get(where.field, ""), where)]
        columns = {name: [record.get(name) for record in found] for name in self.query.fields}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(self.query.fields, pl.String()))
        yield Batch(frame.with_row_index(ROW, 1), None, no_problems())


def _is_meant(value: str, where: Condition) -> bool:
    if where.operator is Operator.IS_NOT_EMPTY:
        return value != ""
    assert isinstance(where.value, tuple)
    return value.casefold() in {str(wanted).casefold() for wanted in where.value}


class FakeSink:
    """Applies each payload and says so, as far as it is not told otherwise."""

    engine = Engine.REST

    def __init__(self, session: FakeSession, request: WriteRequest, log: SendLog) -> None:
        self._session = session
        self._request = request
        self._log = log
        names = [each.name for each in request.fields]
        self.packing = json_lines(names, session.max_rows, session.max_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    def write(self, payloads: Iterator[Payload], token: CancelToken) -> Iterator[Receipt]:
        for payload in payloads:
            token.check()
            self._log.intend(payload, "2030-01-01T00:00:00Z")
            self._session.api_calls += 1
            self._log.reached(payload.send, Point.UPLOADED)
            yield self._receipt(payload)

    def settle(self, open_sends: Sequence[OpenSend], token: CancelToken) -> Iterator[Receipt]:
        for send in open_sends:
            yield self._receipt(send.payload)

    def _receipt(self, payload: Payload) -> Receipt:
        rows = self.packing.decode(payload.body.read()).to_dicts()
        lines = [{ROW: row, **_NOTHING} for row in payload.rows]
        lines = self._session.misbehaviour(self._session.receipts, lines)
        self._session.receipts += 1
        at = dict(zip(payload.rows, rows, strict=True))
        for line in lines:
            row = line[ROW]
            if line["outcome"] is None and isinstance(row, int):
                line["outcome"], line["id"] = self._apply(at[row])
        return Receipt(payload.send, pl.DataFrame(lines, schema=RECEIPT_SCHEMA), self._session.failure)

    def _apply(self, values: Mapping[str, str | None]) -> tuple[Settled, str]:
        given = {name: value for name, value in values.items() if value is not None}
        key = self._request.key.name if self._request.key is not None else ""
        known = [record for record in self._session.records if key and record.get(key) == given.get(key)]
        if known and self._request.action is Action.DELETE:
            self._session.records.remove(known[0])
            return Settled.DELETED, known[0]["Id"]
        if known:
            known[0].update(given)
            return Settled.UPDATED, known[0]["Id"]
        record = {**given, "Id": f"id-{len(self._session.records) + 1}"}
        self._session.records.append(record)
        return Settled.CREATED, record["Id"]


_NOTHING: Line = {"outcome": None, "id": None, "field": None, "code": None, "message": None}


def json_lines(names: Sequence[str], max_rows: int, max_bytes: int) -> Packing:
    """Bodies of one JSON list a row, with ends and separators, so that a limit of bytes has to count them."""

    def encode(frame: pl.DataFrame) -> bytes:
        rows = frame.select(names).rows()
        return ";".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()

    def decode(body: bytes) -> pl.DataFrame:
        text = body.decode().removeprefix("<<").removesuffix(">>")
        rows = json.loads("[" + _joined(text) + "]")
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")

    return Packing(max_rows, max_bytes, encode, decode, head=b"<<", separator=b";", tail=b">>")


def _joined(text: str) -> str:
    """Lists behind one another, separated by `;`, as JSON wants them; a `;` inside a text is none of these."""
    decoder, at, parts = json.JSONDecoder(), 0, []
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        parts.append(text[at:end])
        at = end + 1
    return ",".join(parts)


@dataclass(frozen=True)
class Rows:
    """A source made of rows of text, `size` at a time."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    size: int = 100
    notices: tuple[str, ...] = ()

    def batches(self) -> Iterator[Batch]:
        for start in range(0, len(self.rows), self.size):
            some = self.rows[start : start + self.size]
            frame = pl.DataFrame(some, schema=dict.fromkeys(self.header, pl.String()), orient="row")
            numbers = pl.Series(ROW, range(start + 1, start + 1 + len(some)), dtype=pl.Int64)
            yield Batch(frame.select(numbers, (numbers + 1).alias(LINE), pl.all()), None, no_problems())

    def fingerprint(self) -> str:
        return str(hash(tuple(self.rows)))
