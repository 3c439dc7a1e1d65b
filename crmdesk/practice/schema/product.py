"""Products, what they cost in which price book, and which of them an opportunity is about."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.schema.builders import (
    audit,
    currency,
    external_id,
    flag,
    generated,
    picklist,
    read_only,
    record_id,
    subject_name,
    text,
)
from crmdesk.practice.schema.lookups import fixed, following, reference
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.types import FieldType, PracticeField

FAMILIES = ("Hardware", "Software", "Services", "None")

PRODUCT = PracticeObject(
    "Product2",
    "Product",
    "Products",
    "01t",
    (
        record_id("Product ID"),
        subject_name("Product Name", 255),
        text("ProductCode", "Product Code", 255),
        replace(text("Description", "Product Description", 4000, FieldType.TEXTAREA), filterable=False, sortable=False),
        flag("IsActive", "Active"),
        picklist("Family", "Product Family", FAMILIES),
        text("QuantityUnitOfMeasure", "Quantity Unit Of Measure", 255),
        text("DisplayUrl", "Display URL", 1000, FieldType.URL),
        *audit(),
        # Part numbers that differ in case alone are different parts.
        replace(external_id("Sku__c", "SKU"), case_sensitive=True),
    ),
)

PRICEBOOK = PracticeObject(
    "Pricebook2",
    "Price Book",
    "Price Books",
    "01s",
    (
        record_id("Price Book ID"),
        subject_name("Price Book Name", 255),
        text("Description", "Description", 255),
        flag("IsActive", "Active"),
        read_only("IsStandard", "Is Standard Price Book", FieldType.BOOLEAN, nillable=False),
        *audit(),
    ),
)

PRICEBOOK_ENTRY = PracticeObject(
    "PricebookEntry",
    "Price Book Entry",
    "Price Book Entries",
    "01u",
    (
        record_id("Price Book Entry ID"),
        replace(
            following("Name", "Product Name", FieldType.STRING, "Product2Id", "Name", 255),
            nillable=False,
            defaulted_on_create=True,
            name_field=True,
        ),
        fixed(
            reference("Pricebook2Id", "Price Book ID", "Pricebook2", "Pricebook2", "PricebookEntries"),
            cascade_delete=True,
        ),
        fixed(reference("Product2Id", "Product ID", "Product2", "Product2", "PricebookEntries"), cascade_delete=True),
        replace(currency("UnitPrice", "List Price"), nillable=False),
        flag("IsActive", "Active"),
        flag("UseStandardPrice", "Use Standard Price"),
        following("ProductCode", "Product Code", FieldType.STRING, "Product2Id", "ProductCode", 255),
        *audit(),
    ),
)

LINE_ITEM = PracticeObject(
    "OpportunityLineItem",
    "Opportunity Product",
    "Opportunity Products",
    "00k",
    (
        record_id("Line Item ID"),
        fixed(
            reference("OpportunityId", "Opportunity ID", "Opportunity", "Opportunity", "OpportunityLineItems"),
            cascade_delete=True,
        ),
        replace(
            fixed(reference("PricebookEntryId", "Price Book Entry ID", "PricebookEntry", "PricebookEntry")),
            restricted_delete=True,
        ),
        following("ProductCode", "Product Code", FieldType.STRING, "PricebookEntryId", "ProductCode", 255),
        following("ListPrice", "List Price", FieldType.CURRENCY, "PricebookEntryId", "UnitPrice"),
        PracticeField("Quantity", "Quantity", FieldType.DOUBLE, precision=12, scale=2, nillable=False),
        replace(currency("UnitPrice", "Sales Price"), nillable=False),
        PracticeField("Discount", "Discount", FieldType.PERCENT, precision=5, scale=2),
        generated(
            "TotalPrice",
            "Total Price",
            FieldType.CURRENCY,
            "Quantity * UnitPrice * (100.0 - COALESCE(Discount, 0)) / 100.0",
            nillable=True,
        ),
        PracticeField("ServiceDate", "Date", FieldType.DATE),
        text("Description", "Line Description", 255),
        *audit(),
    ),
)
