"""Trees of records, and the few questions of the Tooling API."""

from __future__ import annotations

from typing import Any

from tests.practice.running import PracticeOrg


def _record(what: str, reference: str | None, **values: Any) -> dict[str, Any]:
    attributes = {"type": what} if reference is None else {"type": what, "referenceId": reference}
    return {"attributes": attributes, **values}


def _plant(org: PracticeOrg, *records: dict[str, Any], what: str = "Account") -> tuple[int, Any]:
    reply = org.post(f"composite/tree/{what}/", {"records": list(records)})
    return reply.status_code, reply.json()


def test_parents_and_children_are_made_in_one_call(shared_org: PracticeOrg) -> None:
    children = {"records": [_record("Contact", "C1", LastName="Leaf"), _record("Contact", "C2", LastName="Bud")]}
    status, told = _plant(
        shared_org, _record("Account", "A1", Name="Oak", Contacts=children), _record("Account", "A2", Name="Elm")
    )
    assert (status, told["hasErrors"]) == (201, False)
    assert [each["referenceId"] for each in told["results"]] == ["A1", "A2", "C1", "C2"]
    oak, _, leaf, bud = (each["id"] for each in told["results"])
    rows = shared_org.rows(f"SELECT Id, LastName FROM Contact WHERE AccountId = '{oak}'")  # noqa: S608
    assert {row["Id"]: row["LastName"] for row in rows} == {leaf: "Leaf", bud: "Bud"}


def test_one_bad_record_undoes_the_whole_tree(shared_org: PracticeOrg) -> None:
    before = shared_org.count("Account"), shared_org.count("Contact")
    children = {"records": [_record("Contact", "C1"), _record("Contact", "C2", LastName="Bud")]}
    status, told = _plant(shared_org, _record("Account", "A1", Name="Oak", Contacts=children))
    assert (status, told["hasErrors"]) == (400, True)
    (bad,) = told["results"]
    assert bad["referenceId"] == "C1"
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert (shared_org.count("Account"), shared_org.count("Contact")) == before


def test_every_record_needs_a_reference_of_its_own(shared_org: PracticeOrg) -> None:
    for references in (("A", "A"), ("A", None)):
        status, told = _plant(shared_org, *(_record("Account", each, Name="Oak") for each in references))
        assert (status, told["results"][0]["errors"][0]["statusCode"]) == (400, "INVALID_INPUT")


def test_a_tree_has_its_limits(shared_org: PracticeOrg) -> None:
    wide = [_record("Account", f"A{number}", Name="Oak") for number in range(201)]
    assert _plant(shared_org, *wide)[0] == 400
    deep = _record("Account", "A0", Name="Oak")
    for number in range(1, 6):
        deep = _record("Account", f"A{number}", Name="Oak", ChildAccounts={"records": [deep]})
    assert _plant(shared_org, deep)[0] == 400
    unknown = _record("Account", "A1", Name="Oak", Birds={"records": []})
    assert _plant(shared_org, unknown)[1][0]["errorCode"] == "INVALID_FIELD"
    assert _plant(shared_org, _record("Contact", "C", LastName="x"), what="Nothing")[0] == 404


def test_the_tooling_api_tells_the_objects_of_the_org(shared_org: PracticeOrg) -> None:
    names = {each["name"] for each in shared_org.get("sobjects").json()["sobjects"]}
    assert names == {
        row["QualifiedApiName"]
        for row in shared_org.rows("SELECT QualifiedApiName FROM EntityDefinition", "tooling/query")
    }
    rules = "SELECT ValidationName, ErrorMessage, Active, EntityDefinition.QualifiedApiName FROM ValidationRule"
    assert shared_org.get("tooling/query/", params={"q": rules}).status_code == 200
    assert shared_org.get("tooling/query", params={"q": "SELECT COUNT() FROM EntityDefinition"}).json()[
        "totalSize"
    ] == len(names)
    assert shared_org.get("tooling/sobjects/ValidationRule/describe").json()["name"] == "ValidationRule"


def test_the_tooling_api_refuses_as_the_other_one_does(shared_org: PracticeOrg) -> None:
    assert shared_org.rows("SELECT Id FROM SandboxProcess", "tooling/query") == []
    unknown = shared_org.get("tooling/query", params={"q": "SELECT Id FROM Foo"})
    assert (unknown.status_code, unknown.json()[0]["errorCode"]) == (400, "INVALID_TYPE")
    assert shared_org.get("tooling/query").json()[0]["errorCode"] == "MALFORMED_QUERY"
    assert shared_org.get("tooling/sobjects/Contact/describe").status_code == 404
