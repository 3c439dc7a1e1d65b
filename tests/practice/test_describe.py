"""What the practice org tells of its objects and fields."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from crmdesk.practice.describe import describe_global, describe_object, describe_summary
from crmdesk.practice.schema import PracticeField, standard_schema

BASE = "/services/data/v64.0"
SCHEMA = standard_schema()
DATA = Path(__file__).parents[3] / "shared" / "data"

KEYS = """
aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive
compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate
dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo
filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup
inlineHelpText label length mask maskType name nameField namePointing nillable permissionable picklistValues
polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName
relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type unique
updateable writeRequiresMasterRead
"""
FIELD_KEYS = set(KEYS.split())


def described(name: str) -> dict[str, Any]:
    found = SCHEMA.object(name)
    assert found is not None
    return describe_object(SCHEMA, found, BASE)


def fields(name: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in described(name)["fields"]}


def field(name: str, field_name: str) -> PracticeField:
    found = SCHEMA.object(name)
    assert found is not None
    one = found.field(field_name)
    assert one is not None
    return one


def required(name: str) -> set[str]:
    return {
        each["name"]
        for each in fields(name).values()
        if each["createable"] and not each["nillable"] and not each["defaultedOnCreate"] and each["type"] != "boolean"
    }


@pytest.mark.parametrize("name", [each.name for each in SCHEMA.objects])
def test_every_field_has_all_57_keys_and_no_others(name: str) -> None:
    assert len(FIELD_KEYS) == 57
    for each in described(name)["fields"]:
        assert set(each) == FIELD_KEYS, each["name"]


def test_the_global_describe_lists_every_object_with_its_urls() -> None:
    told: Any = describe_global(SCHEMA, BASE)
    assert (told["encoding"], told["maxBatchSize"]) == ("UTF-8", 200)
    assert {each["name"]: each["keyPrefix"] for each in told["sobjects"]} == {
        "Account": "001",
        "Contact": "003",
        "Lead": "00Q",
        "Opportunity": "006",
        "Campaign": "701",
        "CampaignMember": "00v",
        "Case": "500",
        "Task": "00T",
        "Event": "00U",
        "Product2": "01t",
        "Pricebook2": "01s",
        "PricebookEntry": "01u",
        "OpportunityLineItem": "00k",
        "ContentDocument": "069",
        "ContentVersion": "068",
        "ContentDocumentLink": "06A",
        "Region__c": "a01",
        "Subscription__c": "a02",
        "User": "005",
        "Profile": "00e",
        "Organization": "00D",
        "RecordType": "012",
        "AssignmentRule": "01Q",
    }
    contact = next(each for each in told["sobjects"] if each["name"] == "Contact")
    assert contact["urls"] == {
        "sobject": f"{BASE}/sobjects/Contact",
        "describe": f"{BASE}/sobjects/Contact/describe",
        "rowTemplate": f"{BASE}/sobjects/Contact/{{ID}}",
    }
    found = SCHEMA.object("contact")
    assert found is not None
    assert describe_summary(found, BASE) == contact


def test_required_fields_follow_from_the_marks_of_describe() -> None:
    assert required("Account") == {"Name"}
    assert required("Contact") == {"LastName"}
    assert required("Lead") == {"LastName", "Company"}
    assert required("Opportunity") == {"Name", "StageName", "CloseDate"}
    for each in SCHEMA.objects:
        assert {one.name for one in each.fields if one.is_required} == required(each.name)


def test_external_ids_are_unique_except_the_one_of_opportunities() -> None:
    keys = {
        (each.name, one["name"]): one["unique"]
        for each in SCHEMA.objects
        for one in fields(each.name).values()
        if one["externalId"]
    }
    assert keys == {
        ("Account", "Oracle_Id__c"): True,
        ("Account", "Legacy_Salesforce_Id__c"): True,
        ("Contact", "Legacy_Id__c"): True,
        ("Lead", "Legacy_Id__c"): True,
        ("Opportunity", "Oracle_Id__c"): False,
        ("Opportunity", "Legacy_Salesforce_Id__c"): True,
        ("Campaign", "Legacy_Id__c"): True,
        ("Case", "Legacy_Id__c"): True,
        ("Task", "Legacy_Id__c"): True,
        ("Event", "Legacy_Id__c"): True,
        ("Product2", "Sku__c"): True,
        ("Region__c", "Code__c"): True,
        ("Subscription__c", "External_Key__c"): True,
    }


def test_compound_addresses_are_read_only_and_their_parts_name_them() -> None:
    account = fields("Account")
    assert (account["BillingAddress"]["type"], account["BillingAddress"]["soapType"]) == ("address", "urn:address")
    assert not account["BillingAddress"]["createable"]
    assert not account["BillingAddress"]["updateable"]
    assert account["BillingPostalCode"]["compoundFieldName"] == "BillingAddress"
    assert fields("Contact")["LastName"]["compoundFieldName"] == "Name"
    assert not fields("Contact")["Name"]["createable"]
    assert fields("Contact")["Name"]["nameField"]


def test_lists_tell_their_entries_and_whether_they_are_restricted() -> None:
    contact = fields("Contact")
    assert contact["Level__c"]["restrictedPicklist"]
    assert [entry["value"] for entry in contact["Level__c"]["picklistValues"]] == ["Primary", "Secondary", "Tertiary"]
    assert contact["Level__c"]["picklistValues"][0] == {
        "active": True,
        "defaultValue": False,
        "label": "Primary",
        "validFor": None,
        "value": "Primary",
    }
    status = fields("Lead")["Status"]
    assert [entry["value"] for entry in status["picklistValues"] if entry["defaultValue"]] == ["Open - Not Contacted"]
    assert not fields("Opportunity")["StageName"]["restrictedPicklist"]


def test_references_and_child_relationships_are_two_ends_of_one_thing() -> None:
    children = described("Account")["childRelationships"]
    ways = {(each["childSObject"], each["field"]): each["relationshipName"] for each in children}
    assert ways[("Contact", "AccountId")] == "Contacts"
    assert ways[("Opportunity", "AccountId")] == "Opportunities"
    assert ways[("Account", "ParentId")] == "ChildAccounts"
    account_id = fields("Contact")["AccountId"]
    assert (account_id["referenceTo"], account_id["relationshipName"]) == (["Account"], "Account")
    assert account_id["soapType"] == "tns:ID"


def test_the_master_record_type_is_there() -> None:
    (master,) = described("Account")["recordTypeInfos"]
    assert (master["recordTypeId"], master["master"], master["available"]) == ("012000000000000AAA", True, True)


def test_long_text_is_neither_filtered_nor_sorted_nor_grouped() -> None:
    text = fields("Account")["Description"]
    assert (text["type"], text["length"], text["byteLength"]) == ("textarea", 32000, 96000)
    assert not any(text[mark] for mark in ("filterable", "sortable", "groupable", "aggregatable"))


@pytest.mark.parametrize(("name", "file"), [("Account", "accountData.csv"), ("Opportunity", "opportunityData.csv")])
def test_real_exported_files_fit_the_fields(name: str, file: str) -> None:
    not_imitated = {"PRICEBOOKID", "PRICEBOOK2ID"}
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for heading, value in row.items():
                if heading in not_imitated:
                    assert not value
                    continue
                one = field(name, heading)
                assert not one.restricted or not value or value in one.active_values()
                assert not one.type.is_text or len(value) <= one.length, heading
