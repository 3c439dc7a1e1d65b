"""Exports from the command line: rows that share a key, a preview that tells the action of each row, what is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.jobs import UPSERT, contacts_job
from tests.cli.program import Program, profile
from tests.cli.terminal import on_terminal


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("exporting") / "profile") as made:
        yield made


def contacts(folder: Path, *rows: str) -> None:
    (folder / "contacts.csv").write_text("\n".join(("Key,Name,Email", *rows, "")), encoding="utf-8")


def surnames(program: Program, keys: str) -> dict[str, str]:
    soql = f"SELECT Legacy_Id__c, LastName FROM Contact WHERE Legacy_Id__c LIKE '{keys}%'"  # noqa: S608 - ours
    return {row["Legacy_Id__c"]: row["LastName"] for row in program.org().rows(soql)}


@pytest.mark.parametrize(("rule", "kept"), [("keep-first", {2, 5}), ("keep-last", {4, 6})])
def test_one_of_the_rows_with_one_key_is_kept_and_the_others_are_set_aside(
    program: Program, tmp_path: Path, rule: str, kept: set[int]
) -> None:
    """R-149."""
    case = rule.removeprefix("keep-")
    names = enumerate(["one", "two", "two", "two", "three", "three"], 1)
    contacts(tmp_path, *(f"{case}-{key},Row {row}," for row, key in names))
    job = contacts_job(tmp_path, name=rule, export=f'{UPSERT}\nwhen_key_twice = "{rule}"')
    rehearsed = program.ask("rehearse", job)
    assert rehearsed.counts() == {"read": 6, "created": 3, "rejected": 3}
    done = program.run(job)
    assert done.counts() == {"read": 6, "created": 3, "rejected": 3}
    assert set(surnames(program, case).values()) == {"Row 1", *(f"Row {row}" for row in kept)}
    rejects = program.ask("rejects", done.last["run"]).lines
    assert {reject["row"] for reject in rejects} == {1, 2, 3, 4, 5, 6} - kept - {1}
    which = rule.removeprefix("keep-")
    stands = 2 if which == "first" else 4
    assert rejects[0]["message"] == f"Row {stands} has the same Legacy_Id__c, and the {which} one is kept."
    assert {(reject["state"], reject["reason"]) for reject in rejects} == {
        ("ignored", f"The job keeps the {which} of several rows with one key.")
    }
    again = program.ask("retry", done.last["run"], "--yes")
    assert (again.code, "no open reject" in again.error["message"]) == (2, True)


def test_both_rows_with_one_key_are_rejected_unless_the_job_keeps_one(program: Program, tmp_path: Path) -> None:
    """R-149."""
    contacts(tmp_path, "B1,One,", "B2,Two,", "b2 ,Two again,")
    done = program.run(contacts_job(tmp_path, name="both"))
    assert done.counts() == {"read": 3, "created": 1, "rejected": 2}
    assert {reject["state"] for reject in program.ask("rejects", done.last["run"]).lines} == {"open"}
    insert = contacts_job(tmp_path, name="no key", export='action = "insert"\nwhen_key_twice = "keep-last"')
    [problem] = [line["problem"] for line in program.ask("check", insert).lines if "problem" in line]
    assert problem["place"] == "export.when_key_twice"


MIXED = ("PV1,Known,known@example.com", "PV2,New,", "PV3,Bad,no address", "PV4,,")


def test_the_preview_tells_of_each_row_what_a_run_does_with_it(program: Program, tmp_path: Path) -> None:
    """R-160, R-341. A complaint about other loaders: an upsert quietly inserts."""
    contacts(tmp_path, "PV1,Before,before@example.com", "PV5,Same,")
    assert program.run(contacts_job(tmp_path, name="before")).counts() == {"read": 2, "created": 2}
    contacts(tmp_path, *MIXED, "PV5,Same,", "PV6,Twin,", "PV6,Twin again,")
    job = contacts_job(tmp_path, name="previewed")
    before = program.org().count("Contact")
    rows = program.ask("preview", job).lines
    assert program.org().count("Contact") == before
    assert [row["action"] for row in rows] == ["update", "insert", "reject", "reject", "update", "reject", "reject"]
    assert rows[0]["payload"] == {"Legacy_Id__c": "PV1", "LastName": "Known", "Email": "known@example.com"}
    assert rows[1]["payload"] == {"Legacy_Id__c": "PV2", "LastName": "New"}
    assert rows[2]["payload"] == {}
    assert rows[2]["becomes"] == {"Legacy_Id__c": "PV3", "LastName": "Bad", "Email": None}
    assert rows[3]["problems"][0]["code"] == "REQUIRED_FIELD_MISSING"
    assert "row 2 · insert: Legacy_Id__c=PV2, LastName=New" in program.tell("preview", job).stdout
    done = program.run(job)
    run = done.last["run"]
    outcomes = {int(row["_row"]): row["_outcome"] for row in program.ask("results", run).lines}
    words = {"insert": "created", "update": "updated", "reject": "rejected"}
    assert outcomes == {row["row"]: words[row["action"]] for row in rows}
    sent = program.org().rows("SELECT LastName, Email FROM Contact WHERE Legacy_Id__c = 'PV1'")
    assert sent == [{"LastName": "Known", "Email": "known@example.com"}]


def test_the_preview_knows_ids_that_no_record_has_and_deletes(program: Program, tmp_path: Path) -> None:
    """R-160."""
    known = program.org().rows("SELECT Id FROM Contact LIMIT 1")[0]["Id"]
    (tmp_path / "ids.csv").write_text(f"Id,Name\n{known},Somebody\n003000000000ABC,Nobody\n", encoding="utf-8")
    for action, mapping in (("update", ("Id", "LastName")), ("delete", ("Id",))):
        lines = "".join(
            f'[[mapping]]\nremote = "{remote}"\nlocal = "{"Id" if remote == "Id" else "Name"}"\n' for remote in mapping
        )
        job = tmp_path / f"{action}.toml"
        operation = "delete" if action == "delete" else "export"
        export = "" if action == "delete" else '[export]\naction = "update"\nkey = "Id"\n'
        job.write_text(
            f'version = 1\nname = "{action}"\nobject = "Contact"\noperation = "{operation}"\n'
            f'[local]\npath = "ids.csv"\n{lines}{export}',
            encoding="utf-8",
        )
        rows = program.ask("preview", job).lines
        assert [row["action"] for row in rows] == [action, "reject"]
        assert rows[1]["problems"][0]["message"] == "No record has this id."
        rehearsed = program.ask("rehearse", job)
        assert rehearsed.counts() == {"read": 2, f"{action}d": 1, "rejected": 1}
        assert program.run(job).counts() == rehearsed.counts()


@pytest.mark.parametrize("conversion", ["default", "copy-paste"])
def test_the_id_of_another_kind_of_record_is_never_sent_to_be_deleted(
    program: Program, tmp_path: Path, conversion: str
) -> None:
    """R-180, R-181."""
    org = program.org()
    account = org.send("POST", "sobjects/Account", {"Name": "Not a contact"}).json()["id"]
    contact = org.send("POST", "sobjects/Contact", {"LastName": "A contact"}).json()["id"]
    (tmp_path / "ids.csv").write_text(f"Id\n{account}\n{contact}\n", encoding="utf-8")
    job = tmp_path / "delete.toml"
    job.write_text(
        'version = 1\nname = "delete"\nobject = "Contact"\noperation = "delete"\n[local]\npath = "ids.csv"\n'
        f'[[mapping]]\nremote = "Id"\nlocal = "Id"\nconversion = "{conversion}"\n',
        encoding="utf-8",
    )
    done = program.run(job)
    assert done.counts() == {"read": 2, "deleted": 1, "rejected": 1}
    reject = program.ask("rejects", done.last["run"]).lines[0]
    assert (reject["code"], reject["stage"]) == ("MALFORMED_ID", "convert")
    assert reject["message"] == "That is the id of another kind of record: here they begin with 003."
    assert org.count(f"Account WHERE Id = '{account}'") == 1


def test_a_whole_table_is_sent_only_after_a_question_that_tells_the_calls(program: Program, tmp_path: Path) -> None:
    """R-166."""
    with closing(sqlite3.connect(tmp_path / "people.db", isolation_level=None)) as people:
        people.execute("CREATE TABLE people (Key TEXT, Name TEXT, Email TEXT)")
        people.executemany("INSERT INTO people VALUES (?, ?, '')", [(f"WT{n}", f"Name {n}") for n in range(450)])
    job = contacts_job(tmp_path, name="whole table", export=f'{UPSERT}\nengine = "rest"\nbefore_values = false')
    job.write_text(
        job.read_text().replace('path = "contacts.csv"', 'database = "sqlite:///people.db"\ntable = "people"')
    )
    assert program.ask("rehearse", job).last["run_calls"] > 3
    refused = program.ask("run", job)
    assert (refused.code, "nobody is here to say yes" in refused.last["error"]["message"]) == (2, True)
    terminal = on_terminal(program.command("run", job), program.surroundings())
    try:
        shown = terminal.wait_for("[y/N]")
        assert "Contacts: 450 rows to upsert, by REST: about 3 calls" in shown
        terminal.type("n\n")
        terminal.end()
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
    assert surnames(program, "WT") == {}


FULL = """
[[mapping]]
remote = "Birthdate"
local = "Born"
[[mapping]]
remote = "DoNotCall"
local = "Quiet"
"""


def test_rows_that_change_nothing_are_not_sent_where_the_job_asks_for_that(program: Program, tmp_path: Path) -> None:
    """R-159, R-320."""

    def write(*rows: str) -> None:
        (tmp_path / "contacts.csv").write_text("\n".join(("Key,Name,Email,Born,Quiet", *rows, "")), encoding="utf-8")

    job = contacts_job(tmp_path, name="only changed", export=f"{UPSERT}\nonly_changed = true")
    job.write_text(job.read_text().replace("[export]", f"{FULL}\n[export]"))
    write("OC1,One,one@example.com,1970-01-02,yes", "OC2,Two,,,no")
    assert program.run(job).counts() == {"read": 2, "created": 2}
    again = program.run(job)
    assert (again.code, again.counts()) == (0, {"read": 2, "unchanged": 2})
    ids = [row["_id"] for row in program.ask("results", again.last["run"]).lines]
    known = program.org().rows("SELECT Id FROM Contact WHERE Legacy_Id__c LIKE 'OC%' ORDER BY Legacy_Id__c")
    assert ids == [record["Id"] for record in known]
    write("OC1,One,one@example.com,1970-01-02,yes", "OC2,Two,two@example.com,,no", "OC3,Three,,,no")
    actions = [row["action"] for row in program.ask("preview", job).lines]
    assert actions == ["skip", "update", "insert"]
    assert program.ask("rehearse", job).counts() == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    assert program.run(job).counts() == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    insert = contacts_job(tmp_path, name="no change", export='action = "insert"\nonly_changed = true')
    [problem] = [line["problem"] for line in program.ask("check", insert).lines if "problem" in line]
    assert problem["place"] == "export.only_changed"


def test_a_record_found_by_a_foreign_key_is_compared_too(program: Program, tmp_path: Path) -> None:
    """R-159."""
    contacts(tmp_path, "OF1,One,", "OF2,Two,")
    assert program.run(contacts_job(tmp_path, name="made")).counts() == {"read": 2, "created": 2}
    contacts(tmp_path, "OF1,One,", "OF2,Second,")
    update = contacts_job(tmp_path, name="found", export=UPSERT.replace("upsert", "update") + "\nonly_changed = true")
    assert program.run(update).counts() == {"read": 2, "updated": 1, "unchanged": 1}


def test_an_account_tells_how_often_the_crm_has_asked_for_fewer_calls(program: Program, tmp_path: Path) -> None:
    """R-209."""
    [before] = program.ask("account", "list").lines
    contacts(tmp_path, "TH1,One,")
    program.org().weather("throttle", path="/composite/sobjects", times=2)
    job = contacts_job(tmp_path, name="throttled", export=f'{UPSERT}\nengine = "rest"')
    assert program.run(job).counts() == {"read": 1, "created": 1}
    program.org().clear_weather()
    [after] = program.ask("account", "list").lines
    assert (after["throttled"] - before["throttled"], after["throttled_at"][-1]) == (2, "Z")
    assert "times for fewer calls" in program.tell("account", "list").stdout


def test_a_queue_as_the_owner_of_contacts_is_told_by_the_check(program: Program, tmp_path: Path) -> None:
    """R-155."""
    contacts(tmp_path, "QU1,One,")
    job = contacts_job(tmp_path, name="queue")
    owner = '[[mapping]]\nremote = "OwnerId"\nconstant = "00G5g000000Abcd"\n'
    job.write_text(job.read_text().replace("[export]", f"{owner}\n[export]"))
    checked = program.ask("check", job)
    [problem] = [line["problem"] for line in checked.lines if "problem" in line]
    assert (checked.code, "is the id of a queue" in problem["message"]) == (2, True)
