"""The standard object Contact, with a restricted list, a multi-select list and an external id of its own."""

from __future__ import annotations

from crmdesk.practice.schema.builders import (
    address,
    audit,
    external_id,
    last_activity,
    long_text,
    owner,
    person_name,
    picklist,
    record_id,
    values,
)
from crmdesk.practice.schema.lookups import reference, taken_along
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.picklists import LEAD_SOURCES
from crmdesk.practice.schema.types import FieldType, PracticeField

LEVELS = ("Primary", "Secondary", "Tertiary")
INTERESTS = ("Events", "Newsletter", "Partnership", "Research", "Training")

CONTACT = PracticeObject(
    "Contact",
    "Contact",
    "Contacts",
    "003",
    (
        record_id("Contact ID"),
        taken_along(reference("AccountId", "Account ID", "Account", "Account", "Contacts")),
        *person_name("Full Name"),
        *address("Mailing", "Mailing"),
        *address("Other", "Other"),
        PracticeField("Phone", "Business Phone", FieldType.PHONE, length=40),
        PracticeField("Fax", "Business Fax", FieldType.PHONE, length=40),
        PracticeField("MobilePhone", "Mobile Phone", FieldType.PHONE, length=40),
        PracticeField("HomePhone", "Home Phone", FieldType.PHONE, length=40),
        reference("ReportsToId", "Reports To ID", "Contact", "ReportsTo"),
        PracticeField("Email", "Email", FieldType.EMAIL, length=80, id_lookup=True),
        PracticeField("Title", "Title", FieldType.STRING, length=128),
        PracticeField("Department", "Department", FieldType.STRING, length=80),
        picklist("LeadSource", "Lead Source", LEAD_SOURCES),
        PracticeField("Birthdate", "Birthdate", FieldType.DATE),
        long_text("Description", "Contact Description"),
        owner(),
        PracticeField(
            "HasOptedOutOfEmail",
            "Email Opt Out",
            FieldType.BOOLEAN,
            nillable=False,
            defaulted_on_create=True,
            default=False,
        ),
        PracticeField(
            "DoNotCall", "Do Not Call", FieldType.BOOLEAN, nillable=False, defaulted_on_create=True, default=False
        ),
        *audit(),
        last_activity(),
        picklist("Level__c", "Level", LEVELS, restricted=True),
        PracticeField("Languages__c", "Languages", FieldType.STRING, length=100),
        PracticeField(
            "Interests__c",
            "Interests",
            FieldType.MULTIPICKLIST,
            length=4099,
            values=values(*INTERESTS),
            restricted=True,
            sortable=False,
            groupable=False,
        ),
        external_id("Legacy_Id__c", "Legacy Id"),
    ),
)
