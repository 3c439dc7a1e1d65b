"""What becomes of a run that was broken off when its job or the CRM have changed before it goes on."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jobs import UPSERT, contacts_csv, contacts_job
from tests.cli.program import HELD, Answer, Org, Program, profile

Fields = dict[str, dict[str, Any]]
EMAIL = '[[mapping]]\nremote = "Email"\nlocal = "Email"\n'
ACCOUNT = (
    '[[mapping]]\nremote = "AccountId"\nlookup = {{ column = "Key", object = "Account", key = "{key}", {policy} }}\n'
)


@contextmanager
def changed(org: Org, edit: Callable[[Fields], object], name: str = "Contact") -> Iterator[None]:
    """The fields of an object edited as long as the block lasts."""
    described = org.get(f"sobjects/{name}/describe")
    fields: Fields = {field["name"]: field for field in copy.deepcopy(described["fields"])}
    edit(fields)
    org.post("/practice/schema", {"objects": [described | {"fields": list(fields.values())}]})
    try:
        yield
    finally:
        org.post("/practice/schema", {"objects": [described]})


def without(name: str) -> Callable[[Fields], object]:
    return lambda fields: fields.pop(name)


def notices(answer: Answer) -> list[str]:
    return [line["message"] for line in answer.lines if line.get("event") == "notice"]


def paused(program: Program, folder: Path, name: str, keys: range, engine: str = "rest") -> tuple[Path, str]:
    """The job, and a run of it that has sent four rows."""
    contacts_csv(folder / "contacts.csv", keys)
    job = contacts_job(folder, name=name, export=f'{UPSERT}\nengine = "{engine}"')
    answer = program.run(job, "--first", "4")
    assert answer.last["outcome"] == "paused"
    return job, answer.last["run"]


def test_a_run_whose_field_is_gone_is_ended_and_what_it_did_not_send_is_sent_as_the_job_is_now(
    shared: Program, tmp_path: Path
) -> None:
    """R-195, R-211."""
    job, run = paused(shared, tmp_path, "gone", range(100, 110), "bulk")
    org = shared.org()
    with changed(org, without("Email")):
        refused = shared.ask("resume", run)
        assert (refused.code, refused.error["kind"]) == (2, "plan")
        assert refused.error["hint"] == (
            f"Put it back as it was, then resume; or `crmdesk end {run}` makes the 6 rows that are left rejects, "
            f"then `crmdesk retry {run} --job JOB` sends as the job is by then."
        )
        ended = shared.ask("end", run)
        assert (ended.code, ended.counts()) == (1, {"read": 10, "created": 4, "rejected": 6})
        assert notices(ended)[0].startswith("6 rows were not sent, and are rejects now")
        assert shared.ask("resume", run).error["message"] == f"Run {run} has ended: there is nothing to resume."
        assert "--without FIELD" in shared.ask("retry", run, "--yes").error["hint"]
        job.write_text(job.read_text(encoding="utf-8").replace(EMAIL, ""), encoding="utf-8")
        sent = shared.ask("retry", run, "--job", job, "--yes")
        assert (sent.code, sent.counts()) == (0, {"read": 6, "created": 6})
    lines = shared.ask("rejects", run).lines
    assert {line["code"] for line in lines} == {"NOT_SENT"}
    assert {line["state"] for line in lines} == {"resolved"}
    assert {line["stage"] for line in lines} == {"convert"}
    assert org.count("Contact WHERE Legacy_Id__c >= 'K000100' AND Legacy_Id__c < 'K000110'") == 10


def test_what_was_on_the_way_is_found_out_before_a_killed_run_is_ended(shared: Program, tmp_path: Path) -> None:
    """R-202: also where a field that was sent is gone, so that the run itself can not go on."""
    contacts_csv(tmp_path / "contacts.csv", range(1000, 1500))
    job = contacts_job(tmp_path, name="killed", export=f'{UPSERT}\nengine = "rest"')
    org, begun = shared.org(), "Contact WHERE Legacy_Id__c >= 'K001000' AND Legacy_Id__c < 'K001500'"
    org.weather(HELD, path="composite/sobjects", after=1)
    process = shared.start("run", job, "--yes", "--json")
    while not org.count(begun):
        time.sleep(0.1)
    process.kill()
    process.wait()
    org.clear_weather()
    with changed(org, without("Email")):
        ended = shared.ask("end", shared.ask("runs").last["run"])
    there, counts = org.count(begun), ended.counts()
    assert 200 <= there <= 500
    assert counts.pop("created") + counts.pop("updated", 0) == there
    assert counts.pop("rejected", 0) == 500 - there
    assert counts == {"read": 500}


def test_a_run_goes_on_where_only_that_has_changed_from_which_its_list_was_worked_out(
    shared: Program, tmp_path: Path
) -> None:
    """R-211."""
    contacts_csv(tmp_path / "contacts.csv", range(200, 210))
    job = contacts_job(tmp_path, name="looked up", export=f'{UPSERT}\nengine = "rest"')
    lookup = ACCOUNT.format(key="Oracle_Id__c", policy='not_found = "empty"')
    job.write_text(job.read_text(encoding="utf-8").replace("[export]", f"{lookup}\n[export]"), encoding="utf-8")
    run = shared.run(job, "--first", "4").last["run"]
    with changed(shared.org(), without("Oracle_Id__c"), "Account"):
        assert shared.ask("check", job).code == 2
        assert shared.ask("resume", run).counts() == {"read": 10, "created": 10}


def test_a_run_goes_on_as_it_began_and_says_so_when_its_job_was_edited(shared: Program, tmp_path: Path) -> None:
    """R-220."""
    job, run = paused(shared, tmp_path, "edited", range(220, 230))
    job.write_text(job.read_text(encoding="utf-8").replace(EMAIL, ""), encoding="utf-8")
    resumed = shared.ask("resume", run)
    [told] = notices(resumed)
    assert told == (
        "The job “edited” has been changed since the run began, which goes on as it was then. To send what is left as "
        f"the job is now: stop, `crmdesk end {run}`, then `crmdesk retry {run} --job JOB`."
    )
    assert resumed.counts() == {"read": 10, "created": 10}
    assert shared.org().count("Contact WHERE Legacy_Id__c >= 'K000220' AND Email != null") >= 10


def test_a_saved_job_that_was_changed_is_told_of_too(shared: Program, tmp_path: Path) -> None:
    job, _ = paused(shared, tmp_path, "saved", range(240, 250))
    shared.ask("job", "import", job)
    run = shared.run("saved", "--first", "4").last["run"]
    job.write_text(job.read_text(encoding="utf-8").replace(EMAIL, ""), encoding="utf-8")
    assert not notices(shared.ask("resume", run, "--yes"))
    run = shared.run("saved", "--first", "4").last["run"]
    shared.ask("job", "import", job)
    assert [told.startswith("The job “saved” has been changed") for told in notices(shared.ask("resume", run))] == [
        True
    ]


def test_a_run_that_is_through_is_not_ended(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(260, 263))
    run = shared.run(contacts_job(tmp_path, name="whole")).last["run"]
    assert shared.ask("end", run).error["message"] == f"Run {run} has ended already."


def test_a_field_that_is_gone_is_not_taken_back_and_told(shared: Program, tmp_path: Path) -> None:
    """R-225."""
    source = contacts_csv(tmp_path / "contacts.csv", range(280, 283))
    job = contacts_job(tmp_path, name="taken back")
    shared.run(job)
    source.write_text(source.read_text(encoding="utf-8").replace("Name 2", "Other 2"), encoding="utf-8")
    run = shared.run(job).last["run"]
    org = shared.org()
    with changed(org, without("Email")):
        refused = shared.ask("undo", run, "--fields", "email", "--yes").error
        assert refused["message"].startswith("Email: gone, or not to be written any more")
        undone = shared.ask("undo", run, "--yes")
    assert undone.counts() == {"read": 3, "updated": 3}
    assert notices(undone)[0].startswith("Email: not taken back, as it is gone")
    names = org.rows("SELECT LastName FROM Contact WHERE Legacy_Id__c >= 'K000280' AND Legacy_Id__c < 'K000283'")
    assert {each["LastName"] for each in names} == {"Name 280", "Name 281", "Name 282"}


def test_what_two_attempts_to_take_a_run_back_leave_alone_counts_once(shared: Program, tmp_path: Path) -> None:
    """R-196."""
    source = contacts_csv(tmp_path / "contacts.csv", range(300, 303))
    job = contacts_job(tmp_path, name="taken back twice")
    shared.run(job)
    source.write_text(source.read_text(encoding="utf-8").replace("Name 3", "Other 3"), encoding="utf-8")
    run = shared.run(job).last["run"]
    org = shared.org()
    org.post("/practice/clock", {"move": 60})
    [touched] = org.rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'K000301'")
    org.send("PATCH", f"sobjects/Contact/{touched['Id']}", {"LastName": "Mine now"})
    first = shared.ask("undo", run, "--yes")
    assert first.counts() == {"read": 3, "updated": 2, "rejected": 1}
    second = shared.ask("undo", run, "--yes")
    assert second.counts() == {"read": 3, "rejected": 3}
    assert [line["state"] for line in shared.ask("rejects", first.last["run"]).lines] == ["superseded"]
    assert "looked at anew" in notices(second)[-1]


def test_what_the_same_user_changes_behind_a_job_whose_results_are_read_later_is_left_as_it_is(
    shared: Program, tmp_path: Path
) -> None:
    """Promise 7: the job tells when it was through, however long its results lay there."""
    contacts_csv(tmp_path / "contacts.csv", range(320, 324))
    job = contacts_job(tmp_path, name="read later", export=f'{UPSERT}\nengine = "bulk"')
    org = shared.org()
    org.weather(HELD, path="successfulResults")
    process = shared.start("run", job, "--yes", "--json")
    while not org.held():
        time.sleep(0.05)
    process.kill()
    process.wait()
    org.clear_weather()
    org.post("/practice/clock", {"move": 60})
    [record] = org.rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'K000321'")
    org.send("PATCH", f"sobjects/Contact/{record['Id']}", {"LastName": "Mine now"})
    org.post("/practice/clock", {"move": 60})
    run = shared.ask("runs").last["run"]
    assert shared.ask("resume", run).counts() == {"read": 4, "created": 4}
    undone = shared.ask("undo", run, "--yes")
    assert undone.counts() == {"read": 4, "deleted": 3, "rejected": 1}
    assert org.count("Contact WHERE Legacy_Id__c = 'K000321' AND LastName = 'Mine now'") == 1


def test_what_belongs_to_an_account_that_is_gone_or_leads_elsewhere_waits_until_it_is_back(
    shared: Program, tmp_path: Path
) -> None:
    """R-018: whatever goes on with a run goes to the organisation where it began, and nowhere else."""
    org = shared.org()
    added = ("account", "add", "Second", "--kind", "salesforce", "--auth", "token", "--url")
    shared.environment["CRMDESK_SECRET_SECOND"] = org.token
    shared.ask(*added, org.url)
    contacts_csv(tmp_path / "contacts.csv", range(340, 346))
    job = contacts_job(tmp_path, name="second", account="Second")
    run = shared.run(job, "--first", "2").last["run"]
    assert f"crmdesk end {run}" in shared.ask("account", "remove", "second").error["hint"]
    with profile(tmp_path / "elsewhere") as elsewhere:
        other = elsewhere.org()
        shared.environment["CRMDESK_SECRET_SECOND"] = other.token
        shared.ask("account", "edit", "second", "--url", other.url, "--another-org")
        for command in (("resume", run), ("undo", run, "--yes"), ("retry", run, "--yes")):
            refused = shared.ask(*command).error
            assert f"than when run {run} began" in refused["message"]
            assert "refreshed sandbox" in refused["hint"]
        shared.environment["CRMDESK_SECRET_SECOND"] = org.token
        assert "(00D" in shared.ask("account", "edit", "second", "--url", org.url).error["message"]
        shared.ask("account", "edit", "second", "--url", org.url, "--another-org")
        assert other.count("Contact WHERE Legacy_Id__c LIKE 'K00034%'") == 0
    assert shared.ask("resume", run).counts() == {"read": 6, "created": 6}
    assert shared.ask("account", "remove", "second").code == 0
    refused = shared.ask("undo", run, "--yes").error
    assert refused["message"] == f"The account “second”, to which run {run} went, is not here any more."
    assert "crmdesk account add second" in refused["hint"]
    shared.ask(*added, org.url)
    assert shared.ask("undo", run, "--yes").counts() == {"read": 6, "deleted": 6}
    shared.environment.pop("CRMDESK_SECRET_SECOND")


def test_an_older_run_that_goes_on_behind_a_newer_one_says_so_and_inserts_nothing_twice(
    shared: Program, tmp_path: Path
) -> None:
    job, run = paused(shared, tmp_path, "overtaken", range(360, 370))
    newer = shared.run(job).last["run"]
    resumed = shared.ask("resume", run)
    assert f"Run {newer} of this job was made since: what this one has left to send is older" in notices(resumed)[0]
    assert resumed.counts() == {"read": 10, "created": 4, "updated": 6}
    inserting = contacts_job(tmp_path, name="inserting", export='action = "insert"')
    job.with_name("contacts.csv").write_text("Key,Name,Email\n,Overtaken,\n,Overtaken,\n", encoding="utf-8")
    run = shared.run(inserting, "--first", "1").last["run"]
    newer = shared.run(inserting).last["run"]
    refused = shared.ask("resume", run).error
    assert refused["message"].startswith(f"Run {newer} of this job has sent the same source since")
    assert shared.ask("end", run).counts() == {"read": 2, "created": 1, "rejected": 1}
    assert shared.org().count("Contact WHERE LastName = 'Overtaken'") == 3


def test_a_record_that_somebody_creates_while_a_run_goes_on_is_not_emptied_by_taking_the_run_back(
    shared: Program, tmp_path: Path
) -> None:
    """R-225: what it held before the run changed it was looked up before it was there."""
    contacts_csv(tmp_path / "contacts.csv", range(380, 386))
    job = contacts_job(tmp_path, name="created meanwhile", export=f'{UPSERT}\nrows_per_call = 1\nspeed = "gentle"')
    org = shared.org()
    org.weather({"kind": "latency", "seconds": 2}, path="composite/sobjects", times=1)
    process = shared.start("run", job, "--yes", "--json")
    while org.held() < 1:
        assert process.poll() is None
    org.post("sobjects/Contact", {"Legacy_Id__c": "K000385", "LastName": "Theirs", "Email": "theirs@example.com"})
    process.wait()
    org.clear_weather()
    run = shared.ask("runs").lines[-1]["run"]
    undone = shared.ask("undo", run, "--yes")
    assert undone.counts() == {"read": 6, "deleted": 5, "rejected": 1}
    assert [line["code"] for line in shared.ask("rejects", undone.last["run"]).lines] == ["NOT_KEPT"]
    [held] = org.rows("SELECT LastName, Email FROM Contact WHERE Legacy_Id__c = 'K000385'")
    assert held == {"LastName": "Name 385", "Email": "385@example.com"}


@pytest.mark.parametrize("engine", ["rest", "bulk"])
def test_a_run_whose_list_is_damaged_sends_nothing_of_it_and_is_ended(
    shared: Program, tmp_path: Path, engine: str
) -> None:
    """R-219."""
    _, run = paused(shared, tmp_path, f"damaged {engine}", range(400, 406), engine)
    for kept in (shared.home / "runs" / run).glob("sends*"):
        kept.write_bytes(kept.read_bytes()[:20])
    assert "are damaged" in shared.ask("resume", run).error["message"]
    ended = shared.ask("end", run).counts()
    assert (ended["read"], ended["rejected"]) == (6, 2)
    assert shared.ask("retry", run, "--yes").last["read"] == 2


def test_what_a_run_keeps_and_cannot_be_read_again_is_told(shared: Program, tmp_path: Path) -> None:
    """R-206."""
    _, run = paused(shared, tmp_path, "unreadable", range(420, 426))
    folder = shared.home / "runs" / run
    [kept] = folder.glob("source-*")
    kept.write_bytes(b"rubbish")
    for command in (("end", run), ("undo", run, "--yes")):
        error = shared.ask(*command).error
        assert (error["kind"], "is damaged or gone" in error["message"]) == ("store", True)
    (folder / "notes.json").write_bytes(b"{")
    assert "notes.json is damaged" in shared.ask("resume", run).error["message"]
