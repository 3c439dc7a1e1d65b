"""What can be done how in Dynamics 365, and why not otherwise."""

from __future__ import annotations

from crmdesk.connectors.contract import Capabilities, Users
from crmdesk.connectors.dynamics.sign_in.methods import METHODS
from crmdesk.model.job import Action, Engine
from crmdesk.model.mapping import UserKey
from crmdesk.model.matrix import Bar
from crmdesk.model.reject import Check
from crmdesk.model.write_options import WriteOption

_BARS = (
    Bar(Engine.REST, WriteOption.ASSIGNMENT_RULE, "Dynamics has no assignment rules that a request could choose."),
    Bar(Engine.REST, WriteOption.ALL_OR_NONE, "Each row of a batch stands alone here: the good ones are kept."),
    Bar(Engine.REST, WriteOption.HARD_DELETE, "A delete in Dynamics knows no bin that it could pass by."),
)

_USERS = Users(
    "systemuser",
    {UserKey.EMAIL: "internalemailaddress", UserKey.USERNAME: "domainname", UserKey.NAME: "fullname"},
    active="isdisabled",
    active_when="false",
)
"""Microsoft Learn, "User (SystemUser) table/entity reference"."""

CAPABILITIES = Capabilities(
    engines=dict.fromkeys((Action.INSERT, Action.UPDATE, Action.UPSERT, Action.DELETE), (Engine.REST,)),
    refusals={Action.UNDELETE: "Rows that were deleted in Dynamics are brought back there, not from outside."},
    bars=_BARS,
    audit=("modifiedon", "modifiedby.domainname"),
    auth_methods=METHODS,
    checks={
        Check.KEY_UNKNOWN: "0x80040217",
        Check.TOO_LONG: "0x80044331",
        Check.OUT_OF_RANGE: "0x8004432f",
        Check.NOT_IN_LIST: "0x8004431a",
    },
    folds_case=True,
    users=_USERS,
    lookup_limit=60,  # as an OR of comparisons in one address, which may have 32,768 characters
    index_fields=("modifiedon",),
    tracks_changes=True,
    audit_fields={
        "overriddencreatedon": "Setting the time of creation needs the privilege prvOverrideCreatedOnCreatedBy."
    },
)
