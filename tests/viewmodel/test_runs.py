from __future__ import annotations

import sqlite3
from pathlib import Path

from crmdesk.model.job import Action, Direction, Operation
from crmdesk.model.run import RunOutcome, RunStart, Tally
from crmdesk.store import Store
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.runs.history import RunsModel, Standing
from tests.gui.kept_runs import kept_runs
from tests.store.steps import counted


def finished(home: Path, outcomes: list[RunOutcome], *, job: str = "contacts", retry_of: str = "") -> None:
    """Runs of the profile that have ended like that, oldest first."""
    store = Store.open(home, keychains=())
    for outcome in outcomes:
        start = RunStart(
            job=job,
            job_text="version = 1",
            account="practice_org",
            organization_id="00D",
            operation=Operation.EXPORT,
            action=Action.INSERT,
            object="Contact",
            source="/data/contacts.csv",
            fingerprint="",
            retry_of=retry_of,
        )
        run = store.runs.create(start)
        if outcome is not RunOutcome.INTERRUPTED:
            with store.runs.claim(run):
                store.runs.ledger(run).finish(outcome, 3, "")
    store.close()


def test_an_empty_history_says_what_to_do(app_model: AppModel) -> None:
    model = RunsModel(app_model)
    assert (model.count, model.lines(0, 10)) == ("0 runs", ())
    assert model.nothing[0] == "Nothing has run yet"


def test_the_newest_run_stands_first_with_its_ends_and_its_lineage(app_model: AppModel) -> None:
    finished(app_model.history.home, [RunOutcome.REJECTS])
    finished(app_model.history.home, [RunOutcome.SUCCEEDED], retry_of="1")
    second, first = RunsModel(app_model).lines(0, 10)
    assert (second.run, second.state, second.lineage) == ("2", "Finished", "retry of 1")
    assert (first.run, first.state, first.lineage) == ("1", "With rejects", "")
    assert (first.direction, first.source, first.target) == (
        Direction.WRITES,
        "contacts.csv",
        "Practice org · Contact",
    )


def test_a_run_that_was_taken_back_says_so_and_by_which(app_model: AppModel) -> None:
    with kept_runs(app_model.history.home) as kept:
        whole = kept.add(RunOutcome.SUCCEEDED, Tally(10, created=10))
        part = kept.add(RunOutcome.SUCCEEDED, Tally(10, updated=10))
        kept.add(RunOutcome.SUCCEEDED, Tally(10, deleted=10), undo_of=whole)
        kept.add(RunOutcome.REJECTS, Tally(10, updated=7, rejected=3), undo_of=part)
    lines = RunsModel(app_model).lines(0, 10)
    assert [(line.run, line.state, line.lineage) for line in lines] == [
        ("4", "With rejects", "takes run 2 back"),
        ("3", "Finished", "takes run 1 back"),
        ("2", "Finished", "7 of 10 taken back"),
        ("1", "Taken back", "by run 3"),
    ]


def test_runs_are_chosen_by_how_they_stand_and_by_job(app_model: AppModel) -> None:
    kinds = [RunOutcome.SUCCEEDED, RunOutcome.REJECTS, RunOutcome.STOPPED, RunOutcome.INTERRUPTED, RunOutcome.FAILED]
    finished(app_model.history.home, kinds)
    finished(app_model.history.home, [RunOutcome.SUCCEEDED], job="accounts")
    model = RunsModel(app_model)
    assert (model.count, list(model.jobs)) == ("6 runs", ["accounts", "contacts"])
    model.choose(Standing.UNFINISHED)
    assert (model.count, [line.run for line in model.lines(0, 9)]) == ("3 of 6 runs", ["5", "4", "3"])
    model.choose(Standing.FINISHED, "contacts")
    assert [line.run for line in model.lines(0, 9)] == ["1"]
    model.choose(Standing.RUNNING)
    assert model.nothing[0] == "No run stands like that"


def test_a_run_that_began_elsewhere_comes_into_the_list(app_model: AppModel) -> None:
    model = RunsModel(app_model)
    finished(app_model.history.home, [RunOutcome.INTERRUPTED])
    store = Store.open(app_model.history.home, keychains=())
    told = []
    model.subscribe(lambda: told.append(model.lines(0, 1)[0].state))
    with store.runs.claim("1"):
        app_model.running = ("1",)
        app_model.changed()
        store.runs.ledger("1").finish(RunOutcome.SUCCEEDED, 1, "")
    app_model.running = ()
    app_model.changed()
    store.close()
    assert told == ["Running", "Finished"]


def test_of_ten_thousand_runs_only_those_are_read_that_are_looked_at(app_model: AppModel) -> None:
    finished(app_model.history.home, [RunOutcome.SUCCEEDED])
    with sqlite3.connect(app_model.history.home / "crmdesk.db") as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(run)") if name != "id"]
        names = ", ".join(columns)
        connection.execute(
            f"INSERT INTO run ({names}) SELECT {names} FROM run, "  # noqa: S608 - our own names
            "(WITH RECURSIVE copy(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM copy WHERE n < 10000) SELECT n FROM copy)"
        )
    connection.close()
    model = RunsModel(app_model)
    with counted(app_model.history._store) as reading:
        assert [line.run for line in model.lines(0, 2)] == ["10000", "9999"]
        assert [line.run for line in model.lines(9998, 50)] == ["2", "1"]
    assert reading.taken < 1_000  # less than one for each run
