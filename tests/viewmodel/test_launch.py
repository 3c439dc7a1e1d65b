from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.desk.window.run_children import run_arguments
from crmdesk.errors import FileFormatError, UserError
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.job import Action, Direction, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.run import RunOutcome, Tally
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.launch import Question, launch, question_for, warned
from tests.cli.program import Program
from tests.gui.kept_runs import kept_runs
from tests.viewmodel.moving import ended, saved_job, waiting_run

ACME = Account("acme", "Acme", "salesforce", "https://acme.example", "token")


def question(
    rows: int, environment: Environment | None, action: Action | None = Action.UPSERT, label: str = "contacts"
) -> Question:
    operation = {None: Operation.IMPORT, Action.DELETE: Operation.DELETE}.get(action, Operation.EXPORT)
    export = ExportOptions(action, "Legacy_Id__c") if action is not None else None
    job = Job("contacts", "acme", "Contact", operation, LocalFile("contacts.csv"), (), export=export)
    identity = Identity("ann", "Acme AB", "00D", environment, "", 100, 200) if environment is not None else None
    return question_for(job, ACME, identity, rows, label=label)


def test_the_question_says_what_happens_to_how_many_rows_and_where() -> None:
    asked = question(410_187, Environment.PRODUCTION)
    assert asked.sentence == "Upsert 410,187 contacts in Acme production"
    assert (asked.button, asked.direction) == ("Upsert 410,187 contacts", Direction.WRITES)
    assert question(12, Environment.SANDBOX, None).sentence == "Read 12 contacts from Acme sandbox"
    assert question(1, Environment.SANDBOX, Action.DELETE, "").sentence == "Delete 1 Contact record in Acme sandbox"


def test_where_nobody_knows_how_many_rows_there_are_the_run_itself_wants_their_number() -> None:
    asked = question(0, Environment.PRODUCTION, Action.DELETE)
    assert (asked.button, asked.wants_number) == ("Delete contacts", False)
    assert asked.notes[0].endswith("wants their number before it sends any.")
    assert question(0, Environment.SANDBOX, Action.DELETE).notes == ()


@pytest.mark.parametrize(
    ("rows", "environment", "action", "wants_number"),
    [
        (1_001, Environment.PRODUCTION, Action.INSERT, True),
        (1_000, Environment.PRODUCTION, Action.INSERT, False),
        (1, Environment.PRODUCTION, Action.DELETE, True),
        (1_000_000, Environment.SANDBOX, Action.DELETE, False),
        (1_000_000, Environment.PRODUCTION, None, False),
        (1_001, None, Action.UPDATE, True),
    ],
)
def test_the_number_is_wanted_for_a_large_write_or_any_delete_in_production_or_who_knows_where(
    rows: int, environment: Environment | None, action: Action | None, wants_number: bool
) -> None:
    assert question(rows, environment, action).wants_number is wants_number


async def test_a_run_is_a_process_of_its_own_that_is_known_by_its_number_at_once(
    app_model: AppModel, tmp_path: Path
) -> None:
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 3)))
    assert run == "1"
    assert await ended(app_model, run) is RunOutcome.SUCCEEDED
    assert app_model.history.run(run).tally.created == 3


async def test_what_refuses_a_run_before_it_exists_is_raised_with_what_to_do(
    app_model: AppModel, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="nothing here") as unknown:
        await launch(app_model, run_arguments("nothing here"))
    assert unknown.value.hint
    name = saved_job(app_model, tmp_path, 3)
    (tmp_path / "contacts.csv").unlink()
    with pytest.raises(FileFormatError, match=r"contacts\.csv") as gone:
        await launch(app_model, run_arguments(name))
    assert gone.value.hint == "Check the path."
    assert not app_model.history.runs()


async def test_a_second_run_of_the_same_job_is_refused_and_the_first_one_named(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    run = await waiting_run(app_model, program, tmp_path)
    with pytest.raises(UserError, match=r"running already \(run 1\)"):
        await launch(app_model, run_arguments("contacts"))
    app_model.history.request_stop(run)
    assert await ended(app_model, run) is RunOutcome.STOPPED


def test_who_runs_a_job_anew_is_warned_of_its_run_that_has_rows_left(app_model: AppModel) -> None:
    with kept_runs(app_model.history.home) as kept:
        run = kept.add(RunOutcome.STOPPED, Tally(10, created=6, pending=4), action=Action.INSERT)
        job = replace(app_model.history.job_of(run), export=ExportOptions(Action.INSERT))
        asked = question_for(job, app_model.history.account("acme"), None, 10)
        found = warned(asked, app_model, job)
        assert found.earlier == run
        assert found.notes[-1] == (
            f"Run {run} of this job has sent 6 rows and has 4 left. This run sends all rows of its source, those too. "
            "Records that were inserted are inserted a second time."
        )
        elsewhere = question_for(job, app_model.history.account("practice_org"), None, 10)
        assert warned(elsewhere, app_model, job) == elsewhere
        kept.add(RunOutcome.SUCCEEDED, Tally(10, created=10), action=Action.INSERT)
        assert warned(asked, app_model, job) == asked
