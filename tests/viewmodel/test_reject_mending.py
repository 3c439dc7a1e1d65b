"""The page of the rejects without the page: real refusals of the practice org, corrected and sent again."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.window.history import History
from crmdesk.errors import UserError
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.launch import launch
from crmdesk.viewmodel.rejects.causes import Group
from crmdesk.viewmodel.rejects.rows import Standing
from crmdesk.viewmodel.runs.run import RunModel
from tests.cli.jobs import contacts_job, kept_job
from tests.cli.program import Program
from tests.viewmodel.kept_rejects import bad_mails, stored
from tests.viewmodel.rejects_page import BAD, column, contacts, ended, opened


async def test_the_rejects_of_the_accounts_are_corrected_and_sent_again(
    app_model: AppModel, program: Program, tmp_path: Path, real_data: Path
) -> None:
    assert program.run(kept_job("accounts", real_data / "accountData.csv", tmp_path)).code == 1
    model = opened(app_model)
    await model.look()

    assert (model.run, model.open, len(model.rows)) == ("1", 11, 11)
    assert [(line.title, line.rows) for line in model.kept.cause_lines] == [("The key is empty: Oracle Id", 11)]
    assert (model.card.code, model.card.stage) == ("MISSING_ARGUMENT", "found before sending")
    assert model.card.names == "Oracle_Id__c · MISSING_ARGUMENT"
    assert (model.column, model.kept.columns.key, model.kept.columns.name) == ("ORACLE_ID__C", "ORACLE_ID__C", "NAME")
    assert model.values == (("", 11),)
    assert model.scope.words == "Sends all 11 rows shown, as they are."

    for number, row in enumerate(model.rows.rows):
        model.correct(row, "ORACLE_ID__C", f"late-{number:02}")
    assert {model.rows.standing(position) for position in range(11)} == {Standing.CORRECTED}
    assert model.scope.words == "Sends the 11 corrected rows of those shown."
    assert app_model.history.runs()[0].run == "1"  # nothing was sent by correcting

    question = model.question()
    assert (question.rows, question.button) == (11, "Upsert 11 Account records")
    assert model.can_try
    question = model.question(first=10)
    assert (question.rows, question.button) == (10, "Upsert 10 Account records")
    assert "Look at them in the CRM; then go on with the other 1, or take them back." in question.notes
    await model.send(model.scope.rows, first=10)
    assert (app_model.place.page, app_model.place.argument) == (PageName.RUN, "2")
    await ended(app_model, "2")
    tried = RunModel(app_model, "2")
    assert (tried.record.outcome, tried.record.tally.created) == (RunOutcome.PAUSED, 10)
    assert tried.going_on is not None
    assert tried.going_on.button == "Send the 1 other row"
    await tried.resume()
    await ended(app_model, "2")
    assert app_model.history.run("2").tally.created == 11
    model.read()
    assert (model.open, model.drafts.values) == (0, {})
    model.choose_group(Group.DONE)
    assert [model.rows.standing(position) for position in range(11)] == [Standing.DONE] * 11
    detail = model.detail
    assert detail is not None
    assert detail.story[-1] == "Done: it came to the CRM by run 2."


async def test_a_value_is_set_replaced_pasted_undone_and_redone(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    rows = list(model.rows.rows)
    await model.replace(rows, "Email", "here", "here@example.com")
    assert column(model, "Email").count("here@example.com") == 6
    await model.fill([2, 6], "Email", "there@example.com")
    await model.paste([1], ["Name", "Email"], 'Ann\ta@example.com\n"Bo\nBe"\tb@example.com\n')
    assert [model.rows.cell(0, "Name").yours, model.rows.cell(1, "Name").yours] == ["Ann", "Bo\nBe"]
    await model.paste([3, 4], ["Email"], "one@example.com")
    assert column(model, "Email")[2:4] == ["one@example.com"] * 2
    before = column(model, "Email")
    for _ in range(4):
        await model.undo()
    assert (column(model, "Email").count("here"), model.drafts.values) == (6, {})
    for _ in range(4):
        await model.redo()
    assert column(model, "Email") == before


async def test_a_part_of_values_is_replaced_where_it_stands(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    rows, before = list(model.rows.rows), column(model, "Email")
    await model.replace(rows, "Email", "here", "@", is_part=True)
    assert column(model, "Email") == [mail.replace("here", "@") for mail in before]
    await model.undo()
    await model.replace(rows, "Email", "", "x", is_part=True)
    assert column(model, "Email") == before, "an empty text is a whole value, and stands in none"


async def test_typing_the_original_value_takes_the_correction_back(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    model.correct(1, "Email", "1@example.com")
    assert model.rows.cell(0, "Email").is_corrected
    model.correct(1, "Email", "here")
    assert (model.rows.cell(0, "Email").is_corrected, model.drafts.values) == (False, {})
    await model.undo()
    assert model.rows.cell(0, "Email").yours == "1@example.com"
    await model.take_corrections_back([1])
    assert not model.drafts.values


async def test_drafts_survive_a_crash_of_the_window(app_model: AppModel, mails: str) -> None:
    opened(app_model, mails).correct(3, "Email", "3@example.com")
    with_other_eyes = History.open(app_model.history.home)
    try:
        assert with_other_eyes.corrections(mails) == {3: {"Email": "3@example.com"}}
    finally:
        with_other_eyes.close()


async def test_the_ticked_rows_are_sent_and_no_others(app_model: AppModel, program: Program, tmp_path: Path) -> None:
    run = contacts(program, tmp_path, *(f"B{number},Name {number},{BAD}" for number in range(1, 5)))
    model = opened(app_model, run)
    assert not model.is_ticked(1)
    model.correct(1, "Email", "1@example.com")
    model.correct(4, "Email", "4@example.com")
    assert (model.is_ticked(1), model.is_ticked(2), model.ticked_rows) == (True, False, [])
    model.tick([1], is_ticked=False)
    assert list(model.scope.rows) == model.ticked_rows == [4]
    assert model.scope.words == "Sends the 1 ticked row."
    await model.send(model.scope.rows)
    again = app_model.place.argument
    await ended(app_model, again)
    assert app_model.history.run(again).tally.as_dict()["created"] == 1
    model.read()
    assert model.open == 3
    assert model.drafts.values == {1: {"Email": "1@example.com"}}
    model.tick_all(is_ticked=False)
    assert (model.scope.rows, model.why_not_sent) == ((), "No row is ticked.")
    with pytest.raises(UserError, match="No row is ticked"):
        model.question()


async def test_a_corrected_file_is_looked_at_before_it_is_taken_in(
    app_model: AppModel, mails: str, tmp_path: Path
) -> None:
    model = opened(app_model, mails)
    place = tmp_path / "rejects.csv"
    assert await model.save_csv(place) == 10
    with place.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    lines[0]["Email"] = "first@example.com"
    lines[1]["_reject"] = "R999-1"
    lines.reverse()
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    found = await model.read_corrections(place)
    assert (found.corrected, found.unchanged, found.missing, found.strangers) == (1, 8, 1, 1)
    assert not model.drafts.values
    await model.take_in(found)
    assert model.drafts.values == {1: {"Email": "first@example.com"}}


async def test_remedies_are_looked_at_and_then_done_and_the_rest_is_handed_over(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    mails = ["ann at x", "mailto:bo@example.com", "x", "007"]
    run = bad_mails(program.home, tmp_path, mails)
    model = opened(app_model, run)
    assert model.remedies[:2] == (Remedy.SHORTEN, Remedy.SET_VALUE)
    look = await model.look_at(Remedy.SHORTEN, Wish())
    preview = model.preview(Remedy.SHORTEN, look)
    assert preview.changes == ((2, "Email", "mailto:bo@example.com", "bo@example.com"),)
    assert "1 row changes, of 4." in preview.sentences
    assert preview.rows == 1, "the button has the number of rows that change"
    assert not model.drafts.values
    model.tick_only([3])
    idle = model.preview(Remedy.SHORTEN, await model.look_at(Remedy.SHORTEN, Wish()))
    assert (idle.does_nothing, idle.sentences[1][:28]) == (True, "That does not help the row: ")
    model.tick_only([1, 2, 3, 4])
    await model.carry_out(Remedy.SHORTEN, Wish(), look, from_now_on=False)
    assert column(model, "Email") == ["ann at x", "bo@example.com", "x", "007"]
    await model.undo()
    assert not model.drafts.values
    await model.look_beside()
    assert model.detail is not None
    assert model.detail.is_beside
    assert model.detail.story[-1] == "No Contact with this Legacy_Id__c is there."

    leave_out = Wish(is_left_out=True)
    look = await model.look_at(Remedy.SET_VALUE, leave_out)
    with pytest.raises(UserError, match="is not saved"):
        await model.carry_out(Remedy.SET_VALUE, leave_out, look, from_now_on=True)
    await model.carry_out(Remedy.SET_VALUE, leave_out, look, from_now_on=False)
    assert (model.how_sent, model.scope.button) == ("Email is not sent.", "Send 4 again…")

    workbook = tmp_path / "rejects.xlsx"
    assert await model.hand_over(workbook, "Back to me by Friday.\n\n-- Olena") == 4
    book = openpyxl.load_workbook(workbook)
    first = [cell.value for line in book.worksheets[0].iter_rows() for cell in line]
    assert first.index("-- Olena") > first.index("Back to me by Friday.")
    sheet = book.worksheets[-1]
    cells = {cell.value: cell for line in sheet.iter_rows() for cell in line}
    cells["007"].value = 7
    cells["x"].value = "x@example.com"
    book.save(workbook)
    found = await model.read_corrections(workbook)
    assert [(each.row, each.corrected, bool(each.why)) for each in found.changes] == [
        (3, "x@example.com", False),
        (4, "7", True),
    ]
    await model.take_in(found)
    assert model.drafts.values == {3: {"Email": "x@example.com"}}
    await model.take_in(found, as_in_the_file=True)
    assert model.drafts.values[4] == {"Email": "7"}


async def test_a_file_that_is_no_correction_is_refused(app_model: AppModel, mails: str, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    model = opened(app_model, mails)
    with pytest.raises(UserError, match="has no column _reject"):
        await model.read_corrections(tmp_path / "other.csv")
    assert not model.doing


async def test_a_run_that_cannot_begin_leaves_everything_as_it_was(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    model.correct(1, "Email", "1@example.com")
    with pytest.raises(UserError, match="no run"):
        await launch(app_model, ["retry", "--yes", "--", "999"])
    with pytest.raises(UserError, match="waiting to be corrected"):
        await model.send([11])
    assert (model.doing, model.drafts.values) == ("", {1: {"Email": "1@example.com"}})


async def test_of_a_delete_no_remedy_makes_a_record(app_model: AppModel, tmp_path: Path) -> None:
    job = contacts_job(tmp_path)
    line = '[[mapping]]\nremote = "Legacy_Id__c"\nlocal = "Key"\n'
    head = 'version = 1\nname = "gone"\naccount = "Practice org"\nobject = "Contact"\noperation = "delete"\n'
    job.write_text(f'{head}[local]\npath = "contacts.csv"\n{line}', encoding="utf-8")
    lost = [(1, "Legacy_Id__c", "INVALID_CROSS_REFERENCE_KEY", 'No Contact has Legacy_Id__c = "C1".', {"Key": "C1"})]
    stored(app_model.history.home, job, lost)
    model = opened(app_model)
    assert model.remedies
    assert Remedy.CREATE_INSTEAD not in model.remedies


async def test_rows_are_sent_again_by_the_job_as_it_was_mended_since(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    history, run = app_model.history, contacts(program, tmp_path, f"A1,One,{BAD}", f"A2,Two,{BAD}")
    before = history.open_job_file(tmp_path / "contacts.toml")
    history.save_job(before)
    model = opened(app_model, run)
    assert (model.now_words, model.kept.job_now) == ("", None)
    mended = tuple(line for line in before.mapping if line.remote != "Email")
    history.save_job(replace(before, mapping=mended), "contacts")
    model.read()
    assert model.now_words == f"As “contacts” is now: it was changed after run {run}"
    assert model.question(1, is_as_now=True).button == "Upsert 1 Contact record"
    await model.send(model.scope.rows, first=1, is_as_now=True)
    again = app_model.place.argument
    await ended(app_model, again)
    told = history.run(again)
    assert (told.outcome, told.tally.created) == (RunOutcome.PAUSED, 1)
    assert [line.remote for line in history.job_of(again).mapping] == ["Legacy_Id__c", "LastName"]
    assert model.trial.rows == 1  # as many as the last time
