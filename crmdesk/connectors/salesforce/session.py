"""An open conversation with one org."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

import requests

from crmdesk.connectors.calls import CallMeter
from crmdesk.connectors.contract import Query, SendLog, Sink, Source, Unchanged, WriteRequest
from crmdesk.connectors.conversation import Conversation
from crmdesk.connectors.deletions import DeletedQuery, DeletedSource
from crmdesk.connectors.http import RETRIED, HttpSession, Replay
from crmdesk.connectors.missing_records import WhyMissing
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.sign_in.endpoint import SignedIn
from crmdesk.connectors.salesforce.soql import object_name, soql
from crmdesk.connectors.salesforce.versions import chosen_version, versions
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.traffic import Traffic
from crmdesk.errors import AccessError, RemoteError, UserError
from crmdesk.model.account import Account, Environment, Identity, danger_of
from crmdesk.model.account_settings import ENVIRONMENT
from crmdesk.model.schema import ObjectSummary, RemoteObject

if TYPE_CHECKING:
    from crmdesk.connectors.salesforce.vendor import Vendor

_NOT_MODIFIED = 304
_USAGE = re.compile(r"api-usage=([0-9]{1,18})/([0-9]{1,18})(?![0-9])")
_FORBIDDEN = 403
_WRITE_SECONDS = 620.0
_LOOPBACK_WRITE_SECONDS = 60.0
_BUSY = RETRIED | {406, 420, 500}
"""Salesforce's edge answers 406 and 420 with an empty body when it cannot route a request at the moment; 500 is an
unexpected error on its side, which may be gone at the next try."""


def usage(headers: Mapping[str, str]) -> tuple[int, int] | None:
    """Calls used and allowed today, from Sforce-Limit-Info (REST guide, "Limit Info Header")."""
    found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return (int(found[1]), int(found[2])) if found else None


def nearest(name: str, objects: Sequence[ObjectSummary]) -> str:
    """The API name of the object that is called nearly so, by its name or its label; empty where none is."""
    names = {word.casefold(): each.name for each in objects for word in (each.label, each.name)}
    return next((names[near] for near in get_close_matches(name.casefold(), names, n=1)), "")


def is_crowded(response: requests.Response) -> bool:
    """Whether too many long requests are on the way: the same code as for a day's quota, but gone in a moment.

    REST guide, "API Request Limits": concurrent requests of 20 seconds or longer.
    """
    return response.status_code == _FORBIDDEN and b"Concurrent" in response.content


class SalesforceSession(Conversation):
    """See Session. Made only once the org has accepted the sign-in."""

    def __init__(self, account: Account, signed_in: SignedIn, reach: Reach) -> None:
        origin = signed_in.origin
        self._wanted_version = account.settings.get("api_version", "")
        self._said = account.settings.get(ENVIRONMENT, "")
        super().__init__(
            HttpSession(
                origin,
                authorization=signed_in.authorization,
                reach=reach,
                headers={"Accept": "application/json"},
                write_seconds=_LOOPBACK_WRITE_SECONDS if origin.is_loopback else _WRITE_SECONDS,
                retried=_BUSY,
                is_crowded=is_crowded,
                traffic=Traffic(CallMeter(usage)),
            )
        )

    def _greet(self) -> None:
        self._rest = Rest(self._http, chosen_version(self._http, self._wanted_version))
        self._user = self._userinfo()
        self.organization_id = str(self._user["organization_id"])
        self.environment, self._organization = self._look_at_organization()

    @property
    def schema_key(self) -> str:
        """Organisation, user and version of the interface."""
        return f"{self.organization_id} {self._user['user_id']} {self._rest.version}"

    def whoami(self) -> Identity:
        """Who is signed in, asked anew."""
        self._user = self._userinfo()
        return Identity(
            user=str(self._user.get("preferred_username") or self._user.get("name") or self._user["user_id"]),
            organization=self._organization,
            organization_id=self.organization_id,
            environment=self.environment,
            server_time=self.server_time(),
            calls_left=self.calls.left,
            calls_allowed=self.calls.allowed,
        )

    def versions(self) -> Sequence[str]:
        """See TellsVersions."""
        return versions(self._http)

    def objects(self) -> Sequence[ObjectSummary]:
        """The objects this user can see."""
        from crmdesk.connectors.salesforce.describe import object_summary

        return [object_summary(wire) for wire in self._vendor.describe_all()]

    def describe(self, name: str, known: str | None = None) -> RemoteObject | Unchanged:
        """The object and its fields; `known` is a Last-Modified."""
        found = self._description(name, known)
        if found is None:
            return Unchanged()
        from crmdesk.connectors.salesforce.describe import remote_object

        return remote_object(*found)

    def raw_description(self, name: str) -> Mapping[str, object]:
        """The answer of the REST resource sObject Describe."""
        found = self._description(name, None)
        if found is None:
            raise TypeError(name)
        return found[0]

    def _description(self, name: str, known: str | None) -> tuple[dict[str, Any], str] | None:
        """None when nothing changed since `known`."""
        try:
            if known is not None and self._is_unchanged(object_name(name), known):
                return None
            return self._vendor.describe(object_name(name), known)
        except RemoteError as error:
            if error.code != "NOT_FOUND":
                raise
            near = nearest(name, self.objects())
            hint = f"Did you mean {near}?" if near else "crmdesk objects ACCOUNT lists those that you can see."
            raise UserError(f"There is no object “{name}” that you can see.", hint=hint, place="object") from error

    def query_text(self, query: Query) -> str:
        """The query as SOQL."""
        return soql(query)

    def source(self, query: Query) -> Source:
        """Rows of the org."""
        from crmdesk.connectors.salesforce.reading.source import QuerySource

        return QuerySource(self._rest, query)

    def deleted(self, query: DeletedQuery) -> DeletedSource:
        """Deleted records of the org."""
        from crmdesk.connectors.salesforce.deletions.source import deletions

        is_logged = self.raw_description(query.object.name).get("replicateable") is True
        return deletions(self._rest, query, is_logged=is_logged)

    def why_missing(self, name: str, key: str, values: Sequence[str], token: CancelToken) -> Mapping[str, WhyMissing]:
        """Deleted and hidden records among those of these keys."""
        from crmdesk.connectors.salesforce.reading.missing_records import why_missing

        return why_missing(self._rest, str(self._user["user_id"]), name, key, values, token)

    def sink(self, request: WriteRequest, log: SendLog) -> Sink:
        """A place to write to."""
        from crmdesk.connectors.salesforce.sinks import open_sink

        return open_sink(self._rest, request, log, str(self._user["user_id"]))

    def _is_unchanged(self, name: str, known: str) -> bool:
        """Asked without the library: most runs find their object as it was, and need not load it."""
        place, since = self._rest.path(f"sobjects/{name}/describe"), {"If-Modified-Since": known}
        return self._http.request("GET", place, replay=Replay.SAFE, headers=since).status_code == _NOT_MODIFIED

    @cached_property
    def _vendor(self) -> Vendor:
        from crmdesk.connectors.salesforce.vendor import Vendor

        return Vendor(self._http, self._rest.version)

    def _userinfo(self) -> dict[str, Any]:
        """The signed-in user: OpenID Connect's answer, with `user_id` and `organization_id`."""
        return self._rest.get("/services/oauth2/userinfo", dict[str, Any])

    def _look_at_organization(self) -> tuple[Environment, str]:
        """How dangerous a write is, and what the org is called; an org that does not say counts as production."""
        try:
            record = next(self._rest.records("SELECT Name, IsSandbox FROM Organization LIMIT 1"), {})
        except (AccessError, UserError):
            record = {}
        name = str(record.get("Name") or self._user["organization_id"])
        is_sandbox = record.get("IsSandbox")
        told = None if is_sandbox is None else Environment.SANDBOX if is_sandbox else Environment.PRODUCTION
        return danger_of(Environment.PRACTICE if self._http.origin.is_loopback else told, self._said), name
