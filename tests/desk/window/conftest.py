"""A profile that the tests of a module share, and the engine's child of a window over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from crmdesk.desk.window.engine_child import EngineChild
from tests.cli.program import Program, profile


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program in a profile of its own; its practice org ends with it."""
    with profile(tmp_path_factory.mktemp("window") / "profile") as made:
        yield made


@pytest.fixture
async def engine(program: Program, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EngineChild]:
    """The child that answers a window, in the surroundings of the program."""
    for name, value in program.surroundings().items():
        monkeypatch.setenv(name, value)
    child = EngineChild(program.home)
    yield child
    await child.close()
