"""A folder that somebody else has filled is a place to work in, and no part of the program."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from crmdesk.engine.javascript.evaluating import Evaluator
from crmdesk.places import module_command

_TRAP = "open('sprung', 'w').close()\nraise SystemExit(1)\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with files that have the names of modules."""
    for name in ("json", "re", "msgspec", "py_mini_racer", "uvicorn", "typer", "crmdesk"):
        (tmp_path / f"{name}.py").write_text(_TRAP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_expression_is_evaluated_without_the_modules_of_the_folder(folder: Path) -> None:
    assert Evaluator({})("1 + 1") == 2
    assert not (folder / "sprung").exists()


def test_the_children_of_the_program_start_without_the_modules_of_the_folder(folder: Path) -> None:
    for command in (module_command("crmdesk", "--version"), module_command("crmdesk.practice", "--help")):
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not (folder / "sprung").exists()
