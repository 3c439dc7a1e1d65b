"""Runs that halt before, between and behind their sends: what was agreed, and what is kept to take them back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import INSERT, UPSERT, contacts_csv, contacts_job
from tests.cli.program import Org, Program
from tests.cli.test_taking_back import names


def somebody_writes(org: Org, key: int, name: str) -> None:
    [record] = org.rows(f"SELECT Id FROM Contact WHERE Legacy_Id__c = 'K{key:06}'")  # noqa: S608 - our own keys
    org.send("PATCH", f"sobjects/Contact/{record['Id']}", {"LastName": name})


def test_a_run_whose_first_rows_were_all_refused_is_not_asked_about_again(shared: Program, tmp_path: Path) -> None:
    """R-161, R-331: once a run; that nothing arrived yet is no sign that nobody agreed."""
    contacts_csv(tmp_path / "there.csv", range(600, 602))
    assert shared.run(contacts_job(tmp_path, "there.csv", name="there already")).code == 0
    contacts_csv(tmp_path / "all.csv", range(600, 604))
    job = contacts_job(tmp_path, "all.csv", name="refused first", export=f"{INSERT}\nrows_per_call = 2")
    paused = shared.ask("run", job, "--first", "2", "--confirm", "4")
    assert paused.counts() == {"read": 4, "rejected": 2, "pending": 2}
    resumed = shared.ask("resume", paused.last["run"])
    assert resumed.counts() == {"read": 4, "created": 2, "rejected": 2}
    assert not [line for line in resumed.lines if line["event"] == "intent"]


def test_before_values_are_those_of_the_moment_at_which_a_run_that_lay_still_is_agreed_to(
    shared: Program, tmp_path: Path
) -> None:
    """R-225, promise 7."""
    contacts_csv(tmp_path / "old.csv", range(610, 612))
    assert shared.run(contacts_job(tmp_path, "old.csv", name="old 610")).code == 0
    (tmp_path / "new.csv").write_text("Key,Name,Email\nK000610,New,\nK000611,New,\n", encoding="utf-8")
    job = contacts_job(tmp_path, "new.csv", name="new 610")
    assert shared.ask("run", job, "--confirm", "7").code == 2
    run = shared.ask("runs").lines[-1]["run"]
    somebody_writes(shared.org(), 611, "Mine now")
    assert shared.ask("resume", run, "--confirm", "2").counts() == {"read": 2, "updated": 2}
    assert shared.ask("undo", run, "--yes").counts() == {"read": 2, "updated": 2}
    assert names(shared.org(), range(610, 612)) == {"K000610": "Name 610", "K000611": "Mine now"}


def test_before_values_of_what_is_left_are_kept_anew_when_a_run_goes_on(shared: Program, tmp_path: Path) -> None:
    """R-225, promise 7: what others wrote while it lay still is what taking it back restores."""
    contacts_csv(tmp_path / "old.csv", range(620, 624))
    assert shared.run(contacts_job(tmp_path, "old.csv", name="old 620")).code == 0
    rows = "".join(f"K000{key},New,\n" for key in range(620, 625))
    (tmp_path / "new.csv").write_text(f"Key,Name,Email\n{rows}", encoding="utf-8")
    paused = shared.run(
        contacts_job(tmp_path, "new.csv", name="new 620", export=f"{UPSERT}\nrows_per_call = 2"), "--first", "2"
    )
    run = paused.last["run"]
    somebody_writes(shared.org(), 623, "Mine now")
    contacts_csv(tmp_path / "late.csv", range(624, 625))
    assert shared.run(contacts_job(tmp_path, "late.csv", name="late 624")).code == 0
    resumed = shared.ask("resume", run)
    assert resumed.counts() == {"read": 5, "updated": 5}
    before = tmp_path / "before.csv"
    assert shared.ask("before", run, "--csv", before).last["rows"] == 5
    assert before.read_text(encoding="utf-8").count("Name 62") == 4
    assert shared.ask("undo", run, "--yes").counts() == {"read": 5, "updated": 5}
    expected = {f"K000{key}": f"Name {key}" for key in (620, 621, 622, 624)}
    assert names(shared.org(), range(620, 625)) == {**expected, "K000623": "Mine now"}


def test_taking_back_looks_anew_at_records_when_it_goes_on(shared: Program, tmp_path: Path) -> None:
    """Promise 7: what somebody has changed before the list is agreed to is left as it is."""
    contacts_csv(tmp_path / "old.csv", range(630, 633))
    assert shared.run(contacts_job(tmp_path, "old.csv", name="old 630")).code == 0
    contacts_csv(tmp_path / "new.csv", range(630, 634), mail="new{key}@example.com")
    run = shared.run(contacts_job(tmp_path, "new.csv", name="new 630")).last["run"]
    assert shared.ask("undo", run, "--confirm", "9").code == 2
    undo = shared.ask("runs").lines[-1]["run"]
    shared.org().send("POST", "/practice/clock", {"move": 60})
    somebody_writes(shared.org(), 631, "Mine now")
    somebody_writes(shared.org(), 633, "Mine too")
    undone = shared.ask("resume", undo, "--confirm", "2")
    assert undone.counts() == {"read": 4, "updated": 2, "rejected": 2}
    left = names(shared.org(), range(630, 634))
    assert (left["K000631"], left["K000633"]) == ("Mine now", "Mine too")


def test_taking_back_that_was_begun_looks_anew_at_what_is_left(shared: Program, tmp_path: Path) -> None:
    """Promise 7."""
    org = shared.org()
    contacts_csv(tmp_path / "old.csv", range(640, 646))
    assert shared.run(contacts_job(tmp_path, "old.csv", name="old 640")).code == 0
    contacts_csv(tmp_path / "new.csv", range(640, 648), mail="new{key}@example.com")
    run = shared.run(contacts_job(tmp_path, "new.csv", name="new 640")).last["run"]
    org.weather({"kind": "latency", "seconds": 100, "where": "after"}, method="PATCH")
    process = shared.start("undo", run, "--yes", "--json")
    while org.held() < 1:
        assert process.poll() is None
    process.kill()
    process.wait()
    org.clear_weather()
    undo = shared.ask("runs").lines[-1]["run"]
    org.send("POST", "/practice/clock", {"move": 60})
    somebody_writes(org, 646, "Mine now")
    undone = shared.ask("resume", undo)
    assert undone.counts() == {"read": 8, "updated": 6, "deleted": 1, "rejected": 1}
    assert names(org, range(646, 648)) == {"K000646": "Mine now"}
    assert [reject["code"] for reject in shared.ask("rejects", undo).lines] == ["CHANGED_SINCE"]


def test_the_first_rows_stay_so_many_when_the_run_goes_on_by_itself(shared: Program, tmp_path: Path) -> None:
    """R-161: a trial of a few rows is not more of them after an error that has passed."""
    contacts_csv(tmp_path / "a.csv", range(650, 660))
    behaviour = '[behaviour]\nretries = 2\nretry_after = "1s"'
    export = f'{INSERT}\nrows_per_call = 1\nspeed = "gentle"\n{behaviour}'
    job = contacts_job(tmp_path, "a.csv", name="first of them", export=export)
    refusal = {"kind": "refuse", "status": 400, "code": "ODD"}
    shared.org().weather(refusal, method="POST", path="composite", after=2, times=1)
    paused = shared.run(job, "--first", "4")
    shared.org().clear_weather()
    assert paused.counts() == {"read": 10, "created": 4, "pending": 6}
    assert shared.ask("resume", paused.last["run"]).counts() == {"read": 10, "created": 10}
