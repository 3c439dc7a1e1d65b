"""What the OData connector can do, and why it cannot do the rest."""

from __future__ import annotations

from crmdesk.connectors.contract import Capabilities
from crmdesk.connectors.odata.auth import METHODS
from crmdesk.model.job import Action, Engine
from crmdesk.model.matrix import Bar
from crmdesk.model.write_options import WriteOption

_BARS = (
    Bar(Engine.REST, WriteOption.ALL_OR_NONE, "Each row of a batch stands alone here: the good ones are kept."),
    Bar(Engine.REST, WriteOption.ALLOW_DUPLICATES, "OData knows no duplicate rules that a request could set aside."),
    Bar(Engine.REST, WriteOption.ASSIGNMENT_RULE, "OData knows no assignment rules that a request could choose."),
    Bar(Engine.REST, WriteOption.HARD_DELETE, "OData knows no recycle bin that a delete could pass by."),
    Bar(Engine.REST, WriteOption.SKIP_CUSTOM_LOGIC, "OData knows no way past what a service makes of its records."),
)

CAPABILITIES = Capabilities(
    engines=dict.fromkeys((Action.INSERT, Action.UPDATE, Action.UPSERT, Action.DELETE), (Engine.REST,)),
    refusals={Action.UNDELETE: "An OData service has no recycle bin that every client could reach into."},
    bars=_BARS,
    looks_up_upserts=True,  # services differ in what they do with a record that is not there
    auth_methods=METHODS,
    folds_case=False,
    tracks_changes=True,
    lookup_limit=40,  # as an OR of comparisons in one address, which may not grow much beyond 4,000 characters
)
