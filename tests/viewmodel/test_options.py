"""The options page without the page: what jobs have read up to, set forward and back by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.errors import UserError
from crmdesk.model.option import Option
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.options import BEGINNING, OptionsModel, line_of

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
NAME = "LASTIMPORT_acme_contacts"


def test_an_option_says_who_set_it_and_whether_that_was_a_person() -> None:
    by_run = line_of(Option(NAME, "2026/01/30 02:00:00", "2026-01-31T02:00:04Z", "", run="12"), NOW, UTC)
    assert (by_run.value, by_run.here) == ("2026/01/30 02:00:00", "yesterday 02:00")
    assert (by_run.set_by, by_run.is_by_hand, by_run.is_default) == ("run 12, today 02:00", False, False)
    by_hand = line_of(Option(NAME, "", "2026-01-31T09:00:00Z", "ann"), NOW, UTC)
    assert (by_hand.value, by_hand.here, by_hand.set_by) == (BEGINNING, "", "ann, today 09:00")
    assert (by_hand.is_by_hand, by_hand.is_default) == (True, True)


def test_an_option_is_set_and_reset_and_every_value_it_had_stays(tmp_path: Path) -> None:
    history = History.open(tmp_path)
    try:
        model = OptionsModel(AppModel(history, EngineChild(tmp_path), RunChildren(tmp_path)))
        told: list[int] = []
        model.subscribe(lambda: told.append(len(model.lines)))
        model.set(NAME, " 2026/01/30 02:00:00 ")
        assert told == [1]
        model.choose(NAME)
        line = model.chosen_line
        assert line is not None
        assert not line.is_default
        with pytest.raises(UserError, match="hours go from 00 to 23"):
            model.set(NAME, "2026/01/30 24:00:00")
        model.set(NAME, "")
        reset = model.chosen_line
        assert reset is not None
        assert reset.is_default
        assert [line.value for line in model.history_of(NAME)] == [BEGINNING, "2026/01/30 02:00:00"]
    finally:
        history.close()
