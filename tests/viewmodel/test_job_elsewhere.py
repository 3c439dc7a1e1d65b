"""A job on another account than its own, once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.errors import UserError
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.elsewhere import Elsewhere
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from tests.cli.program import Program
from tests.viewmodel.moving import ended, saved_job


async def test_a_job_runs_once_on_another_account_after_it_was_looked_at_there(
    app_model: AppModel, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-060."""
    org, secret = program.org(), "CRMDESK_SECRET_TWIN"
    monkeypatch.setenv(secret, org.token)
    editor = JobEditorModel(app_model)
    with pytest.raises(UserError):
        editor.elsewhere()
    editor.keeping.open(saved_job(app_model, tmp_path, 3))
    await editor.settled()
    assert editor.elsewhere().why_not == "There is no other CRM account."

    options = ("--kind", "salesforce", "--url", org.url, "--auth", "token")
    assert program.ask("account", "add", "Twin", *options, env={secret: org.token}).code == 0
    choice = editor.elsewhere()
    assert ([each.label for each in choice.accounts], choice.why_not) == (["Twin"], "Choose the account.")
    await choice.choose("Twin")
    assert (choice.found, choice.why_not) == (("Nothing stands in the way of this job in Twin.",), "")
    question = choice.question()
    assert question is not None
    assert (question.sentence, question.rows) == ("Insert 3 Contact records in Twin practice", 3)
    assert question.notes == ("The job itself stays on Practice org.",)
    run = await editor.run(account="twin")
    assert await ended(app_model, run) is RunOutcome.SUCCEEDED
    assert app_model.history.run(run).start.account == "twin"
    assert editor.job == app_model.history.load_job("contacts").job, "the job stays as it was"

    lost = Elsewhere(app_model, replace(editor.job, object="Nothing__c"), editor.ends.accounts, 3)
    await lost.choose("Twin")
    assert lost.why_not == "1 thing stands in its way."
    assert "Nothing__c" in lost.found[0]
    editor.close()
