"""Records of another account as the source of a writing job, in the editor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from crmdesk.model.filter import Operator
from crmdesk.model.job import LocalFile, Operation
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.mapping import Column
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from tests.viewmodel.drafts import as_kept

pytestmark = pytest.mark.asyncio(loop_scope="module")

JOB = """
version = 1
name = "users as contacts"
account = "Practice org"
object = "Contact"
operation = "export"

[local]
account = "Practice org"
object = "User"

[[mapping]]
remote = "LastName"
local = "LastName"

[[mapping]]
remote = "Email"
local = "Email"

[[mapping]]
remote = "Title"
local = "Profile.Name"

[filter]
all = [{ field = "LastName", op = "is not empty" }]

[[order_by]]
field = "LastName"
direction = "desc"

[export]
action = "insert"
"""


@pytest_asyncio.fixture(loop_scope="module")
async def editor(shared_app_model: AppModel) -> AsyncIterator[JobEditorModel]:
    shared_app_model.show(PageName.JOB)
    model = JobEditorModel(shared_app_model)
    yield model
    model.close()


async def opened(editor: JobEditorModel, folder: Path) -> None:
    file = folder / "users.toml"
    file.write_text(JOB, encoding="utf-8")
    editor.keeping.open_file(file)
    await editor.settled()


async def test_a_job_from_another_account_is_seen_checked_kept_and_written_as_it_is(
    editor: JobEditorModel, tmp_path: Path
) -> None:
    """R-145."""
    await opened(editor, tmp_path)
    job = editor.job
    assert (editor.problems, editor.why_not_run) == ((), "")
    look, count = editor.around.look, editor.around.count
    assert look is not None
    assert {"Id", "Username", "Profile.Name"} <= set(look.columns)
    assert count == len(look.sample) > 0
    names = [row[look.columns.index("LastName")] for row in look.sample]
    assert names == sorted(names, reverse=True), "in the order of the job"
    shown = next(each for each in editor.lines if each.name == "LastName")
    assert (shown.raw, shown.becomes) == (names[0], names[0])
    await editor.source.look()
    assert editor.source.summary.startswith(f"{count} row")
    assert await editor.check() == 0
    editor.keeping.write(tmp_path / "again.toml")
    assert editor.job == job == as_kept(job) == editor.app.history.open_job_file(tmp_path / "again.toml")
    assert editor.app.history.load_job("users as contacts").job == job
    editor.app.history.remove_job("users as contacts")


async def test_nothing_of_a_source_is_lost_by_looking_at_it_or_by_another_target(
    editor: JobEditorModel, tmp_path: Path
) -> None:
    await opened(editor, tmp_path)
    job = editor.job
    editor.ends.set_path(job.local.path)
    editor.ends.set_reading(LocalFile(job.local.path, decimal=","))
    assert editor.job == job, "the text of the field is no path"
    editor.ends.set_object("Lead")
    editor.ends.set_operation(Operation.DELETE)
    assert (editor.job.local, editor.job.filter, editor.job.order_by) == (job.local, job.filter, job.order_by)
    editor.draft.undo()
    editor.draft.undo()
    editor.ends.set_path(str(tmp_path / "people.csv"))
    assert (editor.job.filter, editor.job.order_by) == (None, ()), "a file has nobody to choose"
    editor.draft.undo()
    assert editor.job == job


async def test_filter_and_order_are_about_the_fields_of_the_source(editor: JobEditorModel, tmp_path: Path) -> None:
    await opened(editor, tmp_path)
    selection, before = editor.selection, editor.around.count
    assert selection.filter is not None
    assert selection.order is not None
    assert any(field.name == "Username" for field in selection.order.fields)
    first = editor.rows.raw()["Username"]
    path = selection.filter.add_condition(field="Username")
    selection.filter.set_operator(path, Operator.EQUAL)
    selection.filter.set_text(path, first)
    await editor.settled()
    assert editor.around.count == 1 < (before or 0)
    assert editor.rows.raw()["Username"] == first
    editor.draft.undo()
    assert selection.filter is not None


async def test_another_account_is_chosen_with_one_of_its_objects(editor: JobEditorModel) -> None:
    editor.keeping.new()
    editor.ends.set_object("Contact")
    await editor.settled()
    choice = editor.another_account()
    assert choice.lacking == "Choose the account that the rows come from."
    asking = choice.choose_account("Practice org")
    await asking
    assert (choice.object, choice.lacking) == ("Contact", ""), "the same object as the target, where there is one"
    choice.choose_object("User")
    choice.take()
    await editor.settled()
    assert editor.job.local == LocalAccount("Practice org", "User")
    assert editor.job.name == "Contacts from Practice org"
    assert Column("LastName") in {line.origin for line in editor.job.mapping}
    again = editor.another_account()
    assert (again.account, again.object) == ("Practice org", "User")
    editor.ends.set_path("Lead of practice_org")
    assert editor.job.local == LocalAccount("Practice org", "Lead"), "typed, too"
    editor.ends.set_path("Lead of nobody")
    assert Path(editor.job.local.path).name == "Lead of nobody", "a path"
    editor.draft.undo()
    editor.draft.undo()
    assert editor.job.local.path == "User of Practice org"


async def test_an_account_that_cannot_be_reached_says_so_in_the_choice(editor: JobEditorModel) -> None:
    choice = editor.another_account()
    await choice.choose_account("Nobody")
    assert choice.objects == ()
    assert "Nobody" in choice.lacking
