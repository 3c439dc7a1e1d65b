"""The objects and fields that a practice org holds, and the tables that keep them."""

from __future__ import annotations

from crmdesk.practice.schema.account import ACCOUNT
from crmdesk.practice.schema.contact import CONTACT
from crmdesk.practice.schema.lead import LEAD
from crmdesk.practice.schema.opportunity import OPPORTUNITY
from crmdesk.practice.schema.organization import ORGANIZATION, RECORD_TYPE, USER
from crmdesk.practice.schema.tables import create_indexes_sql, create_tables_sql, folded, quoted
from crmdesk.practice.schema.types import (
    ChildRelationship,
    DefaultValue,
    FieldType,
    PicklistValue,
    PracticeField,
    PracticeObject,
    Schema,
)

__all__ = [
    "ChildRelationship",
    "DefaultValue",
    "FieldType",
    "PicklistValue",
    "PracticeField",
    "PracticeObject",
    "Schema",
    "create_indexes_sql",
    "create_tables_sql",
    "folded",
    "quoted",
    "standard_schema",
]


def standard_schema() -> Schema:
    """The schema of a fresh practice org."""
    return Schema((ACCOUNT, CONTACT, LEAD, OPPORTUNITY, USER, ORGANIZATION, RECORD_TYPE))
