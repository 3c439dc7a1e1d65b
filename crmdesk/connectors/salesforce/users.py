"""Who the users of an org are, and the fields that tell who made a record and when."""

from __future__ import annotations

from crmdesk.connectors.contract import Users
from crmdesk.model.mapping import UserKey

USERS = Users("User", {UserKey.EMAIL: "Email", UserKey.USERNAME: "Username", UserKey.NAME: "Name"}, "IsActive")

# Salesforce help, "Enable the Create Audit Fields permission".
_RIGHT = (
    "It takes the permission “Set Audit Fields upon Record Creation”, which an admin first enables under User "
    "Interface in Setup, and it can be set only now, while the record is created: afterwards nobody can."
)

AUDIT_FIELDS = dict.fromkeys(("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"), _RIGHT)
"""The fields that can be set while a record is created, and what that takes."""
