"""`crmdesk options`."""

from __future__ import annotations

import pytest

from tests.cli.program import Program


def test_an_option_is_set_by_hand_listed_and_set_back(program: Program) -> None:
    """R-111, R-122, R-123."""
    assert program.ask("options").lines == []
    assert program.ask("options", "set", "LASTIMPORT_x", "2026/01/31 23:59:59").code == 0
    assert program.ask("options", "set", "LASTIMPORT_x", "").code == 0

    (now,) = program.ask("options").lines
    assert (now["option"], now["value"], now["zone"], now["local"]) == ("LASTIMPORT_x", "", "UTC", None)
    assert now["changed_by"]
    assert now["run"] is None
    first, _ = program.ask("options", "changes", "LASTIMPORT_x").lines
    assert first["local"] == "2026-01-31T23:59:59+00:00"
    assert "2026/01/31 23:59:59 UTC" in program.tell("options", "changes", "LASTIMPORT_x").stdout


@pytest.mark.parametrize("value", ["2024/02/30 10:00:00", "2024-01-01", "2024/01/01 25:00:00"])
def test_a_value_of_another_form_is_refused_with_the_form(program: Program, value: str) -> None:
    """R-112."""
    answer = program.ask("options", "set", "LASTIMPORT_x", value)
    assert answer.code == 2
    assert value.split(maxsplit=1)[0] in answer.error["message"]
    assert "yyyy/MM/dd hh:mm:ss" in answer.error["hint"]
    assert program.ask("options").lines == []
