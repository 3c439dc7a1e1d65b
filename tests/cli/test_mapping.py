"""Formulas, lookups, owners, record types and defaults, from the job file to what the org holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, Program, profile

HEAD = """
version = 1
name = "{name}"
account = "Practice org"
object = "{object}"
operation = "export"

[local]
path = "{path}"
time_zone = "Europe/Stockholm"

"""

CONTACTS = (
    HEAD
    + """
[[mapping]]
remote = "Legacy_Id__c"
local = "Key"

[[mapping]]
remote = "LastName"
expression = 'PROPER(TRIM([Last name]))'

[[mapping]]
remote = "Email"
expression = 'LOWER(TRIM(mail)) & IF(ISBLANK(mail), "", "")'

[[mapping]]
remote = "Description"
expression = '"Run " & vars.run & " by " & vars.user & ": " & TEXT(ROUND(VALUE(amount, ",") * 1.25, 2), "0.00")'

[[mapping]]
remote = "OwnerId"
owner = {{ column = "owner", inactive = "instead", instead = "sales@practice.example" }}

[[mapping]]
remote = "LeadSource"
local = "source"
default_on_create = "Web"

[export]
action = "upsert"
key = "Legacy_Id__c"
"""
)

CASES = (
    HEAD
    + """
[[mapping]]
remote = "Subject"
local = "subject"

[[mapping]]
remote = "RecordTypeId"
record_type = {{ column = "kind" }}

[[mapping]]
remote = "ContactId"

[mapping.lookup]
column = "key"
object = "Contact"
key = "Legacy_Id__c"
not_found = "empty"
filter = {{ all = [{{ field = "LastName", op = "!=", value = "Three" }}] }}

[[mapping]]
remote = "Origin"
default_on_create = "Web"

[export]
action = "insert"
"""
)

ROWS = """Key,Last name,mail,amount,owner,source
m-1, one , A@X.EXAMPLE ,"1,5",ADMIN@practice.example,Partner
m-2,two,,abc,left@practice.example,
m-3,three,c@x.example,"2,00",left@practice.example,
m-4,four,d@x.example,,nobody@practice.example,
"""


@dataclass
class Work:
    """The steps, each done once, and what they said."""

    program: Program
    answers: dict[str, Answer]

    def contacts(self, fields: str) -> dict[str, dict[str, Any]]:
        found = self.program.org().rows(f"SELECT Legacy_Id__c, {fields} FROM Contact WHERE Legacy_Id__c LIKE 'm-%'")  # noqa: S608 - our own words
        return {record["Legacy_Id__c"]: record for record in found}


def job(folder: Path, name: str, text: str, what: str, rows: str) -> Path:
    (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    place = folder / f"{name}.toml"
    place.write_text(text.format(name=name, object=what, path=f"{name}.csv"), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    folder = tmp_path_factory.mktemp("mapping")
    with profile(folder / "profile") as program:
        answers: dict[str, Answer] = {}
        contacts = job(folder, "contacts", CONTACTS, "Contact", ROWS)
        answers["preview"] = program.ask("preview", contacts)
        answers["rehearsed"] = program.ask("rehearse", contacts)
        answers["created"] = program.run(contacts)
        answers["rejects"] = program.ask("rejects", "1")
        job(folder, "contacts", CONTACTS, "Contact", ROWS.replace(",Partner", ",").replace("abc", "3"))
        answers["changed"] = program.run(contacts)
        cases = job(
            folder,
            "cases",
            CASES,
            "Case",
            "subject,kind,key\nA,{0},m-1\nB,{0},m-3\nC,Nothing,m-1\n".format(_a_record_type(program)),
        )
        answers["values"] = program.ask("values", cases)
        answers["cases"] = program.run(cases)
        answers["case rejects"] = program.ask("rejects", "3")
        answers["shown"] = program.ask("show", "3")
        broken = CONTACTS.replace("LOWER(TRIM(mail))", "LOWER(TRIM(mial))").replace(
            '"Legacy_Id__c"\nlocal', '"CreatedDate"\nlocal'
        )
        answers["check"] = program.ask("check", job(folder, "broken", broken, "Contact", ROWS))
        yield Work(program, answers)


def _a_record_type(program: Program) -> str:
    found = program.org().rows("SELECT DeveloperName FROM RecordType WHERE SobjectType = 'Case' AND IsActive = true")
    return str(found[0]["DeveloperName"]).upper()


def test_the_preview_shows_what_a_formula_makes_of_a_row(work: Work) -> None:
    """R-046, R-076."""
    first, second = work.answers["preview"].lines[:2]
    assert (first["becomes"]["LastName"], first["becomes"]["Email"]) == ("One", "a@x.example")
    assert first["becomes"]["Description"].endswith(": 1.88")
    (problem,) = second["problems"]
    assert (problem["field"], problem["code"]) == ("Description", "FORMULA_ERROR")
    assert problem["message"].startswith('The formula of Description failed: "abc" cannot be read as a number, at char')


def test_the_rehearsal_counts_what_was_found_in_the_whole_file(work: Work) -> None:
    """A complaint about other loaders: a lookup takes another field than the one that was chosen."""
    rehearsed = work.answers["rehearsed"]
    assert rehearsed.counts() == work.answers["created"].counts() == {"read": 4, "created": 2, "rejected": 2}
    (owners,) = rehearsed.last["lookups"]
    assert owners == {
        "field": "OwnerId",
        "object": "User",
        "key": "Email",
        "keys": 3,
        "found": 1,
        "not_found": 1,
        "several": 0,
        "inactive": 2,
        "empty": 0,
        "replaced": 2,
        "instead": "sales@practice.example",
    }


def test_formulas_name_the_run_and_its_user(work: Work) -> None:
    """R-058, R-063."""
    assert work.contacts("Description")["m-3"]["Description"] == "Run 2 by admin@practice.example: 2.50"


def test_an_inactive_owner_is_replaced_and_an_unknown_one_rejects_its_row(work: Work) -> None:
    found = work.contacts("Owner.Email")
    assert {key: record["Owner"]["Email"] for key, record in found.items()} == {
        "m-1": "admin@practice.example",
        "m-2": "sales@practice.example",
        "m-3": "sales@practice.example",
    }
    codes = {reject["row"]: (reject["field"], reject["code"]) for reject in work.answers["rejects"].lines}
    assert codes == {2: ("Description", "FORMULA_ERROR"), 4: ("OwnerId", "OWNER_UNKNOWN")}


def test_a_default_fills_new_records_and_never_touches_known_ones(work: Work) -> None:
    """R-057."""
    assert work.answers["changed"].counts() == {"read": 4, "created": 1, "updated": 2, "rejected": 1}
    sources = {key: record["LeadSource"] for key, record in work.contacts("LeadSource").items()}
    assert sources == {"m-1": "Partner", "m-2": "Web", "m-3": "Web"}


def test_record_types_are_named_never_numbered_and_a_lookup_has_a_filter_of_its_own(work: Work) -> None:
    """R-055: the parent is named by an external id."""
    assert work.answers["cases"].counts() == {"read": 3, "created": 2, "rejected": 1}
    cases = work.program.org().rows(
        "SELECT Subject, Origin, RecordType.DeveloperName, Contact.Legacy_Id__c FROM Case WHERE Subject IN ('A', 'B')"
    )
    by_subject = {case["Subject"]: case for case in cases}
    assert by_subject["A"]["Contact"] == {"Legacy_Id__c": "m-1"}
    assert by_subject["B"]["Contact"] is None
    assert {case["RecordType"]["DeveloperName"].upper() for case in cases} == {_a_record_type(work.program)}
    assert {case["Origin"] for case in cases} == {"Web"}
    (reject,) = work.answers["case rejects"].lines
    assert (reject["row"], reject["field"], reject["code"]) == (3, "RecordTypeId", "RECORD_TYPE_UNKNOWN")


def test_what_the_lists_of_the_org_lack_is_told_with_a_request(work: Work) -> None:
    answer = work.answers["values"]
    assert answer.code == 1
    assert {line["value"]: (line["rows"], line["known"]) for line in answer.lines[:-1]} == {
        _a_record_type(work.program): (2, True),
        "Nothing": (1, False),
    }
    assert answer.last["missing"] == 1
    assert "Nothing (1 row)" in answer.last["request"]


def test_the_record_of_a_run_keeps_what_was_found(work: Work) -> None:
    notices = " ".join(work.answers["shown"].last["notices"])
    assert "ContactId: 2 different values looked up in Contact by Legacy_Id__c: 2 rows found, 1 not found." in notices


def test_a_mistake_in_a_formula_is_told_with_its_place_and_an_audit_field_with_what_it_needs(work: Work) -> None:
    """R-046, R-054."""
    problems = {line["problem"]["place"]: line["problem"] for line in work.answers["check"].lines if "problem" in line}
    assert problems["mapping[3].expression"]["message"] == "Character 12: The source has no column “mial”."
    assert problems["mapping[3].expression"]["hint"] == "Did you mean mail?"
    assert "Set Audit Fields upon Record Creation" in problems["mapping[1].remote"]["message"]
