from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action, Operation
from crmdesk.model.local import Readers
from crmdesk.model.mapping import Column, Constant, Expression, Lookup, WhenEmpty
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.job_editor.mapping_lines import BecomesTone, LineState, MappingLine
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.problem_lines import Level
from tests.viewmodel.drafts import as_kept
from tests.viewmodel.moving import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTACTS = """Key,First name,LASTNAME,E-mail,Born,Level,Shoe size
K1,Åsa,Lindström,asa@example.com,17.03.1984,Primary,38
K2,Bo,Berg,no mail,1979-11-02,Primary,44
K3,Chen,,chen@example.com,1990-07-25,Nonsense,41
"""


@pytest_asyncio.fixture(loop_scope="module")
async def editor(shared_app_model: AppModel) -> AsyncIterator[JobEditorModel]:
    shared_app_model.show(PageName.JOB)
    model = JobEditorModel(shared_app_model)
    yield model
    model.close()


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(CONTACTS, encoding="utf-8")
    return path


async def writing(editor: JobEditorModel, path: Path, name: str) -> None:
    editor.ends.set_path(str(path))
    editor.ends.set_object(name)
    await editor.settled()


def line(editor: JobEditorModel, remote: str) -> MappingLine:
    return next(each for each in editor.lines if each.name == remote)


def number(editor: JobEditorModel, remote: str) -> int:
    return line(editor, remote).number


async def test_a_file_and_an_object_are_enough_for_a_job_that_can_run(editor: JobEditorModel, real_data: Path) -> None:
    await writing(editor, real_data / "accountData.csv", "Account")
    assert editor.job.name == "Accounts from accountData"
    assert editor.job.export is not None
    assert (editor.job.export.action, editor.job.export.key) == (Action.UPSERT, "Oracle_Id__c")
    assert editor.run_text == "Upsert 423 accounts…"
    assert (editor.problems, editor.why_not_run) == ((), "")
    assert {"Name", "BillingCity", "Oracle_Id__c"} <= {each.name for each in editor.lines}
    assert not {"Id", "OwnerId", "ParentId"} & {each.name for each in editor.lines}
    assert {"ID", "OWNERID", "CREATEDDATE"} <= set(editor.mapping.left_behind)


async def test_what_was_mapped_at_once_can_be_taken_back_and_stays_so(editor: JobEditorModel, real_data: Path) -> None:
    await writing(editor, real_data / "accountData.csv", "Account")
    mapped = editor.job
    editor.draft.undo()
    await editor.settled()
    assert editor.job.mapping == ()
    assert editor.why_not_run == "Map at least one field first."
    editor.draft.redo()
    assert editor.job == mapped


async def test_a_line_shows_the_value_of_the_row_raw_and_as_it_becomes(editor: JobEditorModel, contacts: Path) -> None:
    """R-339."""
    await writing(editor, contacts, "Contact")
    editor.ends.set_reading(replace(editor.ends.file, date_format="%d.%m.%Y"))
    editor.mapping.set_origin(editor.mapping.add("Birthdate"), Column("Born"))
    await editor.settled()
    shown = line(editor, "Birthdate")
    assert (shown.raw, shown.becomes, shown.type) == ("17.03.1984", "1984-03-17", "Date")
    editor.step(1)
    await editor.settled()
    shown = line(editor, "Email")
    assert (shown.raw, shown.tone, shown.state) == ("no mail", BecomesTone.WARNING, LineState.WARNING)
    assert "no mail" in shown.becomes
    assert line(editor, "LastName").becomes == "Berg", "the other lines of a rejected row are seen all the same"


async def test_the_stepper_finds_the_first_row_in_trouble_and_stays_within_the_file(
    editor: JobEditorModel, contacts: Path
) -> None:
    await writing(editor, contacts, "Contact")
    assert await editor.go_to_trouble()
    assert editor.rows.row == 2
    editor.go_to_row(99)
    assert editor.rows.row == 3


async def test_a_line_that_cannot_work_says_why_and_lets_the_others_be_seen(
    editor: JobEditorModel, contacts: Path
) -> None:
    await writing(editor, contacts, "Contact")
    editor.mapping.set_origin(number(editor, "Email"), Column("Mail"))
    empty = editor.mapping.add()
    await editor.settled()
    shown = line(editor, "Email")
    assert shown.state is LineState.BLOCKED
    assert shown.becomes.startswith("The source has no column “Mail”.")
    assert editor.lines[empty].becomes == "No field is chosen. Choose the field that the line fills."
    assert line(editor, "LastName").becomes == "Lindström"
    assert editor.why_not_run.startswith("No field is chosen.")
    blocking = [each for each in editor.problem_lines if each.level is Level.BLOCKING]
    assert [each.line for each in blocking] == [empty, shown.number]


async def test_a_required_field_without_a_line_is_said_and_added(editor: JobEditorModel, contacts: Path) -> None:
    """R-053."""
    await writing(editor, contacts, "Contact")
    editor.mapping.remove([number(editor, "LastName")])
    await editor.settled()
    assert [field.name for field in editor.mapping.missing] == ["LastName"]
    assert "Add a line for it." in editor.why_not_run
    assert line(editor, "FirstName").becomes == "Åsa"
    editor.mapping.add("LastName")
    await editor.settled()
    assert (line(editor, "LastName").origin, editor.why_not_run) == ("LASTNAME", "")


async def test_lines_are_moved_copied_and_pasted(editor: JobEditorModel, contacts: Path) -> None:
    """R-044, R-045. A complaint about other loaders: a saved mapping comes back with rows doubled or blank."""
    await writing(editor, contacts, "Contact")
    names = [each.name for each in editor.lines]
    assert editor.mapping.move([0, 1], 1) == (1, 2)
    assert [each.name for each in editor.lines][:3] == [names[2], names[0], names[1]]
    assert editor.mapping.move([0], -1) == (0,)
    copied = editor.mapping.copied([1])
    editor.mapping.remove([1])
    assert names[0] not in {each.name for each in editor.lines}
    assert editor.mapping.paste(copied, 0) == (0,)
    assert editor.lines[0].name == names[0]
    with pytest.raises(UserError):
        editor.mapping.paste("nothing of the kind", 0)


async def test_fixed_values_lookups_values_and_empties_are_lines_too(editor: JobEditorModel, contacts: Path) -> None:
    await writing(editor, contacts, "Contact")
    mapping = editor.mapping
    mapping.set_origin(mapping.add("LeadSource"), Constant("Web"))
    mapping.set_origin(mapping.add("AccountId"), Lookup("Shoe size", "Account", "AccountNumber"))
    mapping.set_values(number(editor, "LastName"), {"Lindström": "Lind"})
    mapping.set_when_empty([number(editor, "LastName")], WhenEmpty.REJECT)
    await editor.settled()
    assert (line(editor, "LeadSource").origin, line(editor, "LeadSource").becomes) == ("“Web”", "Web")
    assert line(editor, "AccountId").origin == "Shoe size → Account"
    assert line(editor, "AccountId").issues == 3
    assert (line(editor, "LastName").becomes, line(editor, "LastName").when_empty) == ("Lind", WhenEmpty.REJECT)


async def test_columns_are_matched_by_name_on_top_of_what_is_there(editor: JobEditorModel, contacts: Path) -> None:
    await writing(editor, contacts, "Contact")
    editor.mapping.set_origin(number(editor, "FirstName"), Column("Shoe size"))
    editor.mapping.remove([number(editor, "Email")])
    editor.mapping.apply(editor.mapping.proposal().proposed)
    assert (line(editor, "FirstName").origin, line(editor, "Email").origin) == ("First name", "E-mail")


async def test_a_rehearsal_counts_all_rows_until_the_draft_is_another(editor: JobEditorModel, real_data: Path) -> None:
    await writing(editor, real_data / "accountData.csv", "Account")
    await editor.rehearse()
    result = editor.rehearsed
    assert result is not None
    assert (result.tally.read, result.tally.created, result.tally.rejected) == (423, 412, 11)
    assert editor.run_text == "Upsert 412 accounts…"
    assert line(editor, "Oracle_Id__c").issues == 11
    (problem,) = editor.problem_lines
    assert problem.sentence.startswith("11 rows of 423 would be rejected.")
    assert editor.question().rows == 412
    editor.ends.set_action(Action.INSERT)
    assert editor.run_text == "Insert 423 accounts…"


async def test_a_run_is_saved_first_and_has_a_number(editor: JobEditorModel, contacts: Path) -> None:
    await writing(editor, contacts, "Contact")
    assert editor.keeping.is_changed
    run = await editor.run()
    assert editor.keeping.form.saved == editor.job
    assert editor.app.history.load_job(editor.job.name).job == editor.job
    assert editor.app.place == Place(PageName.JOB, editor.job.name)
    await until(lambda: editor.app.history.run(run).ended != "")
    assert editor.app.history.run(run).tally.created == 1


async def test_a_job_is_kept_renamed_copied_and_written_to_a_file(
    editor: JobEditorModel, contacts: Path, tmp_path: Path
) -> None:
    """R-060."""
    with pytest.raises(UserError, match="cannot be saved yet"):
        editor.keeping.save()
    await writing(editor, contacts, "Contact")
    editor.keeping.save()
    before = editor.job.name
    assert before.startswith("Contacts from people")
    editor.draft.rename("Nightly")
    editor.keeping.save()
    names = [job.name for job in editor.app.history.jobs()]
    assert "Nightly" in names
    assert before not in names
    editor.keeping.duplicate()
    assert editor.job.name == "Nightly copy"
    editor.draft.rename("Nightly")
    with pytest.raises(UserError, match="already"):
        editor.keeping.save()
    editor.keeping.write(tmp_path / "job.toml")
    editor.keeping.open_file(tmp_path / "job.toml")
    assert editor.job == editor.app.history.load_job("Nightly").job
    assert editor.keeping.is_changed
    editor.keeping.save_as("Daily")
    editor.keeping.open("Nightly")
    assert editor.job.name == "Nightly"
    assert not editor.keeping.is_changed


async def test_a_reading_job_reads_all_fields_by_a_filter(editor: JobEditorModel, tmp_path: Path) -> None:
    """R-091."""
    editor.keeping.new(Operation.IMPORT)
    editor.ends.set_object("Account")
    await editor.settled()
    assert editor.why_not_run == "Choose the file to write to first."
    editor.ends.set_path(str(tmp_path / "accounts.csv"))
    editor.mapping.add_all()
    await editor.settled()
    every = editor.around.count
    assert every is not None
    assert editor.run_text == f"Read {every} accounts"
    assert line(editor, "Name").raw == line(editor, "Name").becomes != ""
    model = editor.selection.filter
    assert model is not None
    at = model.add_condition(field="Name")
    model.set_operator(at, Operator.STARTS_WITH)
    model.set_text(at, "E")
    await editor.settled()
    assert editor.job.filter is not None
    assert 0 < (editor.around.count or 0) < every
    editor.draft.undo()
    assert model.filter() is None
    run = await editor.run()
    await until(lambda: editor.app.history.run(run).ended != "")
    assert (tmp_path / "accounts.csv").exists()


async def test_a_filter_that_is_not_complete_keeps_the_job_from_running(editor: JobEditorModel, tmp_path: Path) -> None:
    editor.keeping.new(Operation.IMPORT, str(tmp_path / "accounts.csv"))
    editor.ends.set_object("Account")
    await editor.settled()
    editor.mapping.add("Name")
    model = editor.selection.filter
    assert model is not None
    model.add_condition(field="Name")
    await editor.settled()
    assert editor.why_not_run != ""
    assert Condition("Name", Operator.EQUAL, "") != editor.job.filter


async def test_a_delete_maps_the_key_and_nothing_else(editor: JobEditorModel, real_data: Path) -> None:
    editor.keeping.new(Operation.DELETE, str(real_data / "accountData.csv"))
    editor.ends.set_object("Account")
    await editor.settled()
    assert [(each.name, each.origin) for each in editor.lines] == [("Id", "ID")]
    editor.ends.set_key("Oracle_Id__c")
    editor.mapping.set_origin(0, Column("ORACLE_ID__C"))
    await editor.settled()
    assert editor.run_text == "Delete 423 accounts…"
    assert editor.why_not_run == ""


async def test_turning_a_job_round_never_leaves_the_file_that_was_read_to_be_written_over(
    editor: JobEditorModel, contacts: Path
) -> None:
    await writing(editor, contacts, "Contact")
    editor.ends.set_operation(Operation.IMPORT)
    assert editor.job.local.path == ""


async def test_a_file_that_is_not_there_is_said_at_once(editor: JobEditorModel, tmp_path: Path) -> None:
    editor.ends.set_path(str(tmp_path / "gone.csv"))
    editor.ends.set_object("Contact")
    await editor.settled()
    error = editor.around.errors["local.path"]
    assert "gone.csv" in error.message
    assert error.hint == "Check the path."


async def test_another_object_is_mapped_anew_unless_a_person_has_touched_the_lines(
    editor: JobEditorModel, contacts: Path
) -> None:
    await writing(editor, contacts, "Contact")
    editor.ends.set_object("Lead")
    await editor.settled()
    assert editor.problems == () or all(each.place == "mapping" for each in editor.problems)
    editor.mapping.remove([0])
    kept = editor.job.mapping
    editor.ends.set_object("Account")
    assert editor.job.mapping == kept


async def test_the_objects_that_were_used_of_late_stand_first(editor: JobEditorModel, contacts: Path) -> None:
    await writing(editor, contacts, "Contact")
    editor.ends.set_object("Lead")
    await editor.settled()
    assert [each.name for each in editor.ends.objects][:2] == ["Lead", "Contact"]


async def test_a_rehearsal_that_is_stopped_leaves_no_result(editor: JobEditorModel, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    many.write_text("LastName\n" + "".join(f"Name {at}\n" for at in range(200_000)), encoding="utf-8")
    await writing(editor, many, "Contact")
    work = asyncio.create_task(editor.rehearse())
    await until(lambda: editor.rehearsal.is_running)
    assert editor.why_not_run == "A rehearsal is running."
    editor.rehearsal.stop()
    await work
    assert editor.rehearsed is None
    assert editor.why_not_run == ""


async def test_a_rehearsal_counts_until_a_text_that_is_asked_for_is_another(
    editor: JobEditorModel, contacts: Path
) -> None:
    await writing(editor, contacts, "Contact")
    editor.mapping.set_origin(number(editor, "LastName"), Expression("vars.season"))
    assert editor.variables.put(0, "season", "")
    editor.answer({"season": "Summer"})
    await editor.rehearse()
    told = [editor.rehearsed is not None]
    editor.subscribe(lambda: told.append(editor.rehearsed is not None))
    editor.answer({"season": "Winter"})
    editor.answer({"season": "Summer"})
    assert told == [True, False, True]


async def test_another_name_changes_nothing_of_what_is_known(editor: JobEditorModel, real_data: Path) -> None:
    await writing(editor, real_data / "accountData.csv", "Account")
    await editor.rehearse()
    for name in ("N", "Ne", "New"):
        editor.draft.rename(name)
    assert editor.rehearsed is not None
    editor.draft.undo()
    assert editor.job.name.startswith("Accounts from accountData")


async def test_a_row_with_a_quote_that_never_closes_is_seen_where_it_stands(
    editor: JobEditorModel, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("LastName\n" + "Berg\n" * 90_000 + '"Lind\n', encoding="utf-8")
    await writing(editor, broken, "Contact")
    assert editor.why_not_run == ""
    editor.go_to_row(90_001)
    await editor.settled()
    row = editor.findings.row(90_001)
    assert row is not None
    assert "quote" in row.problems[0].message


async def test_rows_of_a_reading_job_can_be_walked_through(editor: JobEditorModel, tmp_path: Path) -> None:
    editor.keeping.new(Operation.IMPORT, str(tmp_path / "accounts.csv"))
    editor.ends.set_object("Account")
    await editor.settled()
    editor.mapping.add("Name")
    await editor.settled()
    first = editor.lines[0].raw
    editor.go_to_row(60)
    await editor.settled()
    assert editor.lines[0].raw not in ("", first)
    assert editor.lines[0].becomes == editor.lines[0].raw


async def test_columns_that_come_to_light_later_are_mapped_by_name_too(editor: JobEditorModel, contacts: Path) -> None:
    editor.ends.set_path(str(contacts))
    editor.ends.set_reading(replace(editor.ends.file, delimiter="|"))
    editor.ends.set_object("Contact")
    await editor.settled()
    assert not editor.job.mapping, "the header is one column"
    editor.ends.set_reading(replace(editor.ends.file, delimiter=","))
    await editor.settled()
    assert "LastName" in {each.remote for each in editor.job.mapping}


async def test_a_title_above_the_names_of_a_text_file_is_passed_by_its_line(
    editor: JobEditorModel, tmp_path: Path
) -> None:
    titled = tmp_path / "titled.csv"
    titled.write_text("Members of 2026\n\nLastName,Email\nBerg,a@example.com\n", encoding="utf-8")
    await writing(editor, titled, "Contact")
    editor.ends.set_reading(replace(editor.ends.file, header_row=3, made_for=Readers.PEOPLE))
    await editor.settled()
    assert {"LastName", "Email"} <= {each.remote for each in editor.job.mapping}
    assert (as_kept(editor.job).local, editor.around.count) == (editor.job.local, 1)
    editor.ends.set_reading(replace(editor.ends.file, header_row=9))
    await editor.settled()
    assert editor.trouble("local.path").endswith("in “Header in row” under “How it is read”.")
