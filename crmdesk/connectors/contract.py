"""What every CRM connector promises, and the values that pass between it and the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol, runtime_checkable

import polars as pl

from crmdesk.connectors.calls import CallMeter
from crmdesk.connectors.matrix import Bar, Matrix
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import StoreError
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.filter import Filter, Order
from crmdesk.model.job import NO_WISHES, Action, Engine, Wishes
from crmdesk.model.mapping import UserKey
from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, ObjectSummary, RemoteObject
from crmdesk.model.sign_in import SignInMethod, SignInStep
from crmdesk.tabular.batch import ROW, Batch

SendId = int


# --- what a connector can do -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Users:
    """Where a CRM keeps its users: the object, the fields that name them, and the one that is true of active ones."""

    object: str
    keys: Mapping[UserKey, str]
    active: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What can be done how.

    `engines` lists, for each action, the engines that can carry it, the preferred one for many rows last; an action
    that is missing cannot be done at all, and `refusals` says why; `bars` are the options that an engine cannot carry,
    see `matrix`. `looks_up_upserts`: the CRM has no upsert, so the engine looks the keys up and inserts or updates.
    `audit` names the fields that tell when and by whom a record was last changed (empty: nobody tells).
    `auth_methods` are the ways to sign in, the one to propose first. `checks` names our own checks by the CRM's codes.
    `folds_case` tells whether the CRM takes upper and lower case of a text key for one. `clear_word` is a text that the
    CRM would take for "clear this field" and that can not be sent as a value (empty: none). `lookup_limit` is how many
    keys one list in a query may hold. `index_fields` hold the time of the last change, the one to prefer first. `users`
    is None where the CRM does not tell who they are. `audit_fields` names the fields that can be set while a record is
    created, by those who have a right that is told in a sentence.
    """

    engines: Mapping[Action, tuple[Engine, ...]]
    refusals: Mapping[Action, str] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()
    looks_up_upserts: bool = False
    audit: tuple[str, ...] = ()
    auth_methods: tuple[SignInMethod, ...] = ()
    checks: Mapping[Check, str] = field(default_factory=dict)
    folds_case: bool = True
    clear_word: str = ""
    lookup_limit: int = 200
    index_fields: tuple[str, ...] = ()
    users: Users | None = None
    audit_fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def matrix(self) -> Matrix:
        """What can be done how, and why not."""
        return Matrix(self.engines, self.bars)

    def method(self, name: str) -> SignInMethod | None:
        """The way to sign in of that name."""
        return next((method for method in self.auth_methods if method.name == name), None)

    def code(self, check: Check) -> str:
        """The code a reject of `check` carries."""
        return self.checks.get(check, check.value)


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """What to read. `fields` are API names or paths (`Account.Name`), in the order of the columns that come back."""

    object: str
    fields: tuple[str, ...]
    filter: Filter | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    engine: Engine = Engine.AUTO


class Source(Protocol):
    """Rows of a query, once."""

    def count(self) -> int | None:
        """How many rows there are now; None where asking costs as much as reading."""
        ...

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """The rows as frames of ROW and one String column a field, named as in the query; null where there is no value.

        Values are the wire's own text: numbers and times as the CRM writes them, booleans `true` and `false`.
        `after` is the cursor of an earlier batch; ROW then goes on behind that batch. A cursor the CRM no longer knows
        raises CursorGone before the first batch.
        """
        ...


class CursorGone(Exception):
    """The CRM no longer knows the cursor."""


# --- writing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What a sink is to do with rows.

    `fields` are the columns of the prepared frames, in order. `key` is the field that finds the record: None for an
    insert; the id field for update and delete (a foreign key has been looked up before); the id field or an external id
    for upsert. `rows` is how many rows there will be, for the choice of an engine. `rows_per_call` 0 = as many as go.
    With `is_serial` a call begins when the one before has ended. `wishes` are what is asked for beside the values.
    """

    object: RemoteObject
    action: Action
    fields: tuple[Field, ...]
    key: Field | None
    engine: Engine
    rows: int
    rows_per_call: int = 0
    is_serial: bool = False
    wishes: Wishes = NO_WISHES


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
            hint="Nothing of this part was sent. Check the disk, then start the job anew.",
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


class Settled(StrEnum):
    """What became of a row of a send. UNSENT: proven not applied, may be sent again.

    CROWDED and BUSY are refusals that need not be the last word: CROWDED came to all rows of a call over any of them,
    BUSY from somebody who held the record just then. Fewer rows a call bring out which row it is, or get through.
    """

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    UNSENT = "unsent"
    CROWDED = "crowded"
    BUSY = "busy"


RECEIPT_SCHEMA: dict[str, pl.DataType] = {
    ROW: pl.Int64(),
    "outcome": pl.String(),
    "id": pl.String(),
    "field": pl.String(),
    "code": pl.String(),
    "message": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one send: a frame of RECEIPT_SCHEMA with every row of the send exactly once.

    `id` is the remote id where known; `field`, `code` and `message` are the CRM's own words for a refused row, null
    else. `failure` is the CRM's message when the whole remote job failed.
    """

    send: SendId
    rows: pl.DataFrame
    failure: str = ""


class Sink(AbstractContextManager["Sink"], Protocol):
    """Prepared payloads in, receipts out. How many are in flight, and in which order they return, is the sink's affair.

    Every row handed in comes back exactly once. After Cancelled nothing new is sent, and what is in flight stays open.
    """

    engine: Engine
    packing: Packing

    def write(self, payloads: Iterator[Payload], token: CancelToken) -> Iterator[Receipt]:
        """Send. A payload without a receipt when this raises or ends is open."""
        ...

    def settle(self, open_sends: Sequence[OpenSend], token: CancelToken) -> Iterator[Receipt]:
        """Find out what became of sends whose answer is not known, without sending anything that could apply twice."""
        ...


# --- the conversation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What describe answers when nothing changed since `known`."""


class SecretSlot(Protocol):
    """The secrets of one account, by the names of its credential fields."""

    def read(self) -> Mapping[str, str]:
        """The secrets; raises SignInError when there are none."""
        ...

    def exchange(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        """Store what `change` makes of the secrets; nobody else, in no process, reads or replaces them meanwhile.

        Raises what `change` raises, and StoreError when another process does not let go of them.
        """
        ...


class Session(AbstractContextManager["Session"], Protocol):
    """An open conversation with one account. One thread at a time, unless a method says otherwise."""

    environment: Environment
    organization_id: str
    calls: CallMeter

    @property
    def api_calls(self) -> int:
        """Requests sent so far."""
        ...

    @property
    def calls_left(self) -> int | None:
        """Calls left today as the CRM last said; None where it does not say."""
        ...

    def server_time(self) -> str:
        """Now by the CRM's clock, ISO 8601 in UTC, as its answers told so far: up to a second early, never late."""
        ...

    def whoami(self) -> Identity:
        """Who is signed in, by the CRM's own word; raises SignInError."""
        ...

    def objects(self) -> Sequence[ObjectSummary]:
        """The remote objects this user can see."""
        ...

    def describe(self, name: str, known: str | None = None) -> RemoteObject | Unchanged:
        """The object and its fields; `known` is the stamp of an earlier answer. UserError for an unknown name."""
        ...

    def query_text(self, query: Query) -> str:
        """The query in the CRM's own language, for people."""
        ...

    def source(self, query: Query, log: SendLog | None = None) -> Source:
        """Rows of the CRM."""
        ...

    def sink(self, request: WriteRequest, log: SendLog) -> Sink:
        """A place to write to."""
        ...


@runtime_checkable
class TellsSchema(Protocol):
    """A session whose CRM describes itself as the practice org does."""

    def raw_description(self, name: str) -> Mapping[str, object]:
        """The CRM's own words about an object; UserError for an unknown name."""
        ...


@runtime_checkable
class TellsVersions(Protocol):
    """A session whose CRM speaks several versions of its interface; an account may want one (`api_version`)."""

    def versions(self) -> Sequence[str]:
        """The versions, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class BrowserSignIn:
    """What a sign-in through the browser has to go by.

    `tell` is given each step as it begins and as it ends; `open` shows a page in the person's browser and says whether
    it could. `is_afresh` asks the CRM not to take whoever the browser is signed in as. `patience` is in seconds.
    """

    tell: Callable[[SignInStep], None]
    open: Callable[[str], bool]
    token: CancelToken
    is_afresh: bool = False
    patience: float = 300.0


@runtime_checkable
class AsksInBrowser(Protocol):
    """A connector with a way to sign in by which a person gives a permission in their browser."""

    def permission(
        self, account: Account, secrets: Mapping[str, str], browser: BrowserSignIn, reach: Reach | None = None
    ) -> Mapping[str, str]:
        """The secrets with the one that the browser brought; `reach` as in Connector.connect.

        Raises UserError for the address or the port, SignInError, TransientError, Cancelled.
        """
        ...

    def app_letter(self, port: int, client_id: str) -> str:
        """The text that asks the CRM's admin for the app, or for what the app `client_id` lacks."""
        ...


class Connector(Protocol):
    """One kind of CRM."""

    kind: str
    label: str
    address_hint: str
    address_example: str
    capabilities: Capabilities

    def address(self, pasted: str) -> str:
        """The address to keep for what a person typed or pasted; raises UserError when it may not be used."""
        ...

    def connect(self, account: Account, secret: SecretSlot, reach: Reach | None = None) -> Session:
        """Open a conversation; raises UserError for an address that may not be used and SignInError.

        `reach` is the way to the CRM, as the account's settings say when it is not given.
        """
        ...
