"""The pages of runs, with real clicks and keys: over runs that are kept, and over one that really moves."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QLineEdit, QWidget

from crmdesk.gui.confirm_run import confirm_run
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.shell import Shell
from crmdesk.gui.spawn import spawn
from crmdesk.model.job import Action
from crmdesk.model.run import Phase, Progress, RunOutcome, Tally
from crmdesk.viewmodel.app import PageName, Place
from crmdesk.viewmodel.launch import question_for, warned
from tests.cli.program import Program
from tests.gui.hands import Key, click, fill, find, front, look, opened, press, shown, wait
from tests.gui.kept_runs import ended, kept_runs, moving
from tests.viewmodel.moving import saved_job, waiting_run


def told(name: str) -> str:
    """What a label says; nothing while it is not there."""
    label = shown(QLabel, name)
    return label.text() if label is not None else ""


async def test_a_run_is_opened_from_the_history_with_the_keyboard(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        ended(kept)
        kept.add(RunOutcome.SUCCEEDED, Tally(37, deleted=37), action=Action.DELETE, job="leads")
        async with opened(kept.home) as window:
            window.model.show(PageName.RUNS)
            table = await find(Table, "runs-table")
            assert told("runs-count") == "2 runs"
            assert table.hasFocus()
            press(Key.Key_Down)
            press(Key.Key_Return)
            await wait(lambda: window.model.place == Place(PageName.RUN, "1"), "the page of the run")
            assert told("run-sentence") == "Finished. 411,500 done, 800 rejected: correct them here."
            assert told("run-statement-created") == "380,114"
            await click("run-crumb")
            assert window.model.place == Place(PageName.RUNS)


async def test_the_history_is_narrowed_by_how_runs_stand_and_by_job(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        ended(kept)
        moving(kept)
        async with opened(kept.home) as window:
            window.model.show(PageName.RUNS)
            table = await find(Table, "runs-table")
            await click("runs-standing-rejects")
            assert told("runs-count") == "1 of 2 runs"
            assert table.model().index(0, 0).data() == "1"
            await click("runs-standing-finished")
            await find(QWidget, "runs-empty")
            await click("runs-to-all")
            await wait(lambda: told("runs-count") == "2 runs", "all runs")


async def test_look_leads_to_the_rejects_of_that_cause(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        run = ended(kept)
        async with opened(kept.home) as window:
            window.model.show(PageName.RUN, run)
            table = await find(Table, "run-causes")
            assert [table.model().index(row, 1).data() for row in range(3)] == ["318", "141", "96"]
            table.setFocus()
            table.choose_row(1)
            press(Key.Key_Return)
            await wait(lambda: window.model.place.page is PageName.REJECTS, "the rejects")
            assert window.model.place.argument == run
            await wait(lambda: told("rejects-cause-title") == "Not in the list: Segment__c", "the second cause")


async def test_a_run_into_a_full_org_says_why_it_waits(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        full = kept.add(RunOutcome.PAUSED, Tally(40, created=12, pending=28), error="The storage is full: make space.")
        first = kept.add(RunOutcome.PAUSED, Tally(40, created=10, pending=30))
        async with opened(kept.home) as window:
            window.model.show(PageName.RUN, full)
            await find(Button, "run-try-now")
            assert told("run-waits-why") == "The storage is full: make space."
            window.model.show(PageName.RUN, first)
            await wait(lambda: told("run-number") == f"run {first}", "the other run")
            assert shown(QWidget, "run-waits") is None


async def test_what_was_never_sent_to_production_wants_its_number_before_it_goes_on(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        run = kept.add(RunOutcome.STOPPED, Tally(4_000, rejected=12, pending=3_988))
        async with opened(kept.home) as window:
            window.model.show(PageName.RUN, run)
            await click("run-resume")
            go = await find(Button, "confirm-ok")
            assert go.text() == "Upsert 3,988 Contact records"
            band = go.window().findChild(QLabel, "band-account")
            assert band is not None
            assert band.text() == "Acme AB"
            assert not go.isEnabled()
            await fill("confirm-number", "4000")
            assert not go.isEnabled()
            await fill("confirm-number", "3988")
            assert go.isEnabled()
            await click("confirm-cancel")
            await front(window)
            assert not (kept.home / "children").exists()


async def test_the_path_of_the_file_is_copied(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        run = ended(kept)
        async with opened(kept.home) as window:
            window.model.show(PageName.RUN, run)
            await click("run-copy-path")
            assert QGuiApplication.clipboard().text() == "/home/ann/migration/legacy contacts.csv"


async def test_a_moving_run_is_stopped_resumed_and_its_results_are_saved(program: Program, tmp_path: Path) -> None:
    async with opened(program.home) as window:
        run = await waiting_run(window.model, program, tmp_path, rows=1000)
        window.model.show(PageName.RUN, run)
        stop = await find(QAbstractButton, "run-stop")
        await wait(lambda: "answered" in told("run-sentence"), "the run to send")
        await click("run-stop")
        assert stop.text().strip() == "Stopping…"
        await find(QAbstractButton, "run-resume")
        assert program.org().held() <= 3  # what was on the way is not waited for, and nothing is sent after it
        assert told("run-sentence").startswith("Stopped by you after ")
        program.org().clear_weather()
        await click("run-resume")
        await wait(lambda: told("run-sentence") == "Finished. All 1,000 rows are done.", "the end")
        await wait(lambda: told("run-statement-created") == "1,000", "the statement")
        await save(window, tmp_path / "results.csv")
    with (tmp_path / "results.csv").open(encoding="utf-8") as file:
        assert {line["_outcome"] for line in csv.DictReader(file)} == {"created"}


async def save(window: Shell, place: Path) -> None:
    """Save the results into a file that is typed."""
    await click("run-save-results")
    dialog = await find(QFileDialog, "file-dialog")
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setFocus()
    line.setText(str(place))
    press(Key.Key_Return)
    await wait(place.exists, "the file")
    await front(window)


async def test_a_run_that_began_elsewhere_is_seen_at_once(program: Program, tmp_path: Path) -> None:
    async with opened(program.home) as window:
        window.model.show(PageName.RUNS)
        await find(QWidget, "runs-empty")
        name = saved_job(window.model, tmp_path, 400)
        process = program.start("run", name, "--yes")
        await wait(lambda: told("runs-count") == "1 run", "the run")
        await wait(lambda: process.poll() is not None, "its end")
        await look(0.5)
        table = await find(Table, "runs-table")
        assert table.model().index(0, 1).data() == "Finished"


async def test_nothing_of_another_run_stays_on_the_page(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        ended(kept)
        kept.add(RunOutcome.SUCCEEDED, Tally(9, created=9), retry_of="1")
        writing = moving(kept)
        reading = Progress(Phase.READING, 7, 9, Tally(7, created=7), 1, None)
        kept.add(RunOutcome.RUNNING, Tally(7, created=7), action=None, job="read", progress=reading)
        async with opened(kept.home) as window:
            window.model.show(PageName.RUN, "2")
            await find(QWidget, "run-link-1")
            window.model.show(PageName.RUN, writing)
            await find(QWidget, "run-step-sent")
            assert shown(QWidget, "run-link-1") is None
            window.model.show(PageName.RUN, "4")
            await wait(lambda: shown(QWidget, "run-step-sent") is None, "the steps of a run that writes to go")
            await find(QWidget, "run-step-read")


async def test_a_run_that_waits_for_the_crm_can_be_ended_from_its_banner(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        error = "The daily limit is used up. Resume the run tomorrow."
        run = kept.add(RunOutcome.PAUSED, Tally(412_300, created=299_869, pending=112_431), error=error)
        async with opened(kept.home) as window:
            window.model.show(PageName.RUN, run)
            assert shown(QAbstractButton, "run-end") is None
            await click("run-stop-waiting")
            dialog = await find(QWidget, "confirm-dialog")
            said = " ".join(label.text() for label in dialog.findChildren(QLabel))
            assert "The 112,431 rows not sent become rejects" in said
            await click("confirm-cancel")
            assert window.model.history.run(run).outcome is RunOutcome.PAUSED


async def test_a_run_that_was_not_let_in_leads_to_where_its_account_is_signed_in_again(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        error = "Salesforce did not accept the sign-in. Sign in again; a token needs a new one."
        run = kept.add(RunOutcome.FAILED, Tally(3, pending=3), error=error)
        async with opened(kept.home) as window:
            window.model.show(PageName.RUN, run)
            await click("run-sign-in")
            assert window.model.place == Place(PageName.ACCOUNTS, "again:acme")
            await wait(lambda: "Acme AB" in told_in("account-form-card"), "the form to sign in again")


async def test_a_warning_before_a_run_leads_to_the_run_that_has_rows_left(tmp_path: Path) -> None:
    with kept_runs(tmp_path / "profile") as kept:
        run = kept.add(RunOutcome.STOPPED, Tally(10, created=6, pending=4))
        async with opened(kept.home) as window:
            job, account = window.model.history.job_of(run), window.model.history.account("acme")
            question = warned(question_for(job, account, None, 10), window.model, job)
            answers: list[int | None] = []

            async def ask() -> None:
                answers.append(await confirm_run(window, question, lambda run: window.model.show(PageName.RUN, run)))

            spawn(ask())
            await click("confirm-earlier")
            await wait(lambda: answers == [None], "the end of the question")
            assert window.model.place == Place(PageName.RUN, run)


def told_in(name: str) -> str:
    """All that the labels in a widget say; nothing while it is not there."""
    place = shown(QWidget, name)
    return " ".join(label.text() for label in place.findChildren(QLabel)) if place is not None else ""
