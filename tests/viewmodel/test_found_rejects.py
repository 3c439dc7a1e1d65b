"""Any rejected row of any run is found by number, id, key or text, and opened where it stands."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crmdesk.model.reject import RejectState
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.rejects import found as searching
from crmdesk.viewmodel.rejects.causes import Group
from crmdesk.viewmodel.rejects.found import FoundRejects
from crmdesk.viewmodel.rejects.page import RejectsModel
from tests.viewmodel.kept_rejects import bad_mails


@pytest.fixture
def runs(app_model: AppModel, tmp_path: Path) -> tuple[str, str]:
    """Two runs with three and two rejects, the older one first."""
    home = app_model.history.home
    return bad_mails(home, tmp_path, ["a@", "b@", "c@"], "old list"), bad_mails(
        home, tmp_path, ["b@", "d@"], "new list"
    )


async def places(model: FoundRejects, text: str, days: int = 0, *states: RejectState) -> list[tuple[str, int]]:
    await model.look(text, days, states)
    assert not model.is_looking
    return [(line.run, line.row) for line in model.lines]


async def test_a_row_is_found_in_all_runs_by_what_anybody_knows_of_it(
    app_model: AppModel, runs: tuple[str, str]
) -> None:
    """R-226."""
    old, new = runs
    model = FoundRejects(app_model)
    assert await places(model, "") == [(new, 1), (new, 2), (old, 1), (old, 2), (old, 3)]
    assert model.summary == "5 rows found among 5"
    assert await places(model, "B@") == [(new, 1), (old, 2)], "a value, whatever its case"
    assert await places(model, "B3") == [(old, 3)], "a key"
    assert await places(model, "#3") == [(old, 3)], "the number of a row"
    assert await places(model, f"R{new}-2") == [(new, 2)], "the id of a reject"
    assert await places(model, "is not an e-mail address", 5) == [(new, 1), (new, 2), (old, 1), (old, 2), (old, 3)]
    line = model.lines[0]
    assert (line.job, line.group, line.field) == ("new-list", Group.OPEN, "Email")
    assert line.values == "B1 · Name 1 · b@"
    assert await places(model, "nowhere") == []
    assert model.nothing[0] == "No rejected row holds “nowhere”"


async def test_only_rows_in_one_state_are_found_and_the_list_has_an_end(
    app_model: AppModel, runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = runs
    app_model.history.set_aside(old, [2], "double")
    model = FoundRejects(app_model)
    assert await places(model, "", 0, RejectState.IGNORED) == [(old, 2)]
    assert model.lines[0].group is Group.SET_ASIDE
    monkeypatch.setattr(searching, "MOST", 3)
    assert await places(model, "") == [(new, 1), (new, 2), (old, 1)]
    assert model.summary == "The newest 3 rows. Say more of the one you look for."


async def test_a_found_row_opens_in_its_run_among_those_of_its_kind(app_model: AppModel, runs: tuple[str, str]) -> None:
    old, _ = runs
    app_model.history.set_aside(old, [2], "double")
    model = RejectsModel(app_model)
    model.show_row(old, 2)
    assert (model.run, model.group, model.row) == (old, Group.SET_ASIDE, 2)
    model.show_row(old, 3)
    assert (model.group, model.cause, model.row) == (Group.OPEN, "", 3)
    assert model.detail is not None
    model.show_row(old, 99)
    assert model.row == 3
    model.close()


async def test_a_search_gives_way_to_the_next_one(app_model: AppModel, runs: tuple[str, str]) -> None:
    _, new = runs
    model = FoundRejects(app_model)
    before = asyncio.create_task(model.look("a@", 0))
    await asyncio.sleep(0)
    await model.look("d@", 0)
    await before
    assert [(line.run, line.row) for line in model.lines] == [(new, 2)]
