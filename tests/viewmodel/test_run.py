from __future__ import annotations

import asyncio
import contextlib
import csv
import os
import signal
from pathlib import Path

import pytest

from crmdesk.desk.window.run_children import retry_arguments, run_arguments
from crmdesk.errors import FileFormatError, UserError
from crmdesk.model.job import Speed
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.accounts.identities import identity_of
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.launch import launch
from crmdesk.viewmodel.runs.papers import CheckLine
from crmdesk.viewmodel.runs.run import RunModel
from crmdesk.viewmodel.runs.settings import SettingLine
from tests.cli.program import HELD, Program
from tests.viewmodel.moving import BY_CALLS, ended, saved_job, until, waiting_run


def counts(model: RunModel) -> dict[str, int]:
    """The lines of the statement that have rows."""
    return {line.key: line.rows for line in model.statement.lines if line.rows}


def there_once(program: Program, rows: int) -> bool:
    """Whether all rows are in the org, each of them once."""
    found = [row["Legacy_Id__c"] for row in program.org().rows("SELECT Legacy_Id__c FROM Contact")]
    keys = [key for key in found if key and key.startswith("K0")]
    return len(keys) == rows == len(set(keys))


async def test_an_ended_run_accounts_for_every_row_and_names_the_causes_of_its_rejects(
    app_model: AppModel, tmp_path: Path
) -> None:
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 5, bad=2)))
    assert await ended(app_model, run) is RunOutcome.REJECTS
    model = RunModel(app_model, run)
    assert model.headline == "Finished. 5 done, 2 rejected: correct them here."
    assert counts(model) == {"created": 5, "rejected": 2}
    assert (model.statement.origin, model.statement.read, model.statement.trouble) == ("In contacts.csv", 7, "")
    assert [(cause.title, cause.rows) for cause in model.causes] == [("Not an e-mail address: Email", 2)]
    assert (model.ends, model.how) == (("contacts.csv", "Practice org · Contact"), "Insert")
    assert model.going_on is None
    model.show_rejects()
    assert app_model.place == Place(PageName.REJECTS, run)


async def test_the_calls_that_are_left_are_told_anew_when_a_run_has_ended(app_model: AppModel, tmp_path: Path) -> None:
    before = await identity_of(app_model, "practice_org")
    watching = asyncio.create_task(app_model.watch())
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 5)))
    model = RunModel(app_model, run)
    await until(lambda: not model.is_running and model.identity != before)
    assert model.identity is not None
    assert model.identity.calls_left is not None
    assert before.calls_left is not None
    assert model.identity.calls_left <= before.calls_left - model.calls
    watching.cancel()
    await asyncio.wait({watching})


async def test_an_ended_run_is_saved_looked_up_and_taken_back(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 3, bad=1)))
    model = RunModel(app_model, run)
    await model.set_speed(Speed.GENTLE)
    assert model.speed is Speed.GENTLE
    await ended(app_model, run)
    model = RunModel(app_model, run)
    assert model.has_results
    assert SettingLine("Action", "Insert") in model.settings
    assert await model.papers.save_results(tmp_path / "results.csv") == 4
    with (tmp_path / "results.csv").open(encoding="utf-8") as file:
        assert [line["_outcome"] for line in csv.DictReader(file)] == ["created", "created", "created", "rejected"]
    with pytest.raises(FileFormatError):
        await model.papers.save_report(tmp_path / "no folder" / "report.html", is_checked=False)
    assert not model.papers.doing
    await model.papers.check()
    assert model.papers.checks == (CheckLine("3 of 3 created records are there.", is_right=True),)

    assert model.taking_back is not None
    assert model.taking_back.lines == ("Deletes 3 created records.",)
    assert model.question_before_taking_back().button == "Take back 3 records"
    await model.take_back()
    back = RunModel(app_model, app_model.place.argument)
    assert await ended(app_model, back.run) is RunOutcome.SUCCEEDED
    back.read()
    assert counts(back) == {"deleted": 3}
    assert back.statement.origin == f"Changed by run {run}"
    assert back.taking_back is None
    assert back.relatives == ((run, f"Takes run {run} back"),)
    assert not there_once(program, 3)
    model = RunModel(app_model, run)
    assert model.relatives == ((back.run, f"Taken back by run {back.run}"),)
    assert model.state == "Taken back"
    assert model.since[0].startswith(f"Taken back: 3 of 3 records, by run {back.run}, today ")
    assert model.taking_back is not None
    assert model.taking_back.why_not == "All of it was taken back."


async def test_after_the_first_rows_one_looks_sends_the_others_and_is_led_from_row_to_row(
    app_model: AppModel, tmp_path: Path
) -> None:
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 3, bad=2), first=1))
    assert await ended(app_model, run) is RunOutcome.PAUSED
    model = RunModel(app_model, run)
    assert model.headline == "Waiting: 1 done, 2 rejected, 2 rows not sent."
    assert model.going_on is not None
    assert (model.going_on.button, model.going_on.question) == ("Send the 2 other rows", None)
    await model.papers.check()
    assert len(model.papers.checks or ()) == 1
    await model.resume()
    assert await ended(app_model, run) is RunOutcome.REJECTS
    model.read()
    assert not model.papers.checks, "what was looked up is not the whole any more"

    app_model.history.correct(run, 4, "Email", "right@example.com")
    corrected = app_model.history.corrections_file(run, [4])
    again = await launch(app_model, retry_arguments(run, corrected))
    assert await ended(app_model, again) is RunOutcome.SUCCEEDED
    retried = RunModel(app_model, again)
    assert retried.left_behind == (run, 1)
    assert (model.papers.retries, retried.papers.retries) == (1, 0)
    await model.papers.save_results(tmp_path / "after.csv", with_retries=True)
    lines = csv.DictReader((tmp_path / "after.csv").read_text(encoding="utf-8").splitlines())
    assert [line["_outcome"] for line in lines] == ["created", "created", "created", "created", "rejected"]
    retried.show_rejects()
    assert app_model.place == Place(PageName.REJECTS, run)


async def test_of_updated_records_the_fields_that_were_written_can_be_taken_back(
    app_model: AppModel, tmp_path: Path
) -> None:
    """R-187."""
    upsert = 'action = "upsert"\nkey = "Legacy_Id__c"\nengine = "rest"'
    name = saved_job(app_model, tmp_path, 2, export=upsert)
    for _ in range(2):
        run = await launch(app_model, run_arguments(name))
        await ended(app_model, run)
    found = RunModel(app_model, run).taking_back
    assert found is not None
    assert found.lines == ("Gives 2 updated records their values from before the run.",)
    assert set(found.fields) <= {"Legacy_Id__c", "LastName", "Email"}
    assert {"LastName", "Email"} <= set(found.fields)
    created = RunModel(app_model, "1").taking_back
    assert created is not None
    assert (created.lines, created.fields) == (("Deletes 2 created records.",), ())


async def test_a_run_that_is_stopped_settles_at_once_and_goes_on_to_its_end(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    run = await waiting_run(app_model, program, tmp_path)
    model = RunModel(app_model, run)
    await until(lambda: app_model.history.on_the_way(run) > 0)
    model.read()
    assert counts(model)["on the way"] > 0
    assert "answered" in model.headline
    assert [step.name for step in model.steps] == ["Read", "Checked", "Sent", "Answered"]

    told = []
    model.subscribe(lambda: told.append(model.headline))
    await model.stop()
    assert told == ["Stopping… What is known is being recorded."]
    assert await ended(app_model, run) is RunOutcome.STOPPED
    assert program.org().held() <= 3  # what was on the way is not waited for, and nothing is sent after it

    model.read()
    assert model.state == "Stopped"
    assert model.statement.trouble == ""
    assert model.headline.startswith("Stopped by you after ")
    assert model.going_on is not None
    assert model.going_on.question is None  # it was answered when the run began
    assert "Resume" in model.going_on.sentence
    assert model.starting_again is not None
    assert "may be sent once more" in model.starting_again.sentence
    assert model.starting_again.question is not None
    await model.stop()  # too late: nothing happens
    assert model.headline.startswith("Stopped by you after ")

    program.org().clear_weather()
    await model.resume()
    assert await ended(app_model, run) is RunOutcome.SUCCEEDED
    end = RunModel(app_model, run)
    assert counts(end) == {"created": 2000}
    assert end.going_on is None
    assert there_once(program, 2000)


async def test_a_run_whose_process_was_killed_is_broken_off_and_can_be_resumed(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    """R-214."""
    run = await waiting_run(app_model, program, tmp_path)
    model = RunModel(app_model, run)
    app_model.running = (run,)
    os.kill(model.record.pid, signal.SIGKILL)
    assert await ended(app_model, run) is RunOutcome.INTERRUPTED
    app_model.running = ()
    app_model.changed()  # as the watch does when a run is no longer there
    assert model.state == "Broken off"
    assert model.going_on is not None
    assert "never sent again" in model.going_on.more

    program.org().clear_weather()
    await model.resume()
    assert await ended(app_model, run) is RunOutcome.SUCCEEDED
    assert there_once(program, 2000)


async def test_a_run_into_a_crm_without_bulk_goes_no_faster_than_normal(app_model: AppModel, tmp_path: Path) -> None:
    model = RunModel(app_model, await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 1))))
    kinds = {each.kind: each for each in await app_model.engine.kinds()}
    speeds = []
    for model.kind in (kinds["salesforce"], kinds["odata"]):
        speeds.append((model.has_jobs, model.speed))
    assert speeds == [(True, Speed.FAST), (False, Speed.NORMAL)]


async def test_what_a_killed_run_had_written_is_taken_back_and_it_does_not_go_on_then(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    """R-187."""
    run = await waiting_run(app_model, program, tmp_path, 800)
    model = RunModel(app_model, run)
    os.kill(model.record.pid, signal.SIGKILL)
    assert await ended(app_model, run) is RunOutcome.INTERRUPTED
    program.org().clear_weather()
    model.read()
    assert model.taking_back is not None
    assert model.taking_back.asked == model.on_the_way > 0
    assert model.taking_back.lines[0].startswith(f"Asks the CRM what became of the {model.on_the_way} rows on the way")
    question = model.question_before_taking_back()
    assert (question.button, question.wants_number) == ("Take back what arrived", False)
    await model.take_back()
    assert await ended(app_model, app_model.place.argument) is RunOutcome.SUCCEEDED
    assert there_once(program, 0)
    model = RunModel(app_model, run)
    assert (model.state, model.going_on) == ("Taken back", None)
    assert model.footer[0].endswith("to go on would leave out what it had sent.")
    assert model.starting_again is not None


async def test_what_was_stopped_before_anything_was_sent_asks_again(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    name = saved_job(app_model, tmp_path, 30)
    program.org().weather(HELD, path="composite/sobjects")
    run = await launch(app_model, run_arguments(name))
    app_model.history.request_stop(run)
    assert await ended(app_model, run) is RunOutcome.STOPPED
    model = RunModel(app_model, run)
    assert model.going_on is not None
    if model.on_the_way:  # the first call had left already
        assert model.going_on.question is None
    else:
        assert model.going_on.question is not None
        assert model.going_on.question.button == "Insert 30 Contact records"


async def test_a_run_whose_first_rows_were_all_refused_was_answered_and_does_not_ask_again(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    bounded = f"{BY_CALLS}\n\n[guard]\nmax_rejected_percent = 5"
    refused = {"kind": "refuse-rows", "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Not now."}
    program.org().weather(refused)
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 1000, export=bounded)))
    assert await ended(app_model, run) is not RunOutcome.SUCCEEDED
    model = RunModel(app_model, run)
    assert set(counts(model)) == {"rejected", "pending"}
    assert model.going_on is not None
    assert model.going_on.question is None
    assert model.going_on.sentence.startswith("Resume sends the")


async def test_a_run_into_a_full_org_waits_says_why_and_goes_on_when_there_is_space(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    full = {"kind": "refuse-rows", "code": "STORAGE_LIMIT_EXCEEDED", "message": "storage limit exceeded", "fields": []}
    program.org().weather(full)
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 3)))
    assert await ended(app_model, run) is RunOutcome.PAUSED
    model = RunModel(app_model, run)
    assert model.headline == "Waiting: 0 done, 3 rows not sent."
    since, why = model.why_it_waits
    assert since.startswith("The CRM took nothing more, today ")
    assert why.startswith("The data storage of the org is full: storage limit exceeded. Make space in the org")
    program.org().clear_weather()
    await model.resume()
    assert await ended(app_model, run) is RunOutcome.SUCCEEDED
    assert RunModel(app_model, run).why_it_waits == ("", "")


async def test_there_is_no_page_for_a_run_that_does_not_exist(app_model: AppModel) -> None:
    with pytest.raises(UserError, match="There is no run 9"):
        RunModel(app_model, "9")


async def test_a_run_that_ends_between_two_looks_of_the_window_is_seen_to_end(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    run = await waiting_run(app_model, program, tmp_path)
    app_model.show(PageName.RUN, run)
    model = RunModel(app_model, run)
    assert model.is_running
    app_model.history.request_stop(run)
    await ended(app_model, run)
    watching = asyncio.create_task(app_model.watch())
    await until(lambda: not model.is_running)
    watching.cancel()


async def test_a_run_that_was_gone_on_with_and_done_between_two_looks_is_shown_as_done(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 3), first=1))
    assert await ended(app_model, run) is RunOutcome.PAUSED
    await looked(app_model)
    model = RunModel(app_model, run)
    assert program.ask("resume", run, "--yes").code == 0
    assert model.state == "Waiting"
    await looked(app_model)
    assert (model.state, model.headline) == ("Finished", "Finished. All 3 rows are done.")


async def looked(app: AppModel) -> None:
    """The window looks once what goes on."""
    watching = asyncio.create_task(app.watch())
    await asyncio.sleep(0)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
