"""The results of an earlier run as the rows of a job."""

from __future__ import annotations

from pathlib import Path

from crmdesk.desk.window.run_children import run_arguments
from crmdesk.model.job import Operation
from crmdesk.model.local_run import LocalRun
from crmdesk.model.mapping import Column
from crmdesk.model.read_options import Take
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.launch import launch
from crmdesk.viewmodel.runs.run import RunModel
from tests.viewmodel.drafts import as_kept
from tests.viewmodel.moving import ended, saved_job


async def test_what_a_run_has_written_is_the_source_of_another_job(app_model: AppModel, tmp_path: Path) -> None:
    run = await launch(app_model, run_arguments(saved_job(app_model, tmp_path, 3, bad=1)))
    await ended(app_model, run)
    RunModel(app_model, run).use_results()
    assert (app_model.place.page, app_model.place.file) == (PageName.JOB, f"results of run {run}")

    editor = JobEditorModel(app_model)
    editor.keeping.new(Operation.DELETE, app_model.place.file)
    editor.ends.set_object("Contact")
    await editor.settled()
    assert editor.job.local == LocalRun(run)
    assert {"_id", "_outcome", "Key"} <= set(editor.mapping.columns)
    editor.ends.set_key("Id")
    editor.mapping.set_origin(0, Column("_id"))
    await editor.settled()
    assert editor.why_not_run == ""
    assert as_kept(editor.job).local == editor.job.local
    again = await editor.run()
    assert await ended(app_model, again) is RunOutcome.REJECTS
    tally = app_model.history.run(again).tally
    assert (tally.deleted, tally.rejected) == (3, 1)

    editor.ends.set_path(f"rejects of run {run}")
    assert editor.job.local == LocalRun(run, Take.REJECTS)
    editor.ends.set_path("results of run 99")
    await editor.settled()
    assert "no run 99" in editor.trouble("local.path")
    editor.close()
