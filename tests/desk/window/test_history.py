"""What the window reads and writes by itself, over the real store that runs write to."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.desk.window.history import History
from crmdesk.errors import PlanError, UserError
from crmdesk.model.account import Environment, Identity
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.reject import RejectState, Stage
from crmdesk.model.run import RunOutcome
from crmdesk.store import Store
from tests.store.profiles import new_run, prepared, rejects, send_all
from tests.store.steps import counted

ME = Identity("me@acme.example", "Acme", "00D000000000001", Environment.SANDBOX, "2026-11-22T10:00:00Z", 10, 100)
CONTACTS = Job(
    "contacts",
    "practice_org",
    "Contact",
    Operation.EXPORT,
    LocalFile("/data/in/contacts.csv"),
    (FieldMap("Email", Column("Mail")),),
    export=ExportOptions(Action.INSERT),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    store = Store.open(home, keychains=())
    yield store
    store.close()


@pytest.fixture
def history(home: Path) -> Iterator[History]:
    history = History.open(home)
    yield history
    history.close()


def refused(store: Store, rows: range, *, job: str = "contacts") -> str:
    """A run that has ended, in which these rows were refused before sending."""
    run, ledger = new_run(store, job=job)
    ledger.begin_prepare()
    ledger.add_source_block(1, rows[-1], "source-1")
    ledger.add_rejects(Stage.CONVERT, rejects(rows))
    ledger.end_prepare("rest")
    ledger.finish(RunOutcome.REJECTS, 1, "")
    return run


# --- accounts, settings ---


def test_who_an_account_was_is_remembered_until_it_is_removed(history: History, home: Path) -> None:
    assert history.known_identity("practice_org") is None
    history.remember_identity("practice_org", ME)
    with closing(History.open(home)) as again:
        assert again.known_identity("practice_org") == ME
        assert [account.name for account in again.accounts()] == ["practice_org"]
    with closing(Store.open(home, keychains=())) as store:
        store.accounts.remove("practice_org")
    assert history.known_identity("practice_org") is None


def test_settings_of_the_window_are_kept(history: History) -> None:
    assert history.setting("theme", "system") == "system"
    history.set_setting("theme", "dark")
    history.set_setting("theme", "light")
    assert history.setting("theme", "system") == "light"


# --- jobs ---


def test_a_job_is_saved_as_the_text_that_the_command_line_reads(history: History, store: Store) -> None:
    saved = history.save_job(CONTACTS)
    assert (saved.folder, 'path = "contacts.csv"' in saved.text) == ("/data/in", True)
    assert history.load_job("contacts").job == CONTACTS
    assert [job.name for job in store.jobs.list()] == ["contacts"]


def test_a_renamed_job_takes_the_place_of_the_old_one(history: History) -> None:
    history.save_job(CONTACTS)
    history.save_job(replace(CONTACTS, name="people"), replaces="contacts")
    assert [job.name for job in history.jobs()] == ["people"]
    history.save_job(CONTACTS)
    with pytest.raises(UserError, match="already"):
        history.save_job(replace(CONTACTS, name="people"), replaces="contacts")
    with pytest.raises(UserError, match="already"):
        history.save_job(CONTACTS)
    history.save_job(replace(CONTACTS, object="Lead"), replaces="contacts")
    assert history.load_job("contacts").job.object == "Lead"


def test_a_job_that_could_not_be_opened_again_is_not_saved(history: History) -> None:
    with pytest.raises(PlanError, match="maps no field"):
        history.save_job(replace(CONTACTS, mapping=()))
    assert history.jobs() == ()


def test_a_job_file_is_written_for_its_owner_and_read_back(history: History, tmp_path: Path) -> None:
    job = replace(CONTACTS, local=LocalFile(str(tmp_path / "contacts.csv")))
    place = tmp_path / "contacts.toml"
    place.write_text("old")
    history.write_job_file(job, place)
    assert 'path = "contacts.csv"' in place.read_text(encoding="utf-8")
    assert history.open_job_file(place) == job
    assert list(tmp_path.glob(".*")) == []
    with pytest.raises(UserError, match="cannot be written"):
        history.write_job_file(job, tmp_path / "nowhere" / "contacts.toml")


# --- runs ---


def test_runs_are_seen_newest_first_with_those_that_live(history: History, store: Store) -> None:
    old, new = refused(store, range(1, 3)), new_run(store)[0]
    with store.runs.claim(new):
        assert [(run.run, run.outcome) for run in history.runs()] == [
            (new, RunOutcome.RUNNING),
            (old, RunOutcome.REJECTS),
        ]
        assert tuple(history.running()) == (new,)
        history.request_stop(new)
        assert store.runs.ledger(new).is_stop_requested()
    assert history.run(new).outcome is RunOutcome.INTERRUPTED
    assert tuple(history.running()) == ()
    with pytest.raises(UserError, match="not running"):
        history.request_stop(new)
    last = history.last_run("contacts")
    assert last is not None
    assert last.run == new
    assert history.last_run("others") is None


def test_to_look_whether_a_run_lives_takes_no_time_and_disturbs_nobody(history: History, store: Store) -> None:
    run, _ = new_run(store)
    with store.runs.claim(run):
        begun = time.perf_counter()
        for _ in range(400):
            assert history.run(run).outcome is RunOutcome.RUNNING
        assert time.perf_counter() - begun < 400 * 0.05  # what one look took that had to wait for the lock
    with store.runs.claim(run):
        pass


# --- rejects ---


def test_causes_count_open_rejects_only(history: History, store: Store) -> None:
    run = refused(store, range(1, 11))
    (cause,) = history.causes(run)
    assert (cause.rows, cause.code, cause.field) == (10, "INVALID_EMAIL", "Email")
    assert history.set_aside(run, [1, 2, 3, 99]) == 3
    assert history.set_aside(run, [1]) == 0
    assert [each.rows for each in history.causes(run)] == [7]
    assert history.open_rejects() == 7
    assert dict(history.reject_states(run)) == {RejectState.OPEN: 7, RejectState.IGNORED: 3}
    assert history.take_back(run, [1, 4]) == 1
    assert history.open_rejects() == 8
    assert history.causes(refused(store, range(5, 6)))[0].rows == 1
    assert history.open_rejects() == 9


def test_rejects_come_a_page_at_a_time_of_one_cause_and_state(history: History, store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 20, "source-1")
    ledger.add_rejects(Stage.CONVERT, rejects(range(1, 11)))
    ledger.add_rejects(Stage.CONVERT, rejects(range(11, 21), code="TOO_LONG"))
    ledger.end_prepare("rest")
    mail, long = sorted(history.causes(run), key=lambda cause: cause.code)
    assert [each.row for each in history.rejects(run, long.cause, after_row=12, limit=3)] == [13, 14, 15]
    assert [each.row for each in history.rejects(run, after_row=9, limit=3)] == [10, 11, 12]
    history.set_aside(run, [2, 3])
    ignored = (RejectState.IGNORED,)
    assert [each.row for each in history.rejects(run, mail.cause, states=ignored)] == [2, 3]
    assert history.rejects(run, long.cause, states=ignored) == []
    assert len(history.reject_rows(run)) == 20
    assert len(history.reject_rows(run, mail.cause)) == 10
    assert len(history.reject_rows(run, mail.cause, (RejectState.OPEN,))) == 8
    assert history.reject_rows(run, "no such cause") == []


def test_a_hundred_thousand_rejects_are_counted_and_paged_without_reading_them(history: History, store: Store) -> None:
    run = refused(store, range(1, 100_001))
    (cause,) = history.causes(run)
    with closing(sqlite3.connect(history.home / "crmdesk.db")) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT count(*) FROM reject WHERE cause = 1 AND state = 1"
        ).fetchall()
    assert "COVERING INDEX reject_by_cause" in plan[0][3]
    assert cause.rows == 100_000
    with counted(history._store) as counting:
        assert history.causes(run) == (cause,)
    with counted(history._store) as paging:
        page = history.rejects(run, cause.cause, after_row=99_000, limit=2)
    assert [each.row for each in page] == [99_001, 99_002]
    with counted(store) as reading:
        sum(1 for _ in store.rejects.iterate(run))
    assert counting.taken < 1_000
    assert paging.taken < reading.taken / 5


def test_a_row_is_followed_along_the_runs_that_tried_it(history: History, store: Store) -> None:
    first = refused(store, range(1, 3))
    second, ledger = new_run(store, retry_of=first)
    store.rejects.claim_for_retry(first, second)
    ledger.begin_prepare()
    ledger.add_source_block(1, 2, "source-1")
    ledger.add_sends([prepared(ledger, [1, 2])])
    ledger.end_prepare("rest")
    send_all(ledger, reject=[2])
    ledger.finish(RunOutcome.REJECTS, 1, "")
    for reject in ("R1-2", "R2-2"):
        assert [(each.id, each.state) for each in history.lineage(reject)] == [
            ("R1-2", RejectState.IN_RETRY),
            ("R2-2", RejectState.OPEN),
        ]
    assert [each.state for each in history.lineage("R1-1")] == [RejectState.RESOLVED]
    assert [each.run for each in history.retries_of(first)] == [second]
    assert history.lineage("R9-9") == history.lineage("nonsense") == ()


# --- corrections ---


def test_corrections_survive_and_go_when_taken_back(history: History, store: Store, home: Path) -> None:
    run = refused(store, range(1, 4))
    history.correct(run, 1, "Mail", "a@example.com")
    history.correct_all(run, {2: {"Mail": ""}, 3: {"Mail": "c"}})
    history.correct(run, 3, "Mail", None)
    with closing(History.open(home)) as again:
        assert again.corrections(run) == {1: {"Mail": "a@example.com"}, 2: {"Mail": ""}}
    history.set_aside(run, [1])
    assert history.corrections(run) == {2: {"Mail": ""}}
    history.take_back(run, [1])
    assert history.corrections(run)[1] == {"Mail": "a@example.com"}


def test_only_what_waits_can_be_corrected(history: History, store: Store) -> None:
    run = refused(store, range(1, 3))
    history.set_aside(run, [1])
    for row in (1, 7):
        with pytest.raises(UserError, match="not waiting"):
            history.correct(run, row, "Mail", "x")
    with pytest.raises(UserError, match="no column"):
        history.correct(run, 2, "Phone", "x")
    with pytest.raises(UserError, match="None of these rows"):
        history.corrections_file(run, [1, 7])
    assert history.corrections(run) == {}


def test_a_file_of_corrections_stays_until_its_run_has_ended(history: History, store: Store, home: Path) -> None:
    run = refused(store, range(1, 4))
    place = history.corrections_file(run, [1, 3])
    assert place.stat().st_mode & 0o777 == 0o600
    assert len(place.read_text(encoding="utf-8").splitlines()) == 3
    unclaimed = history.corrections_file(run, [2])
    old = time.time() - 25 * 3600
    os.utime(unclaimed, (old, old))
    os.utime(place, (old, old))
    start = store.runs.get(run).start
    retry = store.runs.create(replace(start, retry_of=run, settings=f'{{"corrections": "{place}"}}'))
    History.open(home).close()
    assert (place.exists(), unclaimed.exists()) == (True, False)
    store.runs.ledger(retry).finish(RunOutcome.SUCCEEDED, 1, "")
    History.open(home).close()
    assert not place.exists()
