"""The standard object Lead, with an external id of its own."""

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
    read_only,
    record_id,
    values,
)
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.picklists import INDUSTRIES, LEAD_SOURCES, RATINGS
from crmdesk.practice.schema.types import FieldType, PracticeField

FIRST_STATUS = "Open - Not Contacted"
STATUSES = (FIRST_STATUS, "Working - Contacted", "Closed - Converted", "Closed - Not Converted")

LEAD = PracticeObject(
    "Lead",
    "Lead",
    "Leads",
    "00Q",
    (
        record_id("Lead ID"),
        *person_name("Full Name"),
        PracticeField("Title", "Title", FieldType.STRING, length=128),
        PracticeField("Company", "Company", FieldType.STRING, length=255, nillable=False),
        *address("", ""),
        PracticeField("Phone", "Phone", FieldType.PHONE, length=40),
        PracticeField("MobilePhone", "Mobile Phone", FieldType.PHONE, length=40),
        PracticeField("Fax", "Fax", FieldType.PHONE, length=40),
        PracticeField("Email", "Email", FieldType.EMAIL, length=80, id_lookup=True),
        PracticeField("Website", "Website", FieldType.URL, length=255),
        long_text("Description", "Description"),
        picklist("LeadSource", "Lead Source", LEAD_SOURCES),
        PracticeField(
            "Status",
            "Status",
            FieldType.PICKLIST,
            length=255,
            nillable=False,
            defaulted_on_create=True,
            default=FIRST_STATUS,
            values=values(*STATUSES, default=FIRST_STATUS),
        ),
        picklist("Industry", "Industry", INDUSTRIES),
        picklist("Rating", "Rating", RATINGS),
        PracticeField("AnnualRevenue", "Annual Revenue", FieldType.CURRENCY, precision=18),
        PracticeField("NumberOfEmployees", "Employees", FieldType.INT, digits=8),
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
        read_only("IsConverted", "Converted", FieldType.BOOLEAN, nillable=False),
        *audit(),
        last_activity(),
        external_id("Legacy_Id__c", "Legacy Id"),
    ),
)
