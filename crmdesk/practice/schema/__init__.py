"""The objects and fields that a practice org holds, and the tables that keep them."""

from __future__ import annotations

from crmdesk.practice.schema.account import ACCOUNT
from crmdesk.practice.schema.activity import EVENT, TASK
from crmdesk.practice.schema.campaign import CAMPAIGN, CAMPAIGN_MEMBER
from crmdesk.practice.schema.contact import CONTACT
from crmdesk.practice.schema.content import CONTENT_DOCUMENT, CONTENT_DOCUMENT_LINK, CONTENT_VERSION
from crmdesk.practice.schema.custom import REGION, SUBSCRIPTION
from crmdesk.practice.schema.lead import LEAD
from crmdesk.practice.schema.objects import ChildRelationship, PracticeObject, Schema
from crmdesk.practice.schema.opportunity import OPPORTUNITY
from crmdesk.practice.schema.organization import ASSIGNMENT_RULE, ORGANIZATION, PROFILE, RECORD_TYPE, USER
from crmdesk.practice.schema.product import LINE_ITEM, PRICEBOOK, PRICEBOOK_ENTRY, PRODUCT
from crmdesk.practice.schema.service import CASE
from crmdesk.practice.schema.tables import (
    create_indexes_sql,
    create_tables_sql,
    folded,
    growth_sql,
    is_indexed,
    quoted,
)
from crmdesk.practice.schema.types import DefaultValue, FieldType, PicklistValue, PracticeField

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
    "growth_sql",
    "is_indexed",
    "quoted",
    "standard_schema",
]


def standard_schema() -> Schema:
    """The schema of a fresh practice org."""
    return Schema(
        (
            ACCOUNT,
            CONTACT,
            LEAD,
            OPPORTUNITY,
            CAMPAIGN,
            CAMPAIGN_MEMBER,
            CASE,
            TASK,
            EVENT,
            PRODUCT,
            PRICEBOOK,
            PRICEBOOK_ENTRY,
            LINE_ITEM,
            CONTENT_DOCUMENT,
            CONTENT_VERSION,
            CONTENT_DOCUMENT_LINK,
            REGION,
            SUBSCRIPTION,
            USER,
            PROFILE,
            ORGANIZATION,
            RECORD_TYPE,
            ASSIGNMENT_RULE,
        )
    )
