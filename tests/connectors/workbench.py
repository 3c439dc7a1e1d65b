"""What a test of a sink needs around it: secrets, a send log that remembers, payloads on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import polars as pl

from crmdesk.connectors.contract import (
    Body,
    OpenSend,
    Packing,
    Payload,
    Point,
    Receipt,
    Session,
    Sink,
    Unchanged,
    WriteRequest,
)
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import SignInError
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.tabular.batch import ROW

Rows = Sequence[Mapping[str, str | None]]
FIRST_ROW = 11


@dataclass
class Secrets:
    """Secrets kept in memory."""

    held: dict[str, str] = field(default_factory=dict)

    def read(self) -> Mapping[str, str]:
        if not self.held:
            raise SignInError("There is no secret.")
        return self.held

    def exchange(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        self.held = dict(change(self.read()))


@dataclass
class Diary:
    """A send log that remembers what was said, in that order."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    sent_at: dict[int, str] = field(default_factory=dict)
    handles: dict[int, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    watch: Callable[[Point], None] = lambda _: None
    lock: Lock = field(default_factory=Lock)

    def intend(self, payload: Payload, sent_at: str) -> None:
        self.sent_at[payload.send] = sent_at
        self._note(payload.send, Point.INTENDED)

    def handle(self, send: int, handle: str) -> None:
        self.handles[send] = handle
        self._note(send, Point.HANDLE_STORED)

    def reached(self, send: int, point: Point) -> None:
        self._note(send, point)

    def owned(self, ids: Collection[str]) -> frozenset[str]:
        return frozenset(self.known.intersection(ids))

    def notice(self, message: str) -> None:
        self.notices.append(message)

    def _note(self, send: int, point: Point) -> None:
        with self.lock:
            self.lines.append((send, point.value))
        self.watch(point)

    def points(self, send: int) -> list[str]:
        return [point for number, point in self.lines if number == send]


class Killed(BaseException):
    """The program died here: nothing may catch it."""


@dataclass
class Workbench:
    """Writes rows through a session; row numbers start at FIRST_ROW."""

    session: Session
    folder: Path
    diary: Diary = field(default_factory=Diary)
    token: CancelToken = field(default_factory=CancelToken)
    rows_per_call: int = 0

    def described(self, name: str) -> RemoteObject:
        found = self.session.describe(name)
        assert not isinstance(found, Unchanged)
        return found

    def sink(
        self,
        name: str,
        action: Action,
        fields: Sequence[str],
        key: str | None,
        engine: Engine = Engine.AUTO,
        rows: int = 1,
    ) -> Sink:
        target = self.described(name)
        known = [target.field(each) for each in fields]
        chosen = tuple(each for each in known if isinstance(each, Field))
        assert len(chosen) == len(fields)
        request = WriteRequest(
            target, action, chosen, target.key(key) if key else None, engine, rows, self.rows_per_call
        )
        return self.session.sink(request, self.diary)

    def payloads(self, packing: Packing, rows: Rows, *, most: int | None = None) -> list[Payload]:
        """The rows packed and stored, at most `most` a payload."""
        place = self.folder / f"sends-{len(list(self.folder.glob('sends-*')))}.bin"
        whole = frame_of(rows)
        size = min(packing.max_rows, most or packing.max_rows)
        found: list[Payload] = []
        start = 0
        with place.open("wb") as file:
            for number in range(0, whole.height, size):
                part = whole.slice(number, size)
                body = packing.head + packing.encode(part) + packing.tail
                file.write(body)
                found.append(
                    Payload(
                        100 + len(found), part[ROW], Body(place, start, len(body), hashlib.sha256(body).hexdigest())
                    )
                )
                start += len(body)
        return found

    def write(
        self,
        name: str,
        action: Action,
        rows: Rows,
        key: str | None = None,
        engine: Engine = Engine.AUTO,
        *,
        most: int | None = None,
    ) -> pl.DataFrame:
        """Write rows; the lines of all receipts in the order of the rows."""
        with self.sink(name, action, list(rows[0]), key, engine, len(rows)) as sink:
            payloads = self.payloads(sink.packing, rows, most=most)
            return lines(sink.write(iter(payloads), self.token))

    def settle(self, sink: Sink, payloads: Iterable[Payload]) -> pl.DataFrame:
        """What a later life of the program finds out, from what this one's diary holds."""
        opened = [
            OpenSend(payload, self.diary.handles.get(payload.send), self.diary.sent_at[payload.send])
            for payload in payloads
        ]
        return lines(sink.settle(opened, self.token))


def frame_of(rows: Rows) -> pl.DataFrame:
    """A prepared frame."""
    frame = pl.DataFrame([dict(row) for row in rows], schema=dict.fromkeys(rows[0], pl.String))
    return frame.with_columns(pl.int_range(FIRST_ROW, FIRST_ROW + frame.height, dtype=pl.Int64).alias(ROW))


def lines(receipts: Iterable[Receipt]) -> pl.DataFrame:
    """The lines of receipts, each row at most once."""
    whole = pl.concat([receipt.rows for receipt in receipts]).sort(ROW)
    assert whole[ROW].is_unique().all(), "a row came back twice"
    return whole
