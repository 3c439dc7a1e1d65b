"""Commands and the modules that know them."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
import typer

from crmdesk.cli.parts import COMMANDS, GROUPS, add_parts


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_has_the_commands_that_are_told_of_it(module: str) -> None:
    app = import_module(f"crmdesk.cli.{module}").app
    assert tuple(command.name for command in app.registered_commands) == COMMANDS[module]


def test_without_a_name_that_is_known_all_commands_are_there() -> None:
    app = typer.Typer()
    add_parts(app, "")
    assert len(app.registered_commands) == sum(map(len, COMMANDS.values()))
    assert [group.name for group in app.registered_groups] == list(GROUPS)


_LOADED = """
import sys, typer
from crmdesk.cli.parts import add_parts
add_parts(typer.Typer(), sys.argv[1])
print(*sys.modules)
"""


def loaded_for(command: str) -> set[str]:
    said = subprocess.run([sys.executable, "-c", _LOADED, command], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def test_the_help_of_all_commands_loads_no_library_of_rows_or_requests() -> None:
    assert not loaded_for("--help").intersection(("polars", "requests", "pydantic", "sqlalchemy"))


def test_a_run_does_not_load_what_only_other_commands_need() -> None:
    loaded = loaded_for("run")
    assert "crmdesk.cli.runs" in loaded
    others = ("crmdesk.cli.reports", "crmdesk.cli.doctor", "crmdesk.desk.mending.door", "crmdesk.desk.runs.undoing")
    libraries = ("psycopg", "sqlalchemy", "openpyxl", "fastexcel", "PySide6", "lxml")
    assert not loaded.intersection((*others, *libraries))
