"""Records written by either engine: what stands there afterwards, and what Salesforce says of those it refuses."""

from __future__ import annotations

from uuid import uuid4

import pytest

from crmdesk.connectors.contract import WriteRequest
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field
from crmdesk.model.write_options import Wishes
from tests.connectors.workbench import Workbench, lines
from tests.practice.running import PracticeOrg

ENGINES = (Engine.REST, Engine.BULK)
UNKNOWN = "0037x00000zzzzzAAA"
NASTY = "\"quoted\" 'single' <b>&amp;</b> & ; \\ line\nnext 🎈"


@pytest.fixture
def mark() -> str:
    return uuid4().hex[:10]


@pytest.mark.parametrize(("engine", "most"), [(Engine.REST, 1), (Engine.REST, None), (Engine.BULK, None)])
def test_special_characters_survive_one_record_a_call_many_a_call_and_a_job(
    org: PracticeOrg, bench: Workbench, mark: str, engine: Engine, most: int | None
) -> None:
    """R-153."""
    rows = [{"Name": f"{mark} {number} \"<&'🎈", "Description": NASTY} for number in range(3)]
    done = bench.write("Account", Action.INSERT, rows, engine=engine, most=most)
    held = [org.get(f"sobjects/Account/{each}").json() for each in done["id"]]
    assert [(each["Name"], each["Description"]) for each in held] == [(row["Name"], NASTY) for row in rows]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_upsert_by_id_updates_the_rows_that_have_one_and_inserts_the_others(
    org: PracticeOrg, bench: Workbench, mark: str, engine: Engine
) -> None:
    """R-146."""
    known = org.post("sobjects/Contact", {"LastName": "old"}).json()["id"]
    rows = [{"Id": known, "LastName": f"{mark} a"}, {"Id": None, "LastName": f"{mark} b"}]
    done = bench.write("Contact", Action.UPSERT, rows, "Id", engine)
    assert done["outcome"].to_list() == ["updated", "created"]
    assert done["id"][0] == known
    assert org.count(f"Contact WHERE LastName LIKE '{mark}%'") == 2


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("action", [Action.UPDATE, Action.UPSERT, Action.DELETE])
def test_an_id_that_does_not_exist_is_rejected_and_inserts_nothing(
    org: PracticeOrg, bench: Workbench, mark: str, engine: Engine, action: Action
) -> None:
    """R-147."""
    row = {"Id": UNKNOWN} if action is Action.DELETE else {"Id": UNKNOWN, "LastName": mark}
    done = bench.write("Contact", action, [row], "Id", engine)
    assert (done["outcome"][0], done["code"][0]) == ("rejected", "INVALID_CROSS_REFERENCE_KEY")
    assert org.count(f"Contact WHERE LastName = '{mark}'") == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_validation_rule_says_is_the_message_of_the_reject(
    org: PracticeOrg, bench: Workbench, engine: Engine
) -> None:
    """R-165, R-191."""
    account = org.rows("SELECT Id FROM Account LIMIT 1")[0]["Id"]
    values: dict[str, str | None] = {"Account__c": account, "Plan__c": "Enterprise", "Seats__c": "1"}
    said = org.post("sobjects/Subscription__c", values | {"Seats__c": 1}).json()[0]
    assert said["errorCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    done = bench.write("Subscription__c", Action.INSERT, [values], engine=engine)
    assert done.select("outcome", "code", "message").row(0) == ("rejected", said["errorCode"], said["message"])


def test_deletes_go_two_hundred_a_call_and_each_record_has_its_result(org: PracticeOrg, bench: Workbench) -> None:
    """R-184."""
    made = org.post("composite/sobjects", {"records": [_contact("gone") for _ in range(200)]}).json()
    made += org.post("composite/sobjects", {"records": [_contact("gone") for _ in range(200)]}).json()
    org.delete(f"sobjects/Contact/{made[0]['id']}")
    rows = [{"Id": UNKNOWN}, *({"Id": each["id"]} for each in made)]
    before = _deletes(org)
    done = bench.write("Contact", Action.DELETE, rows, "Id", Engine.REST)
    assert done["outcome"].to_list() == ["rejected", "rejected", *["deleted"] * 399]
    assert done["code"][1] == "ENTITY_IS_DELETED"
    assert _deletes(org) - before == 3


def _contact(name: str) -> dict[str, object]:
    return {"attributes": {"type": "Contact"}, "LastName": name}


def _deletes(org: PracticeOrg) -> int:
    seen = org.get("/practice/log", params={"last": "5000"}).json()["requests"]
    return len([line for line in seen if line["method"] == "DELETE" and "composite" in line["path"]])


WEB = {"Case": {"Origin": "Web"}, "Lead": {"LastName": "x", "Company": "y", "LeadSource": "Web"}}


def test_an_assignment_rule_is_followed_or_not_as_the_job_says(org: PracticeOrg, bench: Workbench) -> None:
    """R-154."""
    me = org.get("/services/oauth2/userinfo").json()["user_id"]
    [rule] = org.rows("SELECT Id FROM AssignmentRule WHERE SobjectType = 'Lead'")
    followed = {("Case", ""): True, ("Case", "none"): False, ("Case", "active"): True, ("Lead", rule["Id"]): True}
    assert {each: _owner(org, bench, *each) != me for each in followed} == followed


def _owner(org: PracticeOrg, bench: Workbench, name: str, assignment: str) -> str:
    target = bench.described(name)
    fields = tuple(each for each in map(target.field, WEB[name]) if isinstance(each, Field))
    wanted = WriteRequest(target, Action.INSERT, fields, None, Engine.REST, 1, wishes=Wishes(assignment=assignment))
    with bench.session.sink(wanted, bench.diary) as sink:
        done = lines(sink.write(iter(bench.payloads(sink.packing, [WEB[name]])), bench.token))
    return str(org.get(f"sobjects/{name}/{done['id'][0]}").json()["OwnerId"])
