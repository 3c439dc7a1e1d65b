"""View-models without a window: Qt cannot be imported here, and the profile is a real one."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from crmdesk.desk.engine_child import EngineChild
from crmdesk.desk.history import History
from crmdesk.desk.run_children import RunChildren
from crmdesk.viewmodel.app import AppModel
from tests.cli.program import Program, profile


@pytest.fixture(autouse=True)
def no_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of Qt can be imported during a test of a view-model."""
    for name in ("PySide6", "PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets", "qasync"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """The command line in the profile of the test; what it starts is ended with the test."""
    with profile(tmp_path / "profile") as made:
        yield made


@pytest.fixture
async def app_model(program: Program) -> AsyncIterator[AppModel]:
    """The window's model over the profile of the test."""
    history = History.open(program.home)
    engine = EngineChild(program.home)
    yield AppModel(history, engine, RunChildren(program.home))
    await engine.close()
    history.close()
