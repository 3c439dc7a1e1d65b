"""Taking a run back: old values return, new records go, deleted ones come back, and what others changed stays."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

from tests.cli.jobs import UPSERT, contacts_csv, contacts_job
from tests.cli.program import Org, Program

DELETE = """
version = 1
name = "delete contacts"
account = "Practice org"
object = "Contact"
operation = "delete"
[local]
path = "{path}"
[[mapping]]
remote = "Legacy_Id__c"
local = "Key"
{more}
"""


def names(org: Org, keys: range) -> dict[str, str]:
    listed = ", ".join(f"'K{key:06}'" for key in keys)
    text = f"SELECT Legacy_Id__c, LastName FROM Contact WHERE Legacy_Id__c IN ({listed})"  # noqa: S608 - our own keys
    rows = org.rows(text)
    return {row["Legacy_Id__c"]: row["LastName"] for row in rows}


def test_an_upsert_is_taken_back_where_nobody_has_touched_the_record(shared: Program, tmp_path: Path) -> None:
    """R-161: what a run will do is told with its number; promise 7: it can be taken back. R-225.

    A complaint about other loaders: stop does not stop, and nothing can be taken back.
    """
    org = shared.org()
    contacts_csv(tmp_path / "old.csv", range(3))
    assert shared.run(contacts_job(tmp_path, "old.csv", name="old")).code == 0
    changed = tmp_path / "new.csv"
    rows = [f"K{key:06},Changed {key},\n" for key in range(5)]
    changed.write_text("Key,Name,Email\n" + "".join(rows), encoding="utf-8")
    done = shared.run(contacts_job(tmp_path, "new.csv", name="new"))
    assert done.counts() == {"read": 5, "created": 2, "updated": 3}
    [intent] = [line for line in done.lines if line["event"] == "intent"]
    assert (intent["rows"], intent["known"], intent["action"]) == (5, 3, "upsert")
    run = done.last["run"]
    before = tmp_path / "before.csv"
    assert shared.ask("before", run, "--csv", before).last["rows"] == 3
    with before.open(encoding="utf-8", newline="") as file:
        assert sorted(row["LastName"] for row in csv.DictReader(file)) == ["Name 0", "Name 1", "Name 2"]
    org.send("POST", "/practice/clock", {"move": 60})
    [touched] = org.rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'K000001'")
    org.send("PATCH", f"sobjects/Contact/{touched['Id']}", {"LastName": "Mine now"})
    undone = shared.ask("undo", run, "--yes")
    assert undone.counts() == {"read": 5, "updated": 2, "deleted": 2, "rejected": 1}
    assert undone.code == 1
    assert names(org, range(5)) == {"K000000": "Name 0", "K000001": "Mine now", "K000002": "Name 2"}
    [reject] = shared.ask("rejects", undone.last["run"]).lines
    assert reject["code"] == "CHANGED_SINCE"
    assert "retry" not in shared.tell("show", undone.last["run"]).stdout, "there is nothing in them to be corrected"
    assert shared.ask("runs").lines[-1]["undo_of"] == run
    assert "left as they are" in shared.ask("retry", undone.last["run"], "--yes").error["message"]
    assert "nothing to resume" in shared.ask("resume", undone.last["run"]).error["message"]
    statement = shared.ask("statement", run).last
    assert (statement["arrived"], statement["taken_back"], statement["undos"]) == (5, 4, [undone.last["run"]])
    report = tmp_path / "report.html"
    assert shared.ask("report", run, "--html", report).code == 0
    assert 'were taken back since</td><td class="n">4<' in report.read_text(encoding="utf-8")
    [intent] = [line for line in undone.lines if line["event"] == "intent"]
    assert intent["engine"] == "rest"
    assert f"took run {run} back" in shared.ask("undo", undone.last["run"], "--yes").error["message"]


def test_a_run_that_was_killed_is_taken_back_without_sending_its_rest(shared: Program, tmp_path: Path) -> None:
    """Promise 7. A complaint about other loaders: stop does not stop, and nothing can be taken back."""
    org = shared.org()
    contacts_csv(tmp_path / "a.csv", range(40, 44))
    assert shared.run(contacts_job(tmp_path, "a.csv", name="there before")).code == 0
    (tmp_path / "b.csv").write_text("Key,Name,Email\n" + "".join(f"K0000{n},New,\n" for n in range(40, 50)))
    job = contacts_job(tmp_path, "b.csv", name="killed", export=f'{UPSERT}\nrows_per_call = 2\nengine = "rest"')
    org.weather({"kind": "latency", "seconds": 100, "where": "after"}, path="composite/sobjects", after=1)
    process = shared.start("run", job, "--yes", "--json")
    while shared.org().count("Contact WHERE Legacy_Id__c LIKE 'K00004%' AND LastName = 'New'") < 8:
        assert process.poll() is None
    process.kill()
    process.wait()
    org.clear_weather()
    run = shared.ask("runs").lines[-1]["run"]
    undone = shared.ask("undo", run, "--yes")
    assert undone.counts() == {"read": 8, "updated": 4, "deleted": 4}
    assert names(org, range(40, 50)) == {f"K0000{key}": f"Name {key}" for key in range(40, 44)}
    assert f"was taken back by run {undone.last['run']}" in shared.ask("resume", run).error["message"]
    [record] = [line for line in shared.ask("runs").lines if line["run"] == run]
    assert (record["created"] + record["updated"], record["pending"]) == (8, 2)


def test_what_the_same_user_changes_at_once_is_left_as_it_is(shared: Program, tmp_path: Path) -> None:
    """Promise 7: stamps of whole seconds do not tell it from the run's own writing."""
    org = shared.org()
    contacts_csv(tmp_path / "a.csv", range(60, 64))
    contacts_csv(tmp_path / "b.csv", range(60, 66), mail="new{key}@example.com")
    assert shared.run(contacts_job(tmp_path, "a.csv", name="before at once")).code == 0
    done = shared.run(contacts_job(tmp_path, "b.csv", name="at once"))
    for key in (61, 65):
        [record] = org.rows(f"SELECT Id FROM Contact WHERE Legacy_Id__c = 'K0000{key}'")  # noqa: S608 - our own keys
        org.send("PATCH", f"sobjects/Contact/{record['Id']}", {"LastName": "Mine now"})
    undone = shared.ask("undo", done.last["run"], "--yes")
    assert undone.counts() == {"read": 6, "updated": 3, "deleted": 1, "rejected": 2}
    assert names(org, range(60, 66)) == {
        "K000060": "Name 60",
        "K000061": "Mine now",
        "K000062": "Name 62",
        "K000063": "Name 63",
        "K000065": "Mine now",
    }


def test_what_the_same_user_changes_while_a_run_lies_still_is_left_as_it_is(shared: Program, tmp_path: Path) -> None:
    """Promise 7."""
    org = shared.org()
    contacts_csv(tmp_path / "a.csv", range(70, 74))
    run = shared.run(contacts_job(tmp_path, "a.csv", name="lies still"), "--first", "2").last["run"]
    org.send("POST", "/practice/clock", {"move": 60})
    [record] = org.rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'K000071'")
    org.send("PATCH", f"sobjects/Contact/{record['Id']}", {"LastName": "Mine now"})
    org.send("POST", "/practice/clock", {"move": 60})
    assert shared.ask("resume", run).counts() == {"read": 4, "created": 4}
    assert shared.ask("undo", run, "--yes").counts() == {"read": 4, "deleted": 3, "rejected": 1}
    assert names(org, range(70, 74)) == {"K000071": "Mine now"}


def test_what_the_same_user_changes_behind_a_run_that_goes_on_is_left_as_it_is(shared: Program, tmp_path: Path) -> None:
    """Promise 7."""
    org = shared.org()
    contacts_csv(tmp_path / "old.csv", range(160, 165))
    contacts_csv(tmp_path / "new.csv", range(160, 165), mail="new{key}@example.com")
    assert shared.run(contacts_job(tmp_path, "old.csv", name="old ones")).code == 0
    slow = UPSERT + '\nspeed = "gentle"\nrows_per_call = 1'
    org.weather({"kind": "latency", "seconds": 0.6}, path="composite/sobjects/")
    running = shared.start("run", contacts_job(tmp_path, "new.csv", name="long", export=slow), "--yes", "--json")
    text = "SELECT Id FROM Contact WHERE Legacy_Id__c = 'K000160' AND Email = 'new160@example.com'"
    while not (found := org.rows(text)):
        assert running.poll() is None
        time.sleep(0.05)
    org.send("PATCH", f"sobjects/Contact/{found[0]['Id']}", {"LastName": "Mine now"})
    out, _ = running.communicate()
    org.clear_weather()
    done = json.loads(out.splitlines()[-1])
    assert done["updated"] == 5, done
    undone = shared.ask("undo", done["run"], "--yes")
    assert undone.counts() == {"read": 5, "updated": 4, "rejected": 1}
    [reject] = shared.ask("rejects", undone.last["run"]).lines
    assert (reject["row"], reject["message"]) == (1, "LastName of this record is not what the run has written.")
    assert names(org, range(160, 165))["K000160"] == "Mine now"


def test_single_fields_of_updated_records_are_taken_back(shared: Program, tmp_path: Path) -> None:
    """Promise 7."""
    org = shared.org()
    contacts_csv(tmp_path / "a.csv", range(10, 12))
    assert shared.run(contacts_job(tmp_path, "a.csv", name="first")).code == 0
    (tmp_path / "b.csv").write_text("Key,Name,Email\nK000010,New,new@example.com\nK000013,Z,\n", encoding="utf-8")
    done = shared.run(contacts_job(tmp_path, "b.csv", name="second"))
    assert done.counts() == {"read": 2, "created": 1, "updated": 1}
    refused = shared.ask("undo", done.last["run"], "--yes", "--fields", "Phone")
    assert "did not change Phone" in refused.error["message"]
    assert shared.ask("undo", done.last["run"], "--yes", "--fields", "email").counts() == {"read": 1, "updated": 1}
    [row] = org.rows("SELECT LastName, Email FROM Contact WHERE Legacy_Id__c = 'K000010'")
    assert (row["LastName"], row["Email"]) == ("New", "10@example.com")
    assert "K000013" in names(org, range(10, 14))
    shared.ask("undo", done.last["run"], "--yes", "--fields", "email")
    told = shared.ask("statement", done.last["run"]).last
    assert (told["taken_back"], len(told["undos"])) == (1, 1), "the second one has taken nothing back"


def test_a_delete_stores_the_full_records_and_is_taken_back(shared: Program, tmp_path: Path) -> None:
    """R-180, R-182, R-187: the full rows are stored before a delete, and come back from the recycle bin. R-225.

    A complaint about other loaders: records are deleted in the wrong place.
    """
    org = shared.org()
    contacts_csv(tmp_path / "a.csv", range(20, 24))
    assert shared.run(contacts_job(tmp_path, "a.csv", name="to go")).code == 0
    job = tmp_path / "delete.toml"
    job.write_text(DELETE.format(path="a.csv", more=""), encoding="utf-8")
    done = shared.run(job)
    assert done.counts() == {"read": 4, "deleted": 4}
    assert names(org, range(20, 24)) == {}
    place = tmp_path / "gone.csv"
    assert shared.ask("before", done.last["run"], "--csv", place).last["rows"] == 4
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows[0]) > 20
    assert {row["Email"] for row in rows} == {f"{key}@example.com" for key in range(20, 24)}
    undone = shared.ask("undo", done.last["run"], "--yes")
    assert undone.counts() == {"read": 4, "updated": 4}
    assert len(names(org, range(20, 24))) == 4
    assert "did not" in shared.ask("undo", done.last["run"], "--yes", "--fields", "X").error["message"]


def test_records_are_brought_back_by_a_job(shared: Program, tmp_path: Path) -> None:
    """Undelete as an action: R-187."""
    org = shared.org()
    contacts_csv(tmp_path / "a.csv", range(30, 33))
    made = shared.run(contacts_job(tmp_path, "a.csv", name="back"))
    ids = [line["_id"] for line in shared.ask("results", made.last["run"]).lines]
    for each in ids[:2]:
        org.send("DELETE", f"sobjects/Contact/{each}")
    (tmp_path / "ids.csv").write_text("Id\n" + "".join(f"{each}\n" for each in ids), encoding="utf-8")
    job = tmp_path / "undelete.toml"
    text = (
        'version = 1\nname = "undelete"\naccount = "Practice org"\nobject = "Contact"\noperation = "export"\n'
        '[local]\npath = "ids.csv"\n[[mapping]]\nremote = "Id"\nlocal = "Id"\n[export]\naction = "undelete"\n'
    )
    job.write_text(text, encoding="utf-8")
    assert shared.run(job).counts() == {"read": 3, "updated": 2, "rejected": 1}
    assert len(names(org, range(30, 33))) == 3


def test_before_a_delete_it_is_told_how_many_of_the_records_are_there(shared: Program, tmp_path: Path) -> None:
    """R-180: a rehearsal counts those alone, and the number that is typed counts all rows."""
    contacts_csv(tmp_path / "one.csv", range(60, 61))
    assert shared.run(contacts_job(tmp_path, "one.csv", name="one to go")).code == 0
    [there] = shared.org().rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'K000060'")
    (tmp_path / "ids.csv").write_text(f"Key\n{there['Id']}\n{there['Id'][:5]}0000099999AAA\n", encoding="utf-8")
    job = tmp_path / "by-id.toml"
    job.write_text(DELETE.format(path="ids.csv", more="").replace("Legacy_Id__c", "Id"), encoding="utf-8")
    assert "2 rows to delete (1 known to the CRM, 1 not found there)" in shared.tell("run", job, "--yes").stdout
