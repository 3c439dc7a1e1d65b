"""The first rows of a preview: few calls whatever the number of rows, and given up at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.errors import Cancelled
from tests.cli.program import HELD, Program

JOB = """
name = "first rows"
object = "Contact"
operation = "import"

[local]
path = "rows.csv"

[[mapping]]
remote = "LastName"
local = "Name"

[[order_by]]
field = "LastName"
"""


async def test_the_first_rows_come_with_a_few_calls_and_can_be_given_up(
    program: Program, engine: EngineChild, tmp_path: Path
) -> None:
    """R-340: bench/first_rows.py measures a million rows over a slow line."""
    org = program.org()
    await engine.preview(JOB, tmp_path, 50)
    before = len(org.get("/practice/log", last="5000")["requests"])
    assert len(await engine.preview(JOB, tmp_path, 50)) == 50
    lines = org.get("/practice/log", last="5000")["requests"][before:]
    calls = [line for line in lines if line["path"].startswith("/services")]
    assert 0 < len(calls) <= 4
    assert "LIMIT" in calls[-1]["query"]  # no more rows than are shown
    org.weather(HELD, path="/query")
    waiting = asyncio.create_task(engine.preview(JOB, tmp_path, 50))
    while not org.held():  # noqa: ASYNC110 - the org tells nobody
        await asyncio.sleep(0.02)
    await engine.cancel()
    with pytest.raises(Cancelled):
        await waiting
    assert org.held() == 1  # given up while the CRM had not answered
    org.clear_weather()
