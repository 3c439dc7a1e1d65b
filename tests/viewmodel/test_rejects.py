"""The page of the rejects without the page: causes, values, rows and runs, as they are shown and chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.errors import UserError
from crmdesk.model.job import Operation
from crmdesk.model.mapping import Column, Expression, FieldMap
from crmdesk.model.reject import RejectState
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.rejects.causes import Group
from crmdesk.viewmodel.rejects.columns import columns_of
from crmdesk.viewmodel.rejects.order import By
from crmdesk.viewmodel.rejects.runs import RunFilter
from tests.cli.jobs import JOBS
from tests.cli.program import Program
from tests.store.steps import counted
from tests.viewmodel.drafts import draft_of
from tests.viewmodel.kept_rejects import bad_mails, stored
from tests.viewmodel.rejects_page import BAD, contacts, ended, opened


async def test_refusals_of_the_crm_are_a_cause_of_their_own_and_a_reject_has_a_line_of_tries(
    app_model: AppModel, program: Program, tmp_path: Path
) -> None:
    long = "x" * 100
    run = contacts(program, tmp_path, f"A1,{long},1@example.com", f"A2,Two,{BAD}", "A3,Three,3@example.com", ",Four,")
    model = opened(app_model, run)
    titles = {line.title: line.rows for line in model.kept.cause_lines}
    assert titles == {
        "All causes": 3,
        "Text too long: Last Name": 1,
        "Not an e-mail address: Email": 1,
        "The key is empty: Legacy Id": 1,
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


async def test_rows_are_sorted_by_what_is_known_of_all_of_them_and_sent_as_in_the_source(
    app_model: AppModel, mails: str
) -> None:
    model = opened(app_model, mails)
    model.sort(By.VALUE)
    assert list(model.rows.rows) == [*range(1, 11)], "the values are still counted"
    await model.look()
    assert list(model.rows.rows) == [1, 3, 5, 7, 8, 9, 4, 2, 6, 10]
    model.correct(3, "Email", "Zoe@example.com")
    model.correct(10, "Email", "")
    assert list(model.rows.rows) == [1, 3, 5, 7, 8, 9, 4, 2, 6, 10], "no row runs away while it is corrected"
    model.sort(By.VALUE)
    assert list(model.rows.rows) == [3, 2, 6, 4, 1, 5, 7, 8, 9, 10]
    assert model.row == 3
    model.sort(By.STATE)
    assert list(model.rows.rows) == [3, 10, 1, 2, 4, 5, 6, 7, 8, 9]
    assert model.scope.rows == [3, 10]
    model.choose_value("there")
    await model.look()
    model.sort(By.ROW)
    model.sort(By.ROW)
    assert (list(model.rows.rows), list(model.shown)) == ([10, 6, 2], [2, 6, 10])
    model.choose_row(6)
    model.read()
    await model.look()
    assert (list(model.rows.rows), model.row) == ([10, 6, 2], 6)


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
