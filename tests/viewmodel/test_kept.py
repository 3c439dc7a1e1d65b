"""What is kept of runs, as the options page tells and changes it."""

from __future__ import annotations

import pytest

from crmdesk.desk.window.answers import KeptRoom
from crmdesk.errors import UserError
from crmdesk.model.retention import DAYS, Keeping, Kept
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.kept import KeptModel

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_is_kept_is_told_changed_and_cleaned_up(shared_app_model: AppModel) -> None:
    model = KeptModel(shared_app_model)
    assert (model.lines, model.room) == ((), "")
    await model.read()
    assert {line.kind: line.days for line in model.lines} == dict.fromkeys(Kept, DAYS)
    assert model.room.endswith("in the database")
    await model.keep(Kept.LOGS, 7)
    await model.keep(Kept.BEFORE, None)
    days = {line.kind: line.days for line in model.lines}
    assert (days[Kept.LOGS], days[Kept.BEFORE], days[Kept.RUNS]) == (7, None, DAYS)
    with pytest.raises(UserError, match="0 is no number of days"):
        await model.keep(Kept.RUNS, 0)
    assert model.old == ()
    await model.clean()
    assert (model.told, model.is_cleaning) == (("There was nothing to clean up.",), False)


async def test_what_would_go_is_said_before_it_goes(shared_app_model: AppModel) -> None:
    model = KeptModel(shared_app_model)
    model.found = KeptRoom((Keeping(Kept.RUNS, 90, 1_214, 31, 2_000_000), Keeping(Kept.LOGS, 30, 9, 0)), 41_000_000)
    assert [(line.name, line.room, line.old) for line in model.lines] == [
        ("Runs", "1,214 in 2.0 MB", "31 would go now"),
        ("Logs", "9", "nothing goes now"),
    ]
    assert model.old == ("Runs: 31 would go now.",)
    assert model.room == "2.0 MB in files of runs, 41.0 MB in the database"
