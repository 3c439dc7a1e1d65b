"""Campaigns, and the people who are members of them."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.schema.builders import (
    audit,
    chosen,
    currency,
    external_id,
    flag,
    generated,
    last_activity,
    long_text,
    owner,
    picklist,
    record_id,
    subject_name,
)
from crmdesk.practice.schema.lookups import fixed, reference
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.types import FieldType, PracticeField

TYPES = ("Conference", "Webinar", "Trade Show", "Public Relations", "Partners", "Advertisement", "Email", "Other")
STATUSES = ("Planned", "In Progress", "Completed", "Aborted")
MEMBER_STATUSES = ("Sent", "Responded")

CAMPAIGN = PracticeObject(
    "Campaign",
    "Campaign",
    "Campaigns",
    "701",
    (
        record_id("Campaign ID"),
        subject_name("Name"),
        reference("ParentId", "Parent Campaign ID", "Campaign", "Parent", "ChildCampaigns"),
        picklist("Type", "Type", TYPES),
        chosen("Status", "Status", STATUSES, "Planned"),
        PracticeField("StartDate", "Start Date", FieldType.DATE),
        PracticeField("EndDate", "End Date", FieldType.DATE),
        currency("ExpectedRevenue", "Expected Revenue", scale=0),
        currency("BudgetedCost", "Budgeted Cost", scale=0),
        currency("ActualCost", "Actual Cost", scale=0),
        PracticeField("ExpectedResponse", "Expected Response (%)", FieldType.PERCENT, precision=10, scale=2),
        PracticeField("NumberSent", "Num Sent", FieldType.DOUBLE, precision=18),
        flag("IsActive", "Active"),
        long_text("Description", "Description"),
        owner(),
        *audit(),
        last_activity(),
        external_id("Legacy_Id__c", "Legacy Id"),
    ),
)


def _member(name: str, label: str, target: str, relationship: str) -> PracticeField:
    return replace(
        reference(name, label, target, relationship, "CampaignMembers"), updateable=False, cascade_delete=True
    )


CAMPAIGN_MEMBER = PracticeObject(
    "CampaignMember",
    "Campaign Member",
    "Campaign Members",
    "00v",
    (
        record_id("Campaign Member ID"),
        fixed(_member("CampaignId", "Campaign ID", "Campaign", "Campaign")),
        _member("LeadId", "Lead ID", "Lead", "Lead"),
        _member("ContactId", "Contact ID", "Contact", "Contact"),
        chosen("Status", "Status", MEMBER_STATUSES, "Sent"),
        generated("HasResponded", "Responded", FieldType.BOOLEAN, "Status = 'Responded'"),
        *audit(),
    ),
)
