"""The rules that an administrator makes, and requests made of several: the rest of docs/practice-behaviours.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.practice.asking import errors_of, made, refused
from tests.practice.bulk import ingest, results
from tests.practice.running import PracticeOrg

Json = dict[str, Any]


@pytest.fixture
def ruled(shared_org: PracticeOrg) -> Iterator[PracticeOrg]:
    """The shared org, with the rules of a fresh one before and after."""
    shared_org.delete("/practice/rules")
    yield shared_org
    shared_org.delete("/practice/rules")


def account(org: PracticeOrg) -> str:
    return made(org, "Account", Name="Subscriber")


def switch(org: PracticeOrg, part: str, what: str, name: str, *, active: bool = True) -> None:
    rule = {"object": what, "name": name, "active": active}
    assert org.post("/practice/rules", {part: [rule]}).status_code == 201


def test_a_validation_rule_refuses_with_its_own_text_beside_its_field(ruled: PracticeOrg) -> None:
    values = {"Account__c": account(ruled), "Start_Date__c": "2031-02-01", "End_Date__c": "2031-01-01"}
    reply = ruled.post("sobjects/Subscription__c", values)
    assert refused(reply) == (
        400,
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "The end date must not lie before the start date.",
    )
    assert reply.json()[0]["fields"] == ["End_Date__c"]
    place = f"sobjects/Subscription__c/{made(ruled, 'Subscription__c', **values | {'End_Date__c': '2031-03-01'})}"
    # A rule sees what the record holds already, not only what is sent.
    assert refused(ruled.patch(place, {"Start_Date__c": "2031-04-01"}))[1] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    switch(ruled, "validation", "Subscription__c", "End_after_start", active=False)
    assert ruled.patch(place, {"Start_Date__c": "2031-04-01"}).status_code == 204


def test_rules_on_the_objects_loaded_first_are_switched_on_when_wanted(ruled: PracticeOrg) -> None:
    assert made(ruled, "Contact", LastName="Unreachable")
    switch(ruled, "validation", "Contact", "Reachable")
    reply = ruled.post("sobjects/Contact", {"LastName": "Unreachable"})
    assert refused(reply)[2] == "Give an e-mail address or a phone number."
    job = ingest(ruled, "Contact", "insert", ["LastName", "Phone"], [["A", ""], ["B", "1"]])
    (row,) = results(ruled, job, "failedResults")
    message = "Give an e-mail address or a phone number."
    assert row["sf__Error"] == f"FIELD_CUSTOM_VALIDATION_EXCEPTION:{message}:--"
    own = {
        "object": "Lead",
        "name": "No_tests",
        "formula": 'CONTAINS(Company, "Test")',
        "message": "No test companies.",
    }
    assert ruled.post("/practice/rules", {"validation": [own]}).status_code == 201
    assert refused(ruled.post("sobjects/Lead", {"LastName": "x", "Company": "Test AG"}))[2] == "No test companies."
    assert ruled.post("/practice/rules", {"validation": [own | {"formula": "Foo__c = 1"}]}).status_code == 400
    assert ruled.post("/practice/rules", {"nonsense": []}).status_code == 400


def test_validation_rules_are_told_by_the_tooling_api_with_their_formula(ruled: PracticeOrg) -> None:
    soql = (
        "SELECT Id, ValidationName, Active, ErrorMessage FROM ValidationRule WHERE EntityDefinition.QualifiedApiName = "
    )
    found = ruled.rows(f"{soql}'Contact'", "tooling/query")
    assert [(row["ValidationName"], row["Active"]) for row in found] == [("Reachable", False)]
    rule = ruled.get(f"tooling/sobjects/ValidationRule/{found[0]['Id']}").json()
    assert rule["Metadata"]["errorConditionFormula"] == "AND(ISBLANK(Email), ISBLANK(Phone), ISBLANK(MobilePhone))"
    one = f"SELECT Metadata, FullName FROM ValidationRule WHERE Id = '{found[0]['Id']}'"  # noqa: S608 - our own id
    assert ruled.rows(one, "tooling/query")[0]["FullName"] == "Contact.Reachable"
    several = ruled.get("tooling/query", params={"q": "SELECT Metadata FROM ValidationRule"})
    assert refused(several)[1] == "MALFORMED_QUERY"
    fields = "SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Region__c'"
    assert {"QualifiedApiName": "Code__c"} in ruled.rows(fields, "tooling/query")


def test_a_dependent_list_takes_what_its_controlling_list_allows(ruled: PracticeOrg) -> None:
    fields = {each["name"]: each for each in ruled.get("sobjects/Subscription__c/describe").json()["fields"]}
    add_on = fields["Add_On__c"]
    assert (add_on["controllerName"], add_on["dependentPicklist"]) == ("Plan__c", True)
    assert {each["value"]: each["validFor"] for each in add_on["picklistValues"]} == {
        "Backup": "4A==",
        "Audit log": "YA==",
        "Priority support": "IA==",
    }
    values: Json = {"Account__c": account(ruled), "Plan__c": "Plus", "Add_On__c": "Audit log"}
    place = f"sobjects/Subscription__c/{made(ruled, 'Subscription__c', **values)}"
    code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert refused(ruled.patch(place, {"Plan__c": "Basic"})) == (
        400,
        code,
        "Add-on: bad value for restricted picklist field: Audit log",
    )
    reply = ruled.post("sobjects/Subscription__c", values | {"Add_On__c": "Priority support"})
    assert refused(reply)[1] == code


def test_a_record_type_decides_which_values_are_switched_on(ruled: PracticeOrg) -> None:
    infos = ruled.get("sobjects/Opportunity/describe").json()["recordTypeInfos"]
    types = {each["developerName"]: each["recordTypeId"] for each in infos}
    assert set(types) == {"New_Business", "Renewal", "Master"}
    deal: Json = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2031-01-31"}
    deal |= {"RecordTypeId": types["Renewal"], "Contract_Length__c": "36 months"}
    assert refused(ruled.post("sobjects/Opportunity", deal)) == (
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Contract Length: bad value for restricted picklist field: 36 months",
    )
    place = f"sobjects/Opportunity/{made(ruled, 'Opportunity', **deal | {'RecordTypeId': types['New_Business']})}"
    assert refused(ruled.patch(place, {"RecordTypeId": types["Renewal"], "Contract_Length__c": "36 months"}))[1]
    case_type = ruled.rows("SELECT Id FROM RecordType WHERE SobjectType = 'Case' LIMIT 1")[0]["Id"]
    message = f"Record Type ID: this ID value isn't valid for the user: {case_type[:15]}"
    assert refused(ruled.patch(place, {"RecordTypeId": case_type})) == (400, "INVALID_CROSS_REFERENCE_KEY", message)
    assert ruled.patch(place, {"RecordTypeId": types["Master"]}).status_code == 204
    assert ruled.get(place).json()["RecordTypeId"] is None


def test_a_lookup_filter_keeps_parents_out(ruled: PracticeOrg) -> None:
    closed = ruled.rows("SELECT Id FROM Region__c WHERE Is_Open__c = false")[0]["Id"]
    reply = ruled.post("sobjects/Subscription__c", {"Account__c": account(ruled), "Region__c": closed})
    assert refused(reply) == (
        400,
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "Value does not exist or does not match filter criteria.",
    )


def test_a_duplicate_is_told_and_saved_when_the_header_allows_it(ruled: PracticeOrg) -> None:
    reply = ruled.post("sobjects/Region__c", {"Name": "EUROPE"})
    assert refused(reply) == (400, "DUPLICATES_DETECTED", "Use one of these records?")
    told = reply.json()[0]["duplicateResult"]
    assert (told["allowSave"], told["duplicateRule"], told["duplicateRuleEntityType"]) == (
        True,
        "Same_region",
        "Region__c",
    )
    (match,) = told["matchResults"][0]["matchRecords"]
    assert match["record"]["attributes"]["type"] == "Region__c"
    allowed = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false"}
    assert ruled.post("sobjects/Region__c", {"Name": "Europe"}, headers=allowed).status_code == 201
    job = ingest(ruled, "Region__c", "insert", ["Name"], [["Europe"]])
    (row,) = results(ruled, job, "failedResults")
    assert row["sf__Error"] == "DUPLICATES_DETECTED:Use one of these records?:--"


def test_a_duplicate_rule_that_blocks_is_not_overruled(ruled: PracticeOrg) -> None:
    switch(ruled, "duplicate", "Lead", "Same_lead")
    made(ruled, "Lead", LastName="Twin", Company="Twins")
    record = {"attributes": {"type": "Lead"}, "LastName": "twin", "Company": "TWINS"}
    allowed = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    reply = ruled.post("composite/sobjects", {"records": [record]}, headers=allowed)
    assert [code for code, _ in errors_of(reply)] == ["DUPLICATES_DETECTED"]
    assert reply.json()[0]["errors"][0]["duplicateResult"]["allowSave"] is False


def test_an_assignment_rule_chooses_the_owner_unless_the_header_says_no(ruled: PracticeOrg) -> None:
    me = ruled.get("/services/oauth2/userinfo").json()["user_id"]
    rule = ruled.rows("SELECT Id FROM AssignmentRule WHERE SobjectType = 'Lead'")[0]["Id"]

    def owner(what: str, values: Json, header: str | None) -> str:
        headers = {"Sforce-Auto-Assign": header} if header else {}
        record_id = ruled.post(f"sobjects/{what}", values, headers=headers).json()["id"]
        return str(ruled.get(f"sobjects/{what}/{record_id}").json()["OwnerId"])

    case, lead = {"Origin": "Web"}, {"LastName": "x", "Company": "y", "LeadSource": "Web"}
    assert owner("Case", case, None) == owner("Case", case, "TRUE") != me
    assert owner("Case", case, "FALSE") == owner("Lead", lead, None) == me
    assert owner("Lead", lead, rule) != me
    job = ingest(ruled, "Case", "insert", ["Origin"], [["Web"]])
    made_id = results(ruled, job, "successfulResults")[0]["sf__Id"]
    assert ruled.get(f"sobjects/Case/{made_id}").json()["OwnerId"] == me


def test_details_go_with_their_master_and_a_restricted_lookup_holds_its_parent(ruled: PracticeOrg) -> None:
    parent = account(ruled)
    region = made(ruled, "Region__c", Name="Held")
    detail = made(ruled, "Subscription__c", Account__c=parent, Region__c=region)
    name = ruled.get(f"sobjects/Subscription__c/{detail}").json()["Name"]
    assert refused(ruled.delete(f"sobjects/Region__c/{region}")) == (
        400,
        "DELETE_FAILED",
        (
            "Your attempt to delete Held could not be completed because it is associated with the following"
            f" subscriptions.: {name}"
        ),
    )
    assert ruled.delete(f"sobjects/Account/{parent}").status_code == 204
    soql = f"SELECT IsDeleted FROM Subscription__c WHERE Id = '{detail}'"  # noqa: S608 - our own id
    assert ruled.rows(soql) == []
    assert ruled.rows(soql, "queryAll") == [{"IsDeleted": True}]
    assert ruled.delete(f"sobjects/Region__c/{region}").status_code == 204


def test_a_formula_moves_with_its_parent_and_leaves_the_stamp_alone(ruled: PracticeOrg) -> None:
    parent = made(ruled, "Account", Name="Formula", Industry="Energy")
    place = f"sobjects/Subscription__c/{made(ruled, 'Subscription__c', Account__c=parent, Price__c=10, Discount__c=50)}"
    before = ruled.get(place).json()
    assert (before["Account_Industry__c"], before["Annual_Value__c"]) == ("Energy", 60.0)
    assert before["Name"].startswith("SUB-")
    ruled.post("/practice/clock", {"move": 30})
    ruled.patch(f"sobjects/Account/{parent}", {"Industry": "Media"})
    after = ruled.get(place).json()
    assert (after["Account_Industry__c"], after["SystemModstamp"]) == ("Media", before["SystemModstamp"])
    assert ruled.count(f"Subscription__c WHERE Account_Industry__c = 'MEDIA' AND Account__c = '{parent}'") == 1
    assert refused(ruled.patch(place, {"Account__c": parent}))[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_nobody_stands_above_himself_however_long_the_way(ruled: PracticeOrg) -> None:
    first = account(ruled)
    second = made(ruled, "Account", Name="Second", ParentId=first)
    third = made(ruled, "Account", Name="Third", ParentId=second)
    reply = ruled.patch(f"sobjects/Account/{first}", {"ParentId": third})
    assert refused(reply)[1] == "CIRCULAR_DEPENDENCY"


def test_prices_books_and_lines_belong_together(ruled: PracticeOrg) -> None:
    books = {row["Name"]: row["Id"] for row in ruled.rows("SELECT Id, Name FROM Pricebook2")}
    product = made(ruled, "Product2", Name="Novelty", IsActive=True)
    price: Json = {"Product2Id": product, "UnitPrice": 5, "IsActive": True}
    partner = price | {"Pricebook2Id": books["Partners"]}
    assert refused(ruled.post("sobjects/PricebookEntry", partner))[1] == "STANDARD_PRICE_NOT_DEFINED"
    standard = made(ruled, "PricebookEntry", **price | {"Pricebook2Id": books["Standard Price Book"]})
    other = made(ruled, "PricebookEntry", **partner)
    assert refused(ruled.post("sobjects/PricebookEntry", partner))[1] == "DUPLICATE_VALUE"
    deal = made(ruled, "Opportunity", Name="Deal", StageName="Prospecting", CloseDate="2031-01-31")
    line: Json = {"OpportunityId": deal, "PricebookEntryId": standard, "Quantity": 3, "UnitPrice": 4}
    told = ruled.get(f"sobjects/OpportunityLineItem/{made(ruled, 'OpportunityLineItem', **line)}").json()
    assert (told["TotalPrice"], told["ListPrice"]) == (12.0, 5.0)
    assert ruled.get(f"sobjects/Opportunity/{deal}").json()["HasOpportunityLineItem"] is True
    reply = ruled.post("sobjects/OpportunityLineItem", line | {"PricebookEntryId": other})
    assert refused(reply)[1] == "FIELD_INTEGRITY_EXCEPTION"


def test_a_campaign_has_each_member_once(ruled: PracticeOrg) -> None:
    campaign, lead = made(ruled, "Campaign", Name="Fair"), made(ruled, "Lead", LastName="Visitor", Company="C")
    made(ruled, "CampaignMember", CampaignId=campaign, LeadId=lead, Status="Responded")
    again = ruled.post("sobjects/CampaignMember", {"CampaignId": campaign, "LeadId": lead})
    assert refused(again) == (400, "DUPLICATE_VALUE", "Already a campaign member.")
    assert refused(ruled.post("sobjects/CampaignMember", {"CampaignId": campaign}))[1] == "REQUIRED_FIELD_MISSING"
    assert ruled.count(f"CampaignMember WHERE HasResponded = true AND CampaignId = '{campaign}'") == 1


def part(reference: str, method: str, url: str, body: object = None) -> Json:
    return {"referenceId": reference, "method": method, "url": url, "body": body}


def test_a_composite_request_uses_what_its_parts_gave(ruled: PracticeOrg) -> None:
    root = ruled.root
    parts = [
        part("parent", "POST", f"{root}/sobjects/Account", {"Name": "Composed"}),
        part("child", "POST", f"{root}/sobjects/Contact", {"LastName": "x", "AccountId": "@{parent.id}"}),
        part("found", "GET", f"{root}/query/?q=SELECT+Id,Name+FROM+Account+WHERE+Id='@{{parent.id}}'"),
        part("change", "PATCH", f"{root}/sobjects/Account/@{{found.records[0].Id}}", {"Phone": "1"}),
        part("wrong", "POST", f"{root}/sobjects/Contact", {}),
        part("lost", "GET", f"{root}/sobjects/Contact/@{{wrong.id}}"),
    ]
    reply = ruled.post("composite", {"compositeRequest": parts})
    told = reply.json()["compositeResponse"]
    assert reply.status_code == 200
    assert [(each["referenceId"], each["httpStatusCode"]) for each in told] == [
        ("parent", 201),
        ("child", 201),
        ("found", 200),
        ("change", 204),
        ("wrong", 400),
        ("lost", 400),
    ]
    assert told[0]["httpHeaders"]["Location"].endswith(told[0]["body"]["id"])
    assert told[2]["body"]["records"][0]["Name"] == "Composed"
    assert told[3]["body"] is None
    assert told[4]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert told[5]["body"][0]["errorCode"] == "PROCESSING_HALTED"


def test_a_composite_request_of_all_or_none_leaves_nothing_behind(ruled: PracticeOrg) -> None:
    parts = [
        part("one", "POST", f"{ruled.root}/sobjects/Account", {"Name": "Half a composite"}),
        part("two", "POST", f"{ruled.root}/sobjects/Account", {}),
        part("three", "POST", f"{ruled.root}/sobjects/Account", {"Name": "Half a composite"}),
    ]
    told = ruled.post("composite/", {"allOrNone": True, "compositeRequest": parts}).json()["compositeResponse"]
    assert [each["body"][0]["errorCode"] for each in told] == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
        "PROCESSING_HALTED",
    ]
    assert ruled.count("Account WHERE Name = 'Half a composite'") == 0
    graphs = [{"graphId": "1", "compositeRequest": parts}, {"graphId": "2", "compositeRequest": parts[:1]}]
    answers = ruled.post("composite/graph", {"graphs": graphs}).json()["graphs"]
    assert [(each["graphId"], each["isSuccessful"]) for each in answers] == [("1", False), ("2", True)]
    assert ruled.count("Account WHERE Name = 'Half a composite'") == 1


def test_a_batch_goes_on_or_halts_as_it_is_told(ruled: PracticeOrg) -> None:
    requests = [
        {"method": "GET", "url": "v64.0/sobjects/Foo__c/describe"},
        {"method": "POST", "url": "v64.0/sobjects/Account", "richInput": {"Name": "Batched"}},
    ]
    told = ruled.post("composite/batch", {"batchRequests": requests}).json()
    assert (told["hasErrors"], [each["statusCode"] for each in told["results"]]) == (True, [404, 201])
    halted = ruled.post("composite/batch", {"haltOnError": True, "batchRequests": requests}).json()["results"]
    assert (halted[1]["statusCode"], halted[1]["result"][0]["errorCode"]) == (412, "BATCH_PROCESSING_HALTED")
    many = {"batchRequests": requests[:1] * 26}
    assert ruled.post("composite/batch", many).status_code == 400


def test_a_tree_is_made_whole_or_not_at_all(ruled: PracticeOrg) -> None:
    def node(reference: str, **values: object) -> Json:
        return {"attributes": {"type": "Account", "referenceId": reference}, **values}

    reply = ruled.post("composite/tree/Account", {"records": [node("a", Name="Tree"), node("b", Name="Tree")]})
    assert (reply.status_code, reply.json()["hasErrors"]) == (201, False)
    reply = ruled.post("composite/tree/Account", {"records": [node("a", Name="Fallen"), node("b")]})
    assert (reply.status_code, reply.json()["hasErrors"]) == (400, True)
    assert ruled.count("Account WHERE Name = 'Fallen'") == 0
