"""What the OData connector can do, and why it cannot do the rest."""

from __future__ import annotations

from crmdesk.connectors.contract import Capabilities
from crmdesk.connectors.odata.auth import METHODS
from crmdesk.model.job import Action, Engine

CAPABILITIES = Capabilities(
    engines=dict.fromkeys((Action.INSERT, Action.UPDATE, Action.UPSERT, Action.DELETE), (Engine.REST,)),
    refusals={Action.UNDELETE: "An OData service has no recycle bin that every client could reach into."},
    looks_up_upserts=True,  # services differ in what they do with a record that is not there
    auth_methods=METHODS,
    folds_case=False,
    tracks_changes=True,
    lookup_limit=40,  # as an OR of comparisons in one address, which may not grow much beyond 4,000 characters
)
