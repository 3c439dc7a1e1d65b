"""What the window loads: none of the libraries of a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import crmdesk.desk
import crmdesk.store

HEAVY = ("polars", "keyring", "requests", "simple_salesforce", "typer", "PySide6", "cryptography", "lark")


@pytest.mark.parametrize("module", ["history", "answers", "engine_child", "run_children"])
def test_what_the_window_knows_of_the_desk_loads_no_library_of_a_run(module: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, crmdesk.desk.window.{module}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert f"crmdesk.desk.window.{module}" in loaded
    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)


def test_a_job_is_saved_and_loaded_without_them(tmp_path: Path) -> None:
    script = f"""
import sys, pathlib
from crmdesk.desk.window.history import History
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
history = History.open(pathlib.Path({str(tmp_path)!r}) / "profile")
mapping = (FieldMap("Email", Column("mail")),)
job = Job("x", "practice_org", "Contact", Operation.IMPORT, LocalFile("/in/a.csv"), mapping)
history.save_job(job)
assert history.load_job("x").job == job
history.runs(), history.open_rejects(), history.setting("theme", "dark")
history.close()
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {name.partition(".")[0] for name in done.stdout.split()} & set(HEAVY)


def test_the_desk_says_what_it_does_not_have() -> None:
    for package in (crmdesk.desk, crmdesk.store):
        assert all(hasattr(package, name) for name in package.__all__)
        assert not hasattr(package, "Nothing")


def test_the_history_is_listed_without_them(tmp_path: Path) -> None:
    script = f"""
import sys
from crmdesk.cli.app import run_command_line
assert run_command_line(["--home", {str(tmp_path / "profile")!r}, "runs"]) == 0
sys.stdout.write(" ".join(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} & set(HEAVY) == {"typer"}


def test_a_run_loads_its_own_way_alone() -> None:
    run = "desk.runs.running desk.runs.writing engine.planning.writing connectors.salesforce.session tabular.files.csv"
    script = f"""
import importlib, sys
for name in {run.split()!r}: importlib.import_module("crmdesk." + name)
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "crmdesk.desk.runs.writing" in loaded
    others = ("lark", "keyring", "sqlalchemy", "openpyxl", "crmdesk.tabular.files.jsonl", "crmdesk.engine.importing")
    assert not loaded.intersection(others)
