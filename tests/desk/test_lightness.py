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
