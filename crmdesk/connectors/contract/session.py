"""An open conversation with an account, and the connector that opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from crmdesk.connectors.calls import CallMeter
from crmdesk.connectors.contract.capabilities import Capabilities
from crmdesk.connectors.contract.reading import Query, Source
from crmdesk.connectors.contract.sends import SendLog
from crmdesk.connectors.contract.writing import Sink, WriteRequest
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.schema import ObjectSummary, RemoteObject
from crmdesk.model.sign_in import SignInStep


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

    def source(self, query: Query) -> Source:
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
