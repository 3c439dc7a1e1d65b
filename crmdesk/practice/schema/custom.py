"""Two custom objects: a region with lookups, and a subscription that is a detail of its account."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.schema.builders import (
    audit,
    auto_number,
    chosen,
    currency,
    external_id,
    flag,
    generated,
    last_activity,
    long_text,
    owner,
    record_id,
    subject_name,
    valid_for,
)
from crmdesk.practice.schema.lookups import fixed, following, reference
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.types import FieldType, PicklistValue, PracticeField

PLANS = ("Basic", "Plus", "Enterprise")
ADD_ONS = {
    "Backup": PLANS,
    "Audit log": ("Plus", "Enterprise"),
    "Priority support": ("Enterprise",),
}
_ANNUAL_VALUE = "Price__c * 12 * (1 - BLANKVALUE(Discount__c, 0))"

REGION = PracticeObject(
    "Region__c",
    "Region",
    "Regions",
    "a01",
    (
        record_id("Record ID"),
        owner(),
        subject_name("Region Name"),
        *audit(),
        last_activity(),
        replace(external_id("Code__c", "Code", length=20), case_sensitive=True),
        reference("Parent_Region__c", "Parent Region", "Region__c", "Parent_Region__r", "Regions__r"),
        reference("Headquarters__c", "Headquarters", "Account", "Headquarters__r", "Regions__r"),
        flag("Is_Open__c", "Open", default=True),
    ),
)

SUBSCRIPTION = PracticeObject(
    "Subscription__c",
    "Subscription",
    "Subscriptions",
    "a02",
    (
        record_id("Record ID"),
        auto_number("Name", "Subscription Number", "SUB-{:05}"),
        *audit(),
        last_activity(),
        fixed(reference("Account__c", "Account", "Account", "Account__r", "Subscriptions__r"), cascade_delete=True),
        reference("Contact__c", "Contact", "Contact", "Contact__r", "Subscriptions__r"),
        replace(reference("Region__c", "Region", "Region__c", "Region__r", "Subscriptions__r"), restricted_delete=True),
        chosen("Plan__c", "Plan", PLANS, "Basic", restricted=True),
        PracticeField(
            "Add_On__c",
            "Add-on",
            FieldType.PICKLIST,
            length=255,
            values=tuple(
                PicklistValue(name, name, valid_for=valid_for(PLANS, plans)) for name, plans in ADD_ONS.items()
            ),
            restricted=True,
            controller="Plan__c",
        ),
        PracticeField("Seats__c", "Seats", FieldType.DOUBLE, precision=6),
        currency("Price__c", "Price per Month", precision=10),
        PracticeField("Discount__c", "Discount", FieldType.PERCENT, precision=5, scale=2),
        replace(
            generated(
                "Annual_Value__c",
                "Annual Value",
                FieldType.CURRENCY,
                "Price__c * 12 * (100.0 - COALESCE(Discount__c, 0)) / 100.0",
                nillable=True,
            ),
            precision=18,
            scale=2,
            calculated=True,
            formula=_ANNUAL_VALUE,
        ),
        following("Account_Industry__c", "Account Industry", FieldType.STRING, "Account__c", "Industry", 255),
        PracticeField("Start_Date__c", "Start Date", FieldType.DATE),
        PracticeField("End_Date__c", "End Date", FieldType.DATE),
        long_text("Notes__c", "Notes"),
        external_id("External_Key__c", "External Key"),
    ),
)
