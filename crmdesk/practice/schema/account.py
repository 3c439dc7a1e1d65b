"""The standard object Account, with two external ids of its own."""

from __future__ import annotations

from crmdesk.practice.schema.builders import (
    address,
    audit,
    external_id,
    last_activity,
    long_text,
    owner,
    picklist,
    record_id,
)
from crmdesk.practice.schema.lookups import record_type, reference
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.picklists import INDUSTRIES, RATINGS
from crmdesk.practice.schema.types import FieldType, PracticeField

TYPES = (
    "Prospect",
    "Customer - Direct",
    "Customer - Channel",
    "Channel Partner / Reseller",
    "Installation Partner",
    "Technology Partner",
    "Other",
)

ACCOUNT = PracticeObject(
    "Account",
    "Account",
    "Accounts",
    "001",
    (
        record_id("Account ID"),
        PracticeField(
            "MasterRecordId",
            "Master Record ID",
            FieldType.REFERENCE,
            length=18,
            createable=False,
            updateable=False,
            reference_to=("Account",),
            relationship_name="MasterRecord",
        ),
        PracticeField("Name", "Account Name", FieldType.STRING, length=255, nillable=False, name_field=True),
        picklist("Type", "Account Type", TYPES),
        record_type(),
        reference("ParentId", "Parent Account ID", "Account", "Parent", "ChildAccounts"),
        *address("Billing", "Billing"),
        *address("Shipping", "Shipping"),
        PracticeField("Phone", "Account Phone", FieldType.PHONE, length=40),
        PracticeField("Fax", "Account Fax", FieldType.PHONE, length=40),
        PracticeField("AccountNumber", "Account Number", FieldType.STRING, length=40),
        PracticeField("Website", "Website", FieldType.URL, length=255),
        PracticeField("Sic", "SIC Code", FieldType.STRING, length=20),
        picklist("Industry", "Industry", INDUSTRIES),
        PracticeField("AnnualRevenue", "Annual Revenue", FieldType.CURRENCY, precision=18),
        PracticeField("NumberOfEmployees", "Employees", FieldType.INT, digits=8),
        picklist("Ownership", "Ownership", ("Public", "Private", "Subsidiary", "Other")),
        PracticeField("TickerSymbol", "Ticker Symbol", FieldType.STRING, length=20),
        long_text("Description", "Account Description"),
        picklist("Rating", "Account Rating", RATINGS),
        PracticeField("Site", "Account Site", FieldType.STRING, length=80),
        owner(),
        *audit(),
        last_activity(),
        picklist(
            "AccountSource", "Account Source", ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
        ),
        external_id("Oracle_Id__c", "Oracle Id"),
        external_id("Legacy_Salesforce_Id__c", "Legacy Salesforce Id"),
    ),
)
