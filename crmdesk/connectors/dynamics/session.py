"""An open conversation with a Dynamics environment."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
from requests import Response

from crmdesk.connectors.contract import Query, SendLog, Unchanged, WriteRequest
from crmdesk.connectors.conversation import Conversation
from crmdesk.connectors.deletions import DeletedQuery
from crmdesk.connectors.dynamics.address import api_root
from crmdesk.connectors.dynamics.definitions import TABLE_MEMBERS, TableDefinition, Tables, addresses, whole
from crmdesk.connectors.dynamics.deletions import AuditedDeletions
from crmdesk.connectors.dynamics.names import parents_in
from crmdesk.connectors.dynamics.organization import CURRENT, organization_told
from crmdesk.connectors.dynamics.tables import Described, described, summary
from crmdesk.connectors.http import Authorization, HttpSession, Replay
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.odata.batch import PREFER, batch_answers, batch_body
from crmdesk.connectors.odata.changes import ODataChanges
from crmdesk.connectors.odata.metadata import EntitySet
from crmdesk.connectors.odata.record import Call
from crmdesk.connectors.odata.sink import ODataSink
from crmdesk.connectors.odata.source import ODataSource
from crmdesk.connectors.odata.urls import query_options
from crmdesk.connectors.odata.wire import (
    Answer,
    Entity,
    cut_short,
    entity,
    failure,
    member,
    not_odata,
    refusal,
    refused,
)
from crmdesk.connectors.traffic import Rate, Traffic
from crmdesk.connectors.whole import whole as arrived_whole
from crmdesk.errors import RemoteError, UserError
from crmdesk.model.account import Account, Environment, Identity, danger_of
from crmdesk.model.account_settings import ENVIRONMENT
from crmdesk.model.schema import ObjectSummary, RemoteObject

WRITE_SECONDS = 130.0
"""How long an answer to a write is awaited: Dataverse ends an operation after two minutes."""

RATE = Rate(6000, 300.0)
"""Microsoft Learn, "Service protection API limits": per user and web server; that there are several, nobody can see."""

_WINDOW = 330.0
"""The longest that service protection may ask for: its window is of five minutes."""

_HEADERS = {"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"}
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class DynamicsSession(Conversation):
    """See Session. Made only once the environment has said who is signed in; its tables are read as they are needed."""

    def __init__(self, account: Account, authorization: Authorization, reach: Reach) -> None:
        self._root = api_root(account.url, account.settings.get("api_version", ""))
        origin = self._root.origin
        self._tables: dict[str, TableDefinition] | None = None
        self._described: dict[str, Described] = {}
        self._said = account.settings.get(ENVIRONMENT, "")
        super().__init__(
            HttpSession(
                origin,
                authorization=authorization,
                reach=reach,
                headers=_HEADERS,
                write_seconds=WRITE_SECONDS,
                longest_wait=_WINDOW,
                traffic=Traffic(rate=RATE),
            )
        )

    def whoami(self) -> Identity:
        """Who is signed in, asked anew."""
        self._greet()
        user = _text(self._me, "UserId")
        known = self._read(f"systemusers({user})?$select=domainname,fullname", "your own user record")
        return Identity(
            user=_text(known, "domainname") or _text(known, "fullname") or user,
            organization=self._organization or self._root.origin.host,
            organization_id=self.organization_id,
            environment=self.environment,
            server_time=self.server_time(),
        )

    def objects(self) -> Sequence[ObjectSummary]:
        """The tables whose rows have an address."""
        return [summary(table) for table in self._all_tables().values()]

    def describe(self, name: str, known: str | None = None) -> RemoteObject | Unchanged:
        """See Session; the stamp stands for what the environment tells of the table."""
        found = self._table(name).remote
        return Unchanged() if known == found.stamp else found

    def query_text(self, query: Query) -> str:
        """The query as it stands in the address, without the percent signs."""
        found = self._entity_set(query)
        return f"{found.name}?" + "&".join(f"{name}={value}" for name, value in query_options(found, query))

    def source(self, query: Query) -> ODataSource:
        """See Session."""
        return ODataSource(self._http, self._root, self._entity_set(query), query)

    def changes(self, query: Query, after: str, keep: Callable[[str], None]) -> ODataChanges:
        """See TracksChanges; UserError for a table that is not tracked."""
        table = self._definition(query.object)
        if not table.change_tracking_enabled:
            raise UserError(
                f"The environment keeps no track of changes of {table.plural}.",
                hint="Go on by date: mode = “automatic” in [index]; or have change tracking switched on for the table.",
                place="index.mode",
            )
        return ODataChanges(self._http, self._root, self._table(query.object).entity_set, query, after, keep)

    def sink(self, request: WriteRequest, log: SendLog) -> ODataSink:
        """See Session."""
        return ODataSink(self._http, self._root, self._table(request.object.name).entity_set, request, log)

    def deleted(self, query: DeletedQuery) -> AuditedDeletions:
        """See TellsDeletions: what the audit log tells; UserError where nobody keeps one."""
        table = self._definition(query.object.name)
        organization = self._read(f"organizations({self.organization_id})?$select=isauditenabled", "the organization")
        is_kept = table.is_audit_enabled is not None and table.is_audit_enabled.value is True
        if not is_kept or _text(organization, "isauditenabled") != "true":
            raise UserError(
                f"The environment keeps no audit log of {table.plural}, so it cannot tell which ones were deleted.",
                hint='Compare all keys instead: mode = "compare" in [period]; or have auditing switched on.',
                place="operation",
            )
        return AuditedDeletions(self._http, self._root, table.logical_name, query)

    def _greet(self) -> None:
        self._me = self._read("WhoAmI()", "who you are")
        self.organization_id = _text(self._me, "OrganizationId")
        response = self._http.request("GET", f"{self._root}{CURRENT}", replay=Replay.SAFE)
        self._organization, told = organization_told(response.content) if response.ok else ("", None)
        self.environment = danger_of(Environment.PRACTICE if self._root.origin.is_loopback else told, self._said)

    def _read(self, path: str, what: str) -> Entity:
        response = self._http.request("GET", f"{self._root}{path}", replay=Replay.SAFE)
        if not response.ok:
            raise failure(refusal(response), what)
        return entity(response)

    def _all_tables(self) -> dict[str, TableDefinition]:
        if self._tables is None:
            address = f"{self._root}EntityDefinitions?$select={TABLE_MEMBERS}"
            response = self._http.request("GET", address, replay=Replay.SAFE)
            if not response.ok:
                raise failure(refusal(response), "the list of its tables")
            found = _decoded(response, Tables)
            self._tables = {each.logical_name: each for each in found.value if each.is_usable}
        return self._tables

    def _definition(self, name: str) -> TableDefinition:
        """The table of that logical name, or of that entity set."""
        tables = self._all_tables()
        folded = name.casefold()
        found = tables.get(folded) or next(
            (each for each in tables.values() if (each.entity_set_name or "").casefold() == folded), None
        )
        if found is None:
            near = difflib.get_close_matches(folded, tables, n=1)
            hint = f"Did you mean {near[0]}?" if near else "crmdesk objects ACCOUNT lists the names."
            raise UserError(f"The environment has no table “{name}”.", hint=hint, place="object")
        return found

    def _table(self, name: str) -> Described:
        table = self._definition(name)
        if table.logical_name not in self._described:
            contents = self._together(addresses(str(self._root), table.logical_name))
            try:
                found = whole(contents)
            except msgspec.MsgspecError as error:
                raise RemoteError(f"What the environment tells of {table.logical_name} cannot be read.") from error
            stamp = b"".join(contents)
            self._described[table.logical_name] = described(table, found, self._set_of, stamp)
        return self._described[table.logical_name]

    def _set_of(self, name: str) -> str:
        found = self._all_tables().get(name)
        return "" if found is None else found.entity_set_name or ""

    def _together(self, wanted: Sequence[str]) -> list[bytes]:
        """The bodies of several answers, asked for in one batch."""
        kind, body = batch_body([Call("GET", address) for address in wanted])
        headers = {"Content-Type": kind, "Accept": "multipart/mixed", **PREFER}

        def ask() -> Response:
            return self._http.request("POST", f"{self._root}$batch", replay=Replay.SAFE, headers=headers, body=body)

        def told(response: Response) -> list[Answer]:
            answers = batch_answers(response)
            if answers is not None and len(answers) == len(wanted):
                return answers
            if not response.ok:
                raise failure(refusal(response), "its definitions")
            if "multipart" not in response.headers.get("Content-Type", ""):
                raise not_odata(response)
            raise msgspec.DecodeError(f"{len(answers or ())} of {len(wanted)} parts")

        try:
            answers = arrived_whole(ask, told, None)
        except msgspec.DecodeError as error:
            raise cut_short(error) from error
        for answer in answers:
            if not answer.is_good:
                raise failure(refused(answer), "its definitions")
        return [answer.content for answer in answers]

    def _entity_set(self, query: Query) -> EntitySet:
        """The set of a query, with the fields of parents that it names as if they were its own."""
        found = self._table(query.object)
        more = []
        for relationship, name in parents_in(query):
            link = next((each for each in found.remote.fields if each.relationship == relationship), None)
            inner = self._table(link.references[0]).entity_set.find(name) if link is not None else None
            if inner is not None:
                more.append(replace(inner, name=f"{relationship}.{name}", read_as=inner.column, parent=relationship))
        return replace(found.entity_set, properties=(*found.entity_set.properties, *more))


def _decoded(response: Response, kind: type[Tables]) -> Tables:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.MsgspecError as error:
        raise not_odata(response) from error


def _text(found: Entity, name: str) -> str:
    return member(msgspec.json.encode(found), name) or ""
