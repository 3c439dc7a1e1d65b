from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crmdesk.errors import UserError
from crmdesk.model.run import Phase, Progress, RunOutcome, Tally
from crmdesk.store import Store
from crmdesk.store.locks import is_held
from tests.store.profiles import new_run, start

HOLD = """
import sys
from pathlib import Path
from crmdesk.store import Store

store = Store.open(Path(sys.argv[1]), keychains=())
with store.runs.claim_job("contacts"), store.runs.claim(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(home: Path, run: str) -> subprocess.Popen[str]:
    """Another process that executes the run until its input ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home), run], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def end(child: subprocess.Popen[str], *, by_force: bool = False) -> None:
    if by_force:
        child.kill()
    child.communicate()


def test_runs_are_numbered_and_listed_oldest_first(store: Store) -> None:
    first, second = new_run(store)[0], new_run(store)[0]

    assert (first, second) == ("1", "2")
    assert [record.run for record in store.runs.list()] == ["1", "2"]
    assert store.runs.get("2").start == start()


def test_numbers_of_runs_come_newest_first_by_job_and_by_how_they_stand(store: Store) -> None:
    for outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS, RunOutcome.SUCCEEDED):
        run, ledger = new_run(store)
        with store.runs.claim(run):
            ledger.finish(outcome, 0, "")
    running, _ = new_run(store)
    assert store.runs.numbers() == (4, 3, 2, 1)
    assert store.runs.numbers(job="contacts") == (4, 3, 2, 1)
    assert store.runs.numbers(job="another") == ()
    assert store.runs.numbers(outcomes=(RunOutcome.SUCCEEDED,)) == (3, 1)
    assert store.runs.numbers(outcomes=(RunOutcome.INTERRUPTED,)) == (4,)
    with store.runs.claim(running):
        assert store.runs.numbers(outcomes=(RunOutcome.RUNNING,)) == (4,)
    assert [record.run for record in store.runs.of_numbers((3, 1))] == ["3", "1"]
    assert store.runs.of_numbers(()) == ()
    assert store.runs.jobs() == ("contacts",)


@pytest.mark.parametrize("run", ["7", "x", "", "-1", "\N{ARABIC-INDIC DIGIT ONE}", "99999999999999999999"])
def test_a_run_that_does_not_exist_is_refused(store: Store, run: str) -> None:
    for ask in (store.runs.get, store.runs.ledger, store.runs.request_stop):
        with pytest.raises(UserError, match="There is no run"):
            ask(run)


def test_a_run_is_running_while_somebody_executes_it_and_interrupted_when_nobody_does(store: Store) -> None:
    """R-214."""
    run, ledger = new_run(store)
    assert store.runs.get(run).outcome is RunOutcome.INTERRUPTED

    with store.runs.claim(run):
        assert store.runs.get(run).outcome is RunOutcome.RUNNING
    assert store.runs.get(run).outcome is RunOutcome.INTERRUPTED
    with store.runs.claim(run):
        ledger.finish(RunOutcome.STOPPED, 0, "")
    assert store.runs.get(run).outcome is RunOutcome.STOPPED


def test_a_run_that_goes_on_has_not_ended(store: Store) -> None:
    run, ledger = new_run(store)
    with store.runs.claim(run):
        ledger.finish(RunOutcome.FAILED, 0, "The disk was full.")

    with store.runs.claim(run):
        record = store.runs.get(run)
        assert (record.outcome, record.ended, record.error) == (RunOutcome.RUNNING, "", "")


def test_the_calls_of_a_run_that_was_killed_are_those_it_told_of_last(store: Store) -> None:
    """R-220."""
    run, ledger = new_run(store)
    with store.runs.claim(run):
        ledger.progress(Progress(Phase.SENDING, 1, 2, Tally(), api_calls=7))

    with store.runs.claim(run):
        ledger.finish(RunOutcome.SUCCEEDED, 5, "")
    assert store.runs.get(run).api_calls == 12


def test_a_run_of_another_process_is_running_until_that_process_is_killed(store: Store, home: Path) -> None:
    """R-214, R-217."""
    run, _ = new_run(store)
    child = hold(home, run)
    try:
        record = store.runs.get(run)
        assert (record.outcome, record.pid) == (RunOutcome.RUNNING, child.pid)
        with pytest.raises(UserError, match=f"Run {run} is being executed by another process"), store.runs.claim(run):
            pass
        busy = rf'"contacts" is running already \(run {run}\)'
        with pytest.raises(UserError, match=busy), store.runs.claim_job("contacts"):
            pass
    finally:
        end(child, by_force=True)

    assert store.runs.get(run).outcome is RunOutcome.INTERRUPTED
    with store.runs.claim_job("contacts"), store.runs.claim(run):
        assert store.runs.get(run).outcome is RunOutcome.RUNNING


def test_jobs_of_different_names_run_at_the_same_time(store: Store) -> None:
    with store.runs.claim_job("contacts"), store.runs.claim_job("../contacts"):
        pass


def test_a_stop_asked_for_elsewhere_reaches_the_run_and_is_gone_when_it_goes_on(store: Store, home: Path) -> None:
    run, ledger = new_run(store)
    with pytest.raises(UserError, match="is not running"):
        store.runs.request_stop(run)
    child = hold(home, run)
    try:
        store.runs.request_stop(run)
        assert ledger.is_stop_requested()
    finally:
        end(child)

    with store.runs.claim(run):
        assert not store.runs.ledger(run).is_stop_requested()


def test_asking_whether_a_lock_is_held_neither_makes_nor_keeps_it(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "lock")
    assert not (tmp_path / "lock").exists()


def test_the_time_for_which_a_run_stood_still_is_kept_apart(store: Store) -> None:
    run, ledger = new_run(store)
    with store.runs.claim(run):
        assert store.runs.get(run).paused == 0
        ledger.finish(RunOutcome.STOPPED, 0, "")
    for hours in (2, 1):
        with store._database.transaction() as connection:
            connection.execute("UPDATE run SET ended = strftime('%Y-%m-%dT%H:%M:%fZ', ended, ?)", (f"-{hours} hours",))
        with store.runs.claim(run):
            ledger.finish(RunOutcome.STOPPED, 0, "")
    assert store.runs.get(run).paused == pytest.approx(3 * 3600, abs=60)


def test_a_run_that_was_killed_stood_still_since_the_crm_was_last_heard_of(store: Store) -> None:
    run, _ = new_run(store)
    with store._database.transaction() as connection:
        connection.execute(
            "INSERT INTO send (run, state, rows, row_count, file, offset, length, sha256, sent_at)"
            " VALUES (?, 0, x'', 1, '', 0, 0, '', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-2 hours'))",
            (run,),
        )
    with store.runs.claim(run):
        assert store.runs.get(run).paused == pytest.approx(2 * 3600, abs=60)
