"""Sends: prepared rows, their stored bodies, and the log that is kept of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

import polars as pl

from crmdesk.errors import StoreError
from crmdesk.model.job import Action, Engine

SendId = int

_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Road:
    """How a send goes, where the sends of one run go differently: what is asked for its rows, and the engine.

    Gentle: one call after the other.
    """

    action: Action
    engine: Engine
    is_gentle: bool = False

    def __str__(self) -> str:
        return "/".join((self.action, self.engine, *(["gentle"] if self.is_gentle else [])))

    @classmethod
    def parse(cls, text: str) -> Road | None:
        """What str gave; None for an empty text."""
        action, _, rest = text.partition("/")
        engine, _, gentle = rest.partition("/")
        return cls(Action(action), Engine(engine), bool(gentle)) if text else None


@dataclass(frozen=True, slots=True)
class Packing:
    """How prepared rows become the body of one remote request or job, and back.

    A prepared frame has ROW and one String column for each field of the request: null = leave the remote value alone,
    "" = clear it, anything else = the value in the wire's own text. A body is
    head + encode(rows) + separator + encode(more rows) + tail, at most `max_rows` and `max_bytes`.
    `decode` gives the frame of a body back, without ROW, in the order of the body.
    """

    max_rows: int
    max_bytes: int
    encode: Callable[[pl.DataFrame], bytes]
    decode: Callable[[bytes], pl.DataFrame]
    head: bytes = b""
    separator: bytes = b""
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class Body:
    """The stored bytes of one send: a slice of a file. `sha256` is in hexadecimal digits."""

    path: Path
    offset: int
    length: int
    sha256: str

    def read(self) -> bytes:
        """All bytes; raises StoreError when they are not what was stored."""
        with self.open() as file:
            body = file.read(self.length)
        if hashlib.sha256(body).hexdigest() != self.sha256:
            raise self.damaged()
        return body

    def check(self) -> None:
        """Raise StoreError when the bytes are not what was stored; takes no more memory than a piece of them."""
        found, left = hashlib.sha256(), self.length
        with self.open() as file:
            while left and (piece := file.read(min(left, _PIECE))):
                found.update(piece)
                left -= len(piece)
        if found.hexdigest() != self.sha256:
            raise self.damaged()

    def open(self) -> IO[bytes]:
        """The file, placed at the first byte; the caller reads `length` bytes and closes it. Raises StoreError."""
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise self.damaged() from error
        file.seek(self.offset)
        return file

    def damaged(self) -> StoreError:
        """What is to be said when the bytes are gone or are not what was stored."""
        return StoreError(
            f"The stored rows in {self.path.name} are damaged.",
            hint="Nothing of this part was sent. Check the disk; `crmdesk end RUN` makes rejects of what was not sent.",
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows and the stored body of a send that does not exist yet; `road` as in Payload."""

    rows: pl.Series
    body: Body
    road: Road | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """One send, prepared and stored: its rows (in the order of the body) and its body.

    `road` None is the one of the run: its action, by the engine that was chosen when it was prepared.
    """

    send: SendId
    rows: pl.Series
    body: Body
    road: Road | None = None


@dataclass(frozen=True, slots=True)
class OpenSend:
    """A send of an earlier life of the run that was begun and not settled.

    `handle` is what was stored with SendLog.handle (None: nothing was). `sent_at` is ISO 8601 in UTC by the CRM's
    clock, from SendLog.intend.
    """

    payload: Payload
    handle: str | None
    sent_at: str


class Point(StrEnum):
    """The named points of a send."""

    INTENDED = "intended"
    CREATED = "created"
    HANDLE_STORED = "handle stored"
    UPLOADED = "uploaded"
    CLOSED = "closed"
    POLLED = "polled"
    FETCHED = "fetched"
    SETTLED = "settled"


class SendLog(Protocol):
    """Made by the engine over its ledger. Thread-safe; `intend` and `handle` return when what they say is durable."""

    def intend(self, payload: Payload, sent_at: str) -> None:
        """The payload is about to leave; `sent_at` is now by the CRM's clock, ISO 8601 in UTC."""
        ...

    def handle(self, send: SendId, handle: str) -> None:
        """The remote's name for the send (a job id, ids made by us), told BEFORE the body leaves."""
        ...

    def reached(self, send: SendId, point: Point) -> None:
        """A named point was passed (all but INTENDED, HANDLE_STORED and SETTLED, which the log knows by itself)."""
        ...

    def owned(self, ids: Collection[str]) -> frozenset[str]:
        """Those of the remote `ids` that are the outcome of a row of this run already."""
        ...

    def notice(self, message: str) -> None:
        """Something a person should know, in a sentence."""
        ...
