"""`crmdesk options`."""

from __future__ import annotations

from pathlib import Path

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


JOB = """
version = 1
name = "{name}"
object = "Account"
operation = "{operation}"
local = {{ path = "{name}.csv" }}
{more}
"""


def job(folder: Path, name: str, operation: str, more: str) -> Path:
    place = folder / f"{name}.toml"
    place.write_text(JOB.format(name=name, operation=operation, more=more), encoding="utf-8")
    return place


def test_a_run_with_an_index_sets_its_option_and_shows_its_window(program: Program, tmp_path: Path) -> None:
    """R-110, R-119, R-167."""
    mapping = 'mapping = [{ remote = "Name", local = "name" }]\n'
    changed = job(tmp_path, "accounts", "import", f"{mapping}[index]\nlag_seconds = 0")
    first = program.run(changed)
    assert first.code == 0
    (option,) = program.ask("options").lines
    assert (option["option"], option["run"]) == ("LASTIMPORT_practice_org_accounts", first.last["run"])
    shown = program.ask("show", first.last["run"]).last
    assert shown["vars"]["crmEndDate"] == option["value"]
    assert f"vars.crmEndDate = {option['value']}" in program.tell("show", first.last["run"]).stdout

    gone = program.run(job(tmp_path, "gone", "import-deleted", '[period]\nmode = "automatic"\nlag_seconds = 0'))
    assert (gone.code, gone.last["read"], gone.last["deleted"]) == (0, 0, 0)
    assert (tmp_path / "gone.csv").read_text(encoding="utf-8").splitlines()[0] == "Id,DeletedDate,MasterRecordId"
    (run,) = [line for line in program.ask("runs").lines if line["job"] == "gone"]
    assert run["operation"] == "import-deleted"
