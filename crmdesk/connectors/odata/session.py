"""An open conversation with an OData service."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from requests import codes

from crmdesk.connectors.contract import Query, SendLog, Unchanged, WriteRequest
from crmdesk.connectors.conversation import Conversation
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.odata.auth import Signature
from crmdesk.connectors.odata.capabilities import CAPABILITIES
from crmdesk.connectors.odata.changes import ODataChanges
from crmdesk.connectors.odata.describe import remote_object, summary
from crmdesk.connectors.odata.metadata import EntitySet, Metadata, parse_metadata
from crmdesk.connectors.odata.sink import ODataSink
from crmdesk.connectors.odata.source import ODataSource
from crmdesk.connectors.odata.urls import ServiceRoot, query_options
from crmdesk.connectors.odata.version2 import is_old_service
from crmdesk.connectors.odata.wire import failure, page, refusal
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Account, Identity, danger_of
from crmdesk.model.account_settings import ENVIRONMENT
from crmdesk.model.job import Engine
from crmdesk.model.schema import ObjectSummary, RemoteObject

WRITE_SECONDS = 130.0
"""How long an answer to a write is awaited: longer than a service may work on it."""

_HEADERS = {
    # Servers in JavaScript have no other numbers than floating point, and write longer ones only as texts.
    "Accept": "application/json;IEEE754Compatible=true, application/json;q=0.9",
    "OData-Version": "4.0",
    "OData-MaxVersion": "4.0",
    "MaxDataServiceVersion": "2.0",
}


class ODataSession(Conversation):
    """See Session. Made only once the service has answered the sign-in; its description is read once."""

    def __init__(self, account: Account, root: ServiceRoot, signature: Signature, reach: Reach) -> None:
        self._account = account
        self._root = root
        self._known: Metadata | None = None
        self.environment = danger_of(None, account.settings.get(ENVIRONMENT, ""))
        self.organization_id = str(root)
        super().__init__(
            HttpSession(
                root.origin,
                authorization=signature.authorization,
                reach=reach,
                headers={**_HEADERS, **signature.headers},
                write_seconds=WRITE_SECONDS,
            )
        )

    def whoami(self) -> Identity:
        """The user is as the account has it, or `anonymous` or `unknown`: OData has no word for who is signed in."""
        self._greet()
        return Identity(
            user=self._account.settings.get("user") or ("anonymous" if self._account.auth == "none" else "unknown"),
            organization=self._root.origin.host,
            organization_id=self.organization_id,
            environment=self.environment,
            server_time=self.server_time(),
        )

    def objects(self) -> Sequence[ObjectSummary]:
        """The entity sets whose entities have an address of their own."""
        return [summary(found) for found in self._metadata().sets.values() if found.has_id]

    def describe(self, name: str, known: str | None = None) -> RemoteObject | Unchanged:
        """See Session; the stamp stands for the whole description of the service."""
        metadata = self._metadata()
        found = self._set(name)
        return Unchanged() if known == metadata.stamp else remote_object(found, metadata.stamp)

    def query_text(self, query: Query) -> str:
        """The query as it stands in the address, without the percent signs."""
        found = self._set(query.object)
        return f"{found.name}?" + "&".join(f"{name}={value}" for name, value in query_options(found, query))

    def source(self, query: Query) -> ODataSource:
        """See Session."""
        return ODataSource(self._http, self._root, self._set(query.object), query)

    def changes(self, query: Query, after: str, keep: Callable[[str], None]) -> ODataChanges:
        """See TracksChanges."""
        if self._set(query.object).dialect.is_old:
            raise UserError("A service of OData 2 keeps no track of changes.", place="index.mode")
        return ODataChanges(self._http, self._root, self._set(query.object), query, after, keep)

    def sink(self, request: WriteRequest, log: SendLog) -> ODataSink:
        """See Session."""
        if request.action in CAPABILITIES.refusals:
            raise UserError(CAPABILITIES.refusals[request.action], place="export.action")
        if request.engine is Engine.BULK:
            raise UserError("An OData service has no bulk interface.", hint="Choose auto.", place="export.engine")
        return ODataSink(self._http, self._root, self._set(request.object.name), request, log)

    def _greet(self) -> None:
        """Read the list of entity sets: whoever may do that is signed in, at an OData service."""
        response = self._http.request("GET", str(self._root), replay=Replay.SAFE)
        if response.status_code == codes.unauthorized:
            said = refusal(response)
            raise SignInError(
                f"The service did not accept the sign-in of the account “{self._account.label}”: {said.message}",
                hint="Check how it signs in, and its secret: crmdesk account sign-in NAME.",
                place="auth",
            )
        if not response.ok:
            raise failure(refusal(response), "the list of its entity sets")
        if not is_old_service(response.content):
            page(response)

    def _metadata(self) -> Metadata:
        if self._known is None:
            address = f"{self._root}$metadata"
            response = self._http.request("GET", address, replay=Replay.SAFE, headers={"Accept": "application/xml"})
            if not response.ok:
                raise failure(refusal(response), "its description ($metadata)")
            self._known = parse_metadata(response.content)
        return self._known

    def _set(self, name: str) -> EntitySet:
        sets = self._metadata().sets
        folded = {known.casefold(): known for known in sets}
        found = sets.get(name) or sets.get(folded.get(name.casefold(), ""))
        if found is None:
            near = difflib.get_close_matches(name, sets, n=1)
            hint = f"Did you mean {near[0]}?" if near else "crmdesk objects ACCOUNT lists the names."
            raise UserError(f"The service has no entity set “{name}”.", hint=hint, place="object")
        if not found.has_id:
            why = f"the properties of their key are {', '.join(found.key)}" if found.key else "they have no key"
            raise UserError(
                f"The entities of {found.name} have no address of their own: {why}.",
                hint="Only entity sets whose key is of plain values of their own can be used.",
                place="object",
            )
        return found
