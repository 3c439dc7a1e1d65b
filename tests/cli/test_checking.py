"""`crmdesk check`: every kind of problem of a job at once, each with its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program, profile

COLUMNS = (("LastName", "name"), ("FirstName", "NAME"))
READS = """
version = 1
name = "wrong reading"
object = "Contact"
operation = "import"

[local]
path = "out.csv"

[[mapping]]
remote = "LastNam"
local = "Name"

[filter]
all = [
  { field = "MailingLatitude", op = ">", value = "far north" },
  { field = "LastName", op = "contains", value = "a" },
]

[[order_by]]
field = "Description"

[[order_by]]
field = "LastName"

[[order_by]]
field = "lastname"

[duplicates]
key = ["Mail"]
"""
WRITES = """
version = 1
name = "wrong writing"
object = "Contact"
operation = "export"

[local]
path = "in.csv"

[[mapping]]
remote = "LastNam"
local = "Name"

[[mapping]]
remote = "MailingLatitude"
constant = "far north"

[[mapping]]
remote = "FirstName"
local = "Vorname"

[[mapping]]
remote = "AccountId"

[mapping.lookup]
column = "Name"
object = "Account"
key = "Oracle_Id__c"
filter = { all = [{ field = "Nowhere", op = "=", value = 1 }] }

[export]
action = "upsert"
key = "Legacy_Id__c"
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("checking") / "profile") as made:
        for name in ("Contact", "Account"):
            assert made.ask("describe", "practice_org", name).code == 0
        yield made


@pytest.fixture(params=["on", "off"])
def account(program: Program, request: pytest.FixtureRequest) -> Iterator[str]:
    """The practice org with the rules of the Campaign connector, switched on or off."""
    state = str(request.param)
    switch = "--enable" if state == "on" else "--disable"
    assert program.ask("account", "edit", "practice_org", "--set", "rules=campaign", switch).code == 0
    yield state
    assert program.ask("account", "edit", "practice_org", "--set", "rules=full", "--enable").code == 0


def places(program: Program, job: Path) -> dict[str, str]:
    answer = program.ask("check", job)
    assert answer.code == 2
    assert answer.last == {"event": "checked", "problems": len(answer.lines) - 1}
    assert all(line["problem"]["hint"] for line in answer.lines[:-1])
    return {line["problem"]["place"]: line["problem"]["message"] for line in answer.lines[:-1]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            READS,
            {
                "mapping[1].remote": "no field “LastNam”",
                "filter.all[1].value": "“far north” is not a number",
                "filter.all[2]": "Campaign rule",
                "order_by[1].field": "cannot sort by Description",
                "order_by[3].field": "sorted by LastName already",
                "duplicates.key": "no field “Mail”",
            },
        ),
        (
            WRITES,
            {
                "mapping[1].remote": "no field “LastNam”",
                "mapping[2].constant": "far north",
                "mapping[3].local": "no column “Vorname”",
                "mapping[4].lookup.filter.all[1].field": "no field “Nowhere”",
                "export.key": "The key Legacy_Id__c is not mapped",
            },
        ),
    ],
    ids=["reads", "writes"],
)
def test_problems_of_every_kind_are_told_at_once(
    program: Program, tmp_path: Path, account: str, text: str, wanted: dict[str, str]
) -> None:
    """R-061."""
    (tmp_path / "in.csv").write_text("Name\nAda\n", encoding="utf-8")
    job = tmp_path / "job.toml"
    job.write_text(text, encoding="utf-8")
    found = places(program, job)
    if account == "off":
        assert "switched off" in found.pop("account")
    assert found.keys() == wanted.keys(), found
    for place, words in wanted.items():
        assert words in found[place]


def test_columns_that_differ_in_capitals_alone_are_one(program: Program, tmp_path: Path) -> None:
    job = tmp_path / "job.toml"
    lines = "".join(f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n' for remote, local in COLUMNS)
    head = 'name = "columns"\nobject = "Contact"\noperation = "import"\n[local]\npath = "x.csv"\n'
    job.write_text(head + lines, encoding="utf-8")
    assert places(program, job) == {"mapping": "Two fields are written into the column “NAME” (“name”)."}
    for own in ("__row__", "_CRMDESK_order"):
        job.write_text(f'{head}[[mapping]]\nremote = "Email"\nlocal = "{own}"\n', encoding="utf-8")
        assert places(program, job) == {"mapping": f"CRM Desk needs the column “{own}” for itself."}


def test_unsafe_pairs_of_a_table_are_told_by_the_check_and_by_the_run(program: Program, tmp_path: Path) -> None:
    """R-052."""
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("CREATE TABLE people (name TEXT, born TIMESTAMP, latitude TEXT)")
        database.execute("INSERT INTO people VALUES ('Ada', '1815-12-10 10:00:00', 'far north')")
    job = tmp_path / "job.toml"
    lines = (("LastName", "name"), ("Birthdate", "born"), ("MailingLatitude", "latitude"))
    job.write_text(
        'name = "table"\nobject = "Contact"\noperation = "export"\n'
        '[local]\ndatabase = "sqlite:///crm.db"\ntable = "people"\n'
        + "".join(f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n' for remote, local in lines)
        + '[export]\naction = "insert"\n',
        encoding="utf-8",
    )
    answer = program.ask("check", job)
    assert answer.code == 0
    flags = {line["flag"]["place"]: line["flag"]["message"] for line in answer.lines[:-1]}
    assert flags.keys() == {"mapping[2]", "mapping[3]"}
    run = program.run(job)
    assert (run.counts(), run.code) == ({"read": 1, "rejected": 1}, 1)
    assert set(flags.values()) <= set(program.ask("show", run.last["run"]).last["notices"])


def test_a_job_lists_the_rights_it_needs_and_no_others(program: Program, tmp_path: Path) -> None:
    """R-328."""
    (tmp_path / "in.csv").write_text("Key,Name,Company\n1,Ada,Acme\n", encoding="utf-8")
    job = tmp_path / "job.toml"
    text = (
        WRITES.replace("LastNam", "LastName").replace("Nowhere", "Name").replace('local = "Vorname"', 'local = "Name"')
    )
    text = text.replace("value = 1", 'value = "Acme"').replace(
        '"MailingLatitude"\nconstant = "far north"', '"Legacy_Id__c"\nlocal = "Key"'
    )
    job.write_text(text, encoding="utf-8")
    answer = program.ask("check", job, "--rights")
    fields = ["LastName", "Legacy_Id__c", "FirstName", "AccountId"]
    assert [line["need"] for line in answer.lines if "need" in line] == [
        {"right": "read", "object": "Account", "fields": ["Oracle_Id__c"]},
        {"right": "read", "object": "Contact", "fields": ["Legacy_Id__c", "LastName", "FirstName", "AccountId"]},
        {"right": "create", "object": "Contact", "fields": fields},
        {"right": "edit", "object": "Contact", "fields": fields},
    ]
    reads = READS.partition("[filter]")[0].replace("LastNam", "LastName")
    job.write_text(reads + '[filter]\nall = [{ field = "Account.Name", op = "=", value = "Acme" }]\n', encoding="utf-8")
    (need,) = [line["need"] for line in program.ask("check", job, "--rights").lines if "need" in line]
    assert need == {"right": "read", "object": "Contact", "fields": ["Id", "LastName", "Account.Name"]}


def test_a_job_whose_rights_are_missing_lists_them_and_says_what_is_missing(program: Program, tmp_path: Path) -> None:
    """R-328."""
    where = ("--kind", "salesforce", "--url", program.org().url, "--auth", "password")
    program.environment["CRMDESK_SECRET_READER"] = "practice"
    assert program.ask("account", "add", "Reader", *where, "--user", "reader@practice.example").code == 0
    contacts_csv(tmp_path / "contacts.csv", range(3))
    answer = program.ask("check", contacts_job(tmp_path, account="Reader"), "--rights")
    assert answer.code == 2
    fields = ["Legacy_Id__c", "LastName", "Email"]
    assert [line["need"] for line in answer.lines if "need" in line] == [
        {"right": right, "object": "Contact", "fields": fields} for right in ("read", "create", "edit")
    ]
    assert any("You may not" in line["problem"]["message"] for line in answer.lines if "problem" in line)
