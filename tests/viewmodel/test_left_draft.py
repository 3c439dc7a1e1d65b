from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.errors import UserError
from crmdesk.model.job import Action, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.page import JobEditorModel

KILLED = """
import asyncio, os, signal, sys
from dataclasses import replace
from pathlib import Path
from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.model.job import Action
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.page import JobEditorModel

async def edit(home):
    history = History.open(home)
    editor = JobEditorModel(AppModel(history, EngineChild(home), RunChildren(home)))
    editor.keeping.new()
    editor.ends.set_object("Contact")
    editor.ends.set_action(Action.UPSERT)
    editor.change(replace(editor.job, mapping=(FieldMap("LastName", Column("name")), FieldMap("", Column("")))))
    while history.draft() is None:
        await asyncio.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(edit(Path(sys.argv[1])))
"""


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncIterator[JobEditorModel]:
    """The editor of a profile in which no account is: what a draft is kept by needs none."""
    history, engine = History.open(tmp_path), EngineChild(tmp_path)
    yield JobEditorModel(AppModel(history, engine, RunChildren(tmp_path)))
    await engine.close()
    history.close()


async def test_what_was_not_saved_when_the_window_was_killed_is_there_again(
    editor: JobEditorModel, tmp_path: Path
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)  # noqa: ASYNC221 - it is short
    assert killed.returncode == -signal.SIGKILL
    editor.keeping.go_on()
    assert editor.keeping.has_work
    assert editor.job.object == "Contact"
    assert editor.job.export is not None
    assert editor.job.export.action is Action.UPSERT
    assert editor.job.mapping == (FieldMap("LastName", Column("name")), FieldMap("", Column("")))
    editor.close()
    assert editor.app.history.draft() is None


async def test_a_draft_of_a_saved_job_goes_on_as_that_job(editor: JobEditorModel, tmp_path: Path) -> None:
    editor.keeping.new(Operation.EXPORT, str(tmp_path / "contacts.csv"))
    editor.ends.set_account("Practice org")
    editor.ends.set_object("Contact")
    editor.mapping.add("LastName")
    editor.mapping.set_origin(0, Column("name"))
    editor.draft.rename("contacts nightly")
    editor.keeping.save()
    assert editor.app.history.draft() is None
    editor.mapping.set_origin(0, Column("surname"))
    await editor.settled()
    again = JobEditorModel(editor.app)
    again.keeping.go_on()
    assert again.keeping.form.saved is not None
    assert again.keeping.form.saved.mapping[0].origin == Column("name")
    assert again.job.mapping[0].origin == Column("surname")
    again.keeping.save()
    assert [job.name for job in editor.app.history.jobs()] == ["contacts nightly"]
    editor.app.history.remove_job("contacts nightly")


async def test_what_nobody_touched_is_no_work_to_lose(editor: JobEditorModel, tmp_path: Path) -> None:
    editor.keeping.new(path=str(tmp_path / "contacts.csv"))
    await editor.settled()
    assert editor.job.name
    assert not editor.keeping.has_work
    assert editor.app.history.draft() is None
    with pytest.raises(UserError):
        editor.keeping.save()
    editor.ends.set_object("Contact")
    await editor.settled()
    assert editor.app.history.draft() is not None


async def test_to_have_chosen_what_a_new_job_does_is_no_work_to_lose(editor: JobEditorModel) -> None:
    editor.keeping.new()
    for operation in (Operation.DELETE, Operation.IMPORT):
        editor.ends.set_operation(operation)
        assert not editor.keeping.has_work
    editor.ends.set_object("Contact")
    assert editor.keeping.has_work
