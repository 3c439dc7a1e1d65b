"""What the OData connector can do, and why it cannot do the rest."""

from __future__ import annotations

from crmdesk.connectors.contract import Capabilities
from crmdesk.connectors.odata.auth import METHODS
from crmdesk.model.job import Action, Engine

CAPABILITIES = Capabilities(
    engines=dict.fromkeys((Action.INSERT, Action.UPDATE, Action.DELETE), (Engine.REST,)),
    refusals={
        Action.UPSERT: "OData services differ in what they do with a record that is not there, so an upsert could "
        "create nothing or create twice: insert the new records and update the others."
    },
    auth_methods=METHODS,
    folds_case=False,
    lookup_limit=40,  # as an OR of comparisons in one address, which may not grow much beyond 4,000 characters
)
