"""The standard object Case: numbered by the org, with record types that do not take every severity."""

from __future__ import annotations

from crmdesk.practice.schema.builders import (
    audit,
    auto_number,
    chosen,
    external_id,
    flag,
    generated,
    long_text,
    owner,
    picklist,
    record_id,
    text,
)
from crmdesk.practice.schema.lookups import holding, record_type, reference
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.types import FieldType

STATUSES = ("New", "Working", "Escalated", "Closed")
ORIGINS = ("Phone", "Email", "Web")
SEVERITIES = ("Minor", "Major", "Outage")

CASE = PracticeObject(
    "Case",
    "Case",
    "Cases",
    "500",
    (
        record_id("Case ID"),
        auto_number("CaseNumber", "Case Number", "{:08}"),
        holding(reference("ContactId", "Contact ID", "Contact", "Contact", "Cases")),
        holding(reference("AccountId", "Account ID", "Account", "Account", "Cases")),
        reference("ParentId", "Parent Case ID", "Case", "Parent", "Cases"),
        record_type(),
        text("SuppliedName", "Name", 80),
        text("SuppliedEmail", "Email Address", 80, FieldType.EMAIL),
        picklist("Type", "Type", ("Question", "Problem", "Feature Request")),
        chosen("Status", "Status", STATUSES, "New"),
        picklist("Reason", "Case Reason", ("Installation", "Performance", "Breakdown", "Feedback", "Other")),
        picklist("Origin", "Case Origin", ORIGINS),
        chosen("Priority", "Priority", ("High", "Medium", "Low"), "Medium"),
        text("Subject", "Subject", 255),
        long_text("Description", "Description"),
        generated("IsClosed", "Closed", FieldType.BOOLEAN, "Status = 'Closed'"),
        flag("IsEscalated", "Escalated"),
        owner(),
        *audit(),
        picklist("Severity__c", "Severity", SEVERITIES, restricted=True),
        external_id("Legacy_Id__c", "Legacy Id"),
    ),
)
