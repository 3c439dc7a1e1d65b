"""Exports from the command line: rows that share a key, a preview that tells the action of each row, what is asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.jobs import UPSERT, contacts_job
from tests.cli.program import Program
from tests.cli.terminal import on_terminal


def contacts(folder: Path, *rows: str) -> None:
    (folder / "contacts.csv").write_text("\n".join(("Key,Name,Email", *rows, "")), encoding="utf-8")


def surnames(program: Program, keys: str) -> dict[str, str]:
    soql = f"SELECT Legacy_Id__c, LastName FROM Contact WHERE Legacy_Id__c LIKE '{keys}%'"  # noqa: S608 - ours
    return {row["Legacy_Id__c"]: row["LastName"] for row in program.org().rows(soql)}


@pytest.mark.parametrize(("rule", "kept"), [("keep-first", {2, 5}), ("keep-last", {4, 6})])
def test_one_of_the_rows_with_one_key_is_kept_and_the_others_are_set_aside(
    shared: Program, tmp_path: Path, rule: str, kept: set[int]
) -> None:
    """R-149."""
    case = rule.removeprefix("keep-")
    names = enumerate(["one", "two", "two", "two", "three", "three"], 1)
    contacts(tmp_path, *(f"{case}-{key},Row {row}," for row, key in names))
    job = contacts_job(tmp_path, name=rule, export=f'{UPSERT}\nwhen_key_twice = "{rule}"')
    rehearsed = shared.ask("rehearse", job)
    assert rehearsed.counts() == {"read": 6, "created": 3, "rejected": 3}
    done = shared.run(job)
    assert done.counts() == {"read": 6, "created": 3, "rejected": 3}
    assert set(surnames(shared, case).values()) == {"Row 1", *(f"Row {row}" for row in kept)}
    rejects = shared.ask("rejects", done.last["run"]).lines
    assert {reject["row"] for reject in rejects} == {1, 2, 3, 4, 5, 6} - kept - {1}
    which = rule.removeprefix("keep-")
    stands = 2 if which == "first" else 4
    assert rejects[0]["message"] == f"Row {stands} has the same Legacy_Id__c, and the {which} one is kept."
    assert {(reject["state"], reject["reason"]) for reject in rejects} == {
        ("ignored", f"The job keeps the {which} of several rows with one key.")
    }
    again = shared.ask("retry", done.last["run"], "--yes")
    assert (again.code, "no open reject" in again.error["message"]) == (2, True)


def test_both_rows_with_one_key_are_rejected_unless_the_job_keeps_one(shared: Program, tmp_path: Path) -> None:
    """R-149."""
    contacts(tmp_path, "B1,One,", "B2,Two,", "b2 ,Two again,")
    done = shared.run(contacts_job(tmp_path, name="both"))
    assert done.counts() == {"read": 3, "created": 1, "rejected": 2}
    assert {reject["state"] for reject in shared.ask("rejects", done.last["run"]).lines} == {"open"}
    insert = contacts_job(tmp_path, name="no key", export='action = "insert"\nwhen_key_twice = "keep-last"')
    [problem] = [line["problem"] for line in shared.ask("check", insert).lines if "problem" in line]
    assert problem["place"] == "export.when_key_twice"


MIXED = ("PV1,Known,known@example.com", "PV2,New,", "PV3,Bad,no address", "PV4,,")


@pytest.mark.parametrize("engine", ["rest", "bulk", "auto"])
def test_rows_without_a_key_become_new_records_where_the_job_says_so(
    shared: Program, tmp_path: Path, engine: str
) -> None:
    """R-146: they go beside the others, none of them twice, and are taken back with them."""
    contacts(tmp_path, f"{engine}-1,Known,", f",{engine} a,", f"{engine}-2,New,", f" ,{engine} b,")
    shared.run(contacts_job(tmp_path, name=f"{engine} keyed", export=UPSERT))
    job = contacts_job(
        tmp_path, name=f"{engine} keyless", export=f'{UPSERT}\nwhen_key_empty = "insert"\nengine = "{engine}"'
    )
    foreseen = {"read": 4, "created": 2, "updated": 2}
    assert shared.ask("rehearse", job).counts() == foreseen
    first = shared.ask("run", job, "--first", "2", "--yes")
    assert first.last["pending"] == 2
    done = shared.ask("resume", first.last["run"])
    assert done.counts() == foreseen
    named = f"Contact WHERE Legacy_Id__c = null AND LastName LIKE '{engine} %'"
    assert shared.org().count(named) == 2
    assert shared.ask("undo", first.last["run"], "--yes").counts() == {"read": 4, "updated": 2, "deleted": 2}
    assert shared.org().count(named) == 0


def test_the_preview_tells_of_each_row_what_a_run_does_with_it(shared: Program, tmp_path: Path) -> None:
    """R-160, R-341. A complaint about other loaders: an upsert quietly inserts."""
    contacts(tmp_path, "PV1,Before,before@example.com", "PV5,Same,")
    assert shared.run(contacts_job(tmp_path, name="before")).counts() == {"read": 2, "created": 2}
    contacts(tmp_path, *MIXED, "PV5,Same,", "PV6,Twin,", "PV6,Twin again,")
    job = contacts_job(tmp_path, name="previewed")
    before = shared.org().count("Contact")
    rows = shared.ask("preview", job).lines
    assert shared.org().count("Contact") == before
    assert [row["action"] for row in rows] == ["update", "insert", "reject", "reject", "update", "reject", "reject"]
    assert rows[0]["payload"] == {"Legacy_Id__c": "PV1", "LastName": "Known", "Email": "known@example.com"}
    assert rows[1]["payload"] == {"Legacy_Id__c": "PV2", "LastName": "New"}
    assert rows[2]["payload"] == {}
    assert rows[2]["becomes"] == {"Legacy_Id__c": "PV3", "LastName": "Bad", "Email": None}
    assert rows[3]["problems"][0]["code"] == "REQUIRED_FIELD_MISSING"
    assert "row 2 · insert: Legacy_Id__c=PV2, LastName=New" in shared.tell("preview", job).stdout
    done = shared.run(job)
    run = done.last["run"]
    outcomes = {int(row["_row"]): row["_outcome"] for row in shared.ask("results", run).lines}
    words = {"insert": "created", "update": "updated", "reject": "rejected"}
    assert outcomes == {row["row"]: words[row["action"]] for row in rows}
    sent = shared.org().rows("SELECT LastName, Email FROM Contact WHERE Legacy_Id__c = 'PV1'")
    assert sent == [{"LastName": "Known", "Email": "known@example.com"}]


def test_the_preview_knows_ids_that_no_record_has_and_deletes(shared: Program, tmp_path: Path) -> None:
    """R-160."""
    known = shared.org().rows("SELECT Id FROM Contact LIMIT 1")[0]["Id"]
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
        rows = shared.ask("preview", job).lines
        assert [row["action"] for row in rows] == [action, "reject"]
        assert rows[1]["problems"][0]["message"] == "No record has this id."
        rehearsed = shared.ask("rehearse", job)
        assert rehearsed.counts() == {"read": 2, f"{action}d": 1, "rejected": 1}
        assert shared.run(job).counts() == rehearsed.counts()


@pytest.mark.parametrize("conversion", ["default", "copy-paste"])
def test_the_id_of_another_kind_of_record_is_never_sent_to_be_deleted(
    shared: Program, tmp_path: Path, conversion: str
) -> None:
    """R-180, R-181."""
    org = shared.org()
    account = org.send("POST", "sobjects/Account", {"Name": "Not a contact"}).json()["id"]
    contact = org.send("POST", "sobjects/Contact", {"LastName": "A contact"}).json()["id"]
    (tmp_path / "ids.csv").write_text(f"Id\n{account}\n{contact}\n", encoding="utf-8")
    job = tmp_path / "delete.toml"
    job.write_text(
        'version = 1\nname = "delete"\nobject = "Contact"\noperation = "delete"\n[local]\npath = "ids.csv"\n'
        f'[[mapping]]\nremote = "Id"\nlocal = "Id"\nconversion = "{conversion}"\n',
        encoding="utf-8",
    )
    done = shared.run(job)
    assert done.counts() == {"read": 2, "deleted": 1, "rejected": 1}
    reject = shared.ask("rejects", done.last["run"]).lines[0]
    assert (reject["code"], reject["stage"]) == ("MALFORMED_ID", "convert")
    assert reject["message"] == "That is the id of another kind of record: here they begin with 003."
    assert org.count(f"Account WHERE Id = '{account}'") == 1


def test_a_whole_table_is_sent_only_after_a_question_that_tells_the_calls(shared: Program, tmp_path: Path) -> None:
    """R-166."""
    with closing(sqlite3.connect(tmp_path / "people.db", isolation_level=None)) as people:
        people.execute("CREATE TABLE people (Key TEXT, Name TEXT, Email TEXT)")
        people.executemany("INSERT INTO people VALUES (?, ?, '')", [(f"WT{n}", f"Name {n}") for n in range(450)])
    job = contacts_job(tmp_path, name="whole table", export=f'{UPSERT}\nengine = "rest"\nbefore_values = false')
    job.write_text(
        job.read_text().replace('path = "contacts.csv"', 'database = "sqlite:///people.db"\ntable = "people"')
    )
    assert shared.ask("rehearse", job).last["run_calls"] > 3
    refused = shared.ask("run", job)
    assert (refused.code, "nobody is here to say yes" in refused.last["error"]["message"]) == (2, True)
    terminal = on_terminal(shared.command("run", job), shared.surroundings())
    try:
        shown = terminal.wait_for("[y/N]")
        assert "Contacts: 450 rows to upsert, by REST: about 3 calls" in shown
        terminal.type("n\n")
        terminal.end()
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
    assert surnames(shared, "WT") == {}


FULL = """
[[mapping]]
remote = "Birthdate"
local = "Born"
[[mapping]]
remote = "DoNotCall"
local = "Quiet"
"""


def test_rows_that_change_nothing_are_not_sent_where_the_job_asks_for_that(shared: Program, tmp_path: Path) -> None:
    """R-159, R-320."""

    def write(*rows: str) -> None:
        (tmp_path / "contacts.csv").write_text("\n".join(("Key,Name,Email,Born,Quiet", *rows, "")), encoding="utf-8")

    job = contacts_job(tmp_path, name="only changed", export=f"{UPSERT}\nonly_changed = true")
    job.write_text(job.read_text().replace("[export]", f"{FULL}\n[export]"))
    write("OC1,One,one@example.com,1970-01-02,yes", "OC2,Two,,,no")
    assert shared.run(job).counts() == {"read": 2, "created": 2}
    again = shared.run(job)
    assert (again.code, again.counts()) == (0, {"read": 2, "unchanged": 2})
    ids = [row["_id"] for row in shared.ask("results", again.last["run"]).lines]
    known = shared.org().rows("SELECT Id FROM Contact WHERE Legacy_Id__c LIKE 'OC%' ORDER BY Legacy_Id__c")
    assert ids == [record["Id"] for record in known]
    write("OC1,One,one@example.com,1970-01-02,yes", "OC2,Two,two@example.com,,no", "OC3,Three,,,no")
    actions = [row["action"] for row in shared.ask("preview", job).lines]
    assert actions == ["skip", "update", "insert"]
    assert shared.ask("rehearse", job).counts() == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    assert shared.run(job).counts() == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    insert = contacts_job(tmp_path, name="no change", export='action = "insert"\nonly_changed = true')
    [problem] = [line["problem"] for line in shared.ask("check", insert).lines if "problem" in line]
    assert problem["place"] == "export.only_changed"


def test_what_is_left_of_rows_that_change_nothing_is_asked_about_guarded_and_kept_before(
    shared: Program, tmp_path: Path
) -> None:
    """R-161, R-225: rows that are left out before anything is sent are no sign of a run that somebody agreed to."""
    contacts(tmp_path, "OA1,One,", "OA2,Two,")
    job = contacts_job(tmp_path, name="asked", export=f"{UPSERT}\nonly_changed = true\n[guard]\nmax_created = 1")
    assert shared.run(contacts_job(tmp_path, name="there")).counts() == {"read": 2, "created": 2}
    contacts(tmp_path, "OA1,One,", "OA2,Second,", "OA3,New,")
    terminal = on_terminal(shared.command("run", job), shared.surroundings())
    try:
        assert "Contacts: 2 rows to upsert" in terminal.wait_for("[y/N]")
        terminal.type("n\n")
        terminal.end()
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
    assert surnames(shared, "OA") == {"OA1": "One", "OA2": "Two"}
    done = shared.run(job)
    assert done.counts() == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    before = tmp_path / "before.csv"
    assert shared.ask("before", done.last["run"], "--csv", before).code == 0
    assert "Two" in before.read_text(encoding="utf-8")
    assert shared.ask("undo", done.last["run"], "--yes").counts()["updated"] == 1
    contacts(tmp_path, "OA1,One,", "OA4,New,", "OA5,New,")
    assert "max_created" in str(shared.run(job).error)
    assert set(surnames(shared, "OA")) == {"OA1", "OA2"}


def test_a_record_found_by_a_foreign_key_is_compared_too(shared: Program, tmp_path: Path) -> None:
    """R-159."""
    contacts(tmp_path, "OF1,One,", "OF2,Two,")
    assert shared.run(contacts_job(tmp_path, name="made")).counts() == {"read": 2, "created": 2}
    contacts(tmp_path, "OF1,One,", "OF2,Second,")
    update = contacts_job(tmp_path, name="found", export=UPSERT.replace("upsert", "update") + "\nonly_changed = true")
    assert shared.run(update).counts() == {"read": 2, "updated": 1, "unchanged": 1}


def test_an_account_tells_how_often_the_crm_has_asked_for_fewer_calls(shared: Program, tmp_path: Path) -> None:
    """R-209."""
    [before] = shared.ask("account", "list").lines
    contacts(tmp_path, "TH1,One,")
    shared.org().weather("throttle", path="/composite/sobjects", times=2)
    job = contacts_job(tmp_path, name="throttled", export=f'{UPSERT}\nengine = "rest"')
    assert shared.run(job).counts() == {"read": 1, "created": 1}
    shared.org().clear_weather()
    [after] = shared.ask("account", "list").lines
    assert (after["throttled"] - before["throttled"], after["throttled_at"][-1]) == (2, "Z")
    assert "times for fewer calls" in shared.tell("account", "list").stdout


def test_a_queue_as_the_owner_of_contacts_is_told_by_the_check(shared: Program, tmp_path: Path) -> None:
    """R-155."""
    contacts(tmp_path, "QU1,One,")
    job = contacts_job(tmp_path, name="queue")
    owner = '[[mapping]]\nremote = "OwnerId"\nconstant = "00G5g000000Abcd"\n'
    job.write_text(job.read_text().replace("[export]", f"{owner}\n[export]"))
    checked = shared.ask("check", job)
    [problem] = [line["problem"] for line in checked.lines if "problem" in line]
    assert (checked.code, "is the id of a queue" in problem["message"]) == (2, True)
