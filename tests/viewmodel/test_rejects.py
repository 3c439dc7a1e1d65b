"""The page of the rejects without the page: real refusals of the practice org, corrected and sent again."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import openpyxl
import pytest

from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.window.history import History
from crmdesk.errors import UserError
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.job import Operation
from crmdesk.model.mapping import Column, Expression, FieldMap
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.launch import launch
from crmdesk.viewmodel.rejects.causes import Group
from crmdesk.viewmodel.rejects.columns import columns_of
from crmdesk.viewmodel.rejects.page import RejectsModel
from crmdesk.viewmodel.rejects.rows import Standing
from crmdesk.viewmodel.rejects.runs import RunFilter
from crmdesk.viewmodel.runs.run import RunModel
from tests.cli.jobs import JOBS, contacts_job, kept_job
from tests.cli.program import Program
from tests.store.steps import counted
from tests.viewmodel.drafts import draft_of
from tests.viewmodel.kept_rejects import bad_mails, stored

BAD = "not an address"


def contacts(program: Program, folder: Path, *rows: str, name: str = "contacts") -> str:
    """Run the job of contacts over a file of these rows; gives the number of the run."""
    (folder / "contacts.csv").write_text("Key,Name,Email\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(program.run(contacts_job(folder, name=name)).last["run"])


async def ended(app: AppModel, run: str) -> None:
    for _ in range(2_000):
        if app.history.run(run).outcome is not RunOutcome.RUNNING:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(run)


def opened(app: AppModel, run: str = "") -> RejectsModel:
    model = RejectsModel(app)
    model.open_at(run)
    return model


def column(model: RejectsModel, name: str) -> list[str]:
    return [model.rows.cell(position, name).yours for position in range(len(model.rows))]


async def test_the_rejects_of_the_accounts_are_corrected_and_sent_again(
    app_model: AppModel, program: Program, tmp_path: Path, real_data: Path
) -> None:
    assert program.run(kept_job("accounts", real_data / "accountData.csv", tmp_path)).code == 1
    model = opened(app_model)
    await model.look()

    assert (model.run, model.open, len(model.rows)) == ("1", 11, 11)
    assert [(line.title, line.rows) for line in model.kept.cause_lines] == [("The key is empty: Oracle_Id__c", 11)]
    assert (model.card.code, model.card.stage) == ("MISSING_ARGUMENT", "found before sending")
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


async def test_refusals_of_the_crm_are_a_cause_of_their_own_and_a_reject_has_a_line_of_tries(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    long = "x" * 100
    run = contacts(program, tmp_path, f"A1,{long},1@example.com", f"A2,Two,{BAD}", "A3,Three,3@example.com", ",Four,")
    model = opened(app_model, run)
    titles = {line.title: line.rows for line in model.kept.cause_lines}
    assert titles == {
        "All causes": 3,
        "Text too long: LastName": 1,
        "Not an e-mail address: Email": 1,
        "The key is empty: Legacy_Id__c": 1,
    }
    model.choose_cause("")
    assert list(model.rows.rows) == [1, 2, 4]
    cause = next(line.cause for line in model.kept.cause_lines if line.title.startswith("Not an e-mail"))
    model.choose_cause(cause)
    model.correct(2, "Email", "still nothing")
    await model.send(model.scope.rows)
    await ended(app_model, app_model.place.argument)
    again = opened(app_model, app_model.place.argument)
    detail = again.detail
    assert detail is not None
    assert [sentence.partition(",")[0] for sentence in detail.story] == ["Try 1", "Try 2"]
    line = next(each for each in detail.lines if each.column == "Email")
    assert (line.is_in_question, line.original) == (True, "still nothing")
    model.read()
    model.choose_group(Group.SENDING)
    detail = model.detail
    assert detail is not None
    assert detail.story[-1] == f"Run {again.run} has taken it up and has not settled it."


@pytest.fixture
def mails(program: Program, tmp_path: Path) -> str:
    """A run of ten rejected contacts with one of three bad addresses."""
    bad = ["here", "there", "here", "nowhere", "here", "there", "here", "here", "here", "there"]
    return bad_mails(program.home, tmp_path, bad)


async def test_values_are_counted_and_narrow_the_rows(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    assert model.is_to_be_looked_at
    await model.look()
    assert model.values == (("here", 6), ("there", 3), ("nowhere", 1))
    model.choose_value("there")
    await model.look()
    assert list(model.rows.rows) == [2, 6, 10]
    model.find("name 10")
    await model.look()
    assert list(model.rows.rows) == [10]
    model.find("")
    model.choose_value(None)
    await model.look()
    assert len(model.rows) == 10
    model.find("4")
    await model.look()
    assert 4 in model.rows.rows


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


async def test_rows_are_set_aside_and_taken_back(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    with pytest.raises(UserError, match="Nothing says why"):
        await model.set_aside([1, 2], " ")
    await model.set_aside([1, 2], "not ours")
    assert (model.open, len(model.rows), model.notice) == (8, 8, "2 rows set aside.")
    model.choose_group(Group.SET_ASIDE)
    assert list(model.rows.rows) == [1, 2]
    assert "2 because not ours" in model.card.text
    assert model.detail is not None
    assert model.detail.story[-1].endswith(": not ours.")
    assert model.why_not_sent
    with pytest.raises(UserError, match="Only open rows"):
        model.correct(1, "Email", "x@example.com")
    await model.take_back([1, 2])
    assert model.open == 10


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
    assert await model.hand_over(workbook) == 4
    book = openpyxl.load_workbook(workbook)
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


async def test_the_newest_run_with_open_rejects_is_shown_and_others_can_be_chosen(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    first = bad_mails(program.home, tmp_path, [BAD], name="first")
    second = bad_mails(program.home, tmp_path, [BAD], name="second")
    model = opened(app_model)
    assert (model.run, [line.run for line in model.offered]) == (second, [second, first])
    model.narrow(RunFilter(job="first"))
    assert (model.run, len(model.offered)) == (first, 1)
    model.narrow(RunFilter())
    model.choose_run(first)
    await model.set_aside([1], "not ours")
    assert not model.is_shown
    nothing = "1 rejected row set aside (1: not ours). In other runs, 1 is."
    assert model.nothing == (f"No rejected row of run {first} is open", nothing)
    assert opened(app_model).run == second


def test_a_profile_without_rejects_says_what_will_wait_here(app_model: AppModel) -> None:
    model = opened(app_model)
    assert not model.is_shown
    assert model.nothing[0] == "No rejected rows are open"
    assert model.card.title == "All causes"
    assert opened(app_model, "7").nothing[0] == "Run 7 has no rejected row that is open"


async def test_what_another_run_changes_is_seen_without_asking(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    told: list[int] = []
    model.subscribe(lambda: told.append(model.open))
    model.choose_row(5)
    app_model.history.set_aside(mails, [1])
    app_model.changed()
    assert (told[-1], model.row) == (9, 5)
    number = len(told)
    app_model.changed()
    assert len(told) == number
    model.close()


async def test_a_hundred_thousand_rejects_are_shown_a_page_at_a_time(app_model: AppModel) -> None:
    more = {f"COLUMN{number}": f"value {number}" for number in range(25)}
    rejects = [
        (row, "Type", "NOT_IN_LIST", f'"t{row % 40}" is not in it.', {**values, **more})
        for row in range(1, 100_001)
        for values in [{"ORACLE_ID__C": f"K{row}", "NAME": f"Name {row}", "TYPE": f"t{row % 40}"}]
    ]
    run = stored(app_model.history.home, JOBS / "accounts.toml", rejects)
    store = app_model.history._store
    with counted(store) as showing:
        model = opened(app_model, run)
    assert len(model.rows) == 100_000
    with counted(store) as paging:
        model.rows.reject(90_000)
    with counted(store) as typing:
        model.correct(1, "TYPE", "x")
    assert showing.taken < 32 * 100_000  # each is counted, and none read
    assert paging.taken < 20_000
    assert typing.taken < 1_000
    await model.look()
    assert model.values is not None
    assert model.values[0][1] == 2_500
    await model.fill(model.rows.rows[:2_000], "TYPE", "Customer")
    assert app_model.history.reject_states(run) == {RejectState.OPEN: 100_000}
    assert len(app_model.history.corrections(run)) == 2_000


async def test_a_run_that_cannot_begin_leaves_everything_as_it_was(app_model: AppModel, mails: str) -> None:
    model = opened(app_model, mails)
    model.correct(1, "Email", "1@example.com")
    with pytest.raises(UserError, match="no run"):
        await launch(app_model, ["retry", "--yes", "--", "999"])
    with pytest.raises(UserError, match="waiting to be corrected"):
        await model.send([11])
    assert (model.doing, model.drafts.values) == ("", {1: {"Email": "1@example.com"}})


async def test_coming_back_to_the_page_one_finds_what_one_was_at(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    first = bad_mails(program.home, tmp_path, [BAD, "here"], name="first")
    bad_mails(program.home, tmp_path, [BAD], name="second")
    model = opened(app_model, first)
    model.choose_cause("")
    model.choose_row(2)
    await model.set_aside([1], "not ours")
    assert (model.run, model.cause, model.row) == (first, "", 2)
    model.open_at()
    assert (model.run, model.cause, model.row) == (first, "", 2)


def test_the_column_of_a_cause_is_found_behind_a_formula_and_for_a_cell_that_cannot_be_read() -> None:
    lines = (
        FieldMap("LastName", Column("LN")),
        FieldMap("AnnualRevenue", Expression("ROUND(VALUE(REVENUE), 0)")),
        FieldMap("Phone", Expression("AREA & NUMBER")),
    )
    columns = columns_of(draft_of(Operation.EXPORT, mapping=lines).job, ("LN", "REVENUE", "AREA", "NUMBER", "TITLE"))
    assert columns.column_of_field("AnnualRevenue") == "REVENUE"
    assert columns.column_of_field("Phone") == ""
    assert columns.column_of_field("TITLE") == "TITLE"
    assert columns.column_of_field("Email, LastName") == "LN"


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
