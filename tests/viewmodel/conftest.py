"""View-models over a real profile, in plain asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
import pytest_asyncio

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.viewmodel.app import AppModel
from tests.cli.program import Program, profile
from tests.copies import CAN_COPY
from tests.stand_ins import stand_ins
from tests.viewmodel.kept_rejects import bad_mails

_PATIENCE = 100  # seconds


@pytest.fixture(autouse=True, scope="session")
def _stand_ins() -> Iterator[None]:
    """The children of the window are copies of a process that has loaded the program, where there can be copies."""
    with stand_ins() if CAN_COPY else nullcontext():
        yield


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """The command line in the profile of the test; what it starts is ended with the test."""
    with profile(tmp_path / "profile") as made:
        yield made


@pytest.fixture
async def app_model(program: Program) -> AsyncIterator[AppModel]:
    """The window's model over the profile of the test."""
    async with model_over(program.home) as model:
        yield model


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_app_model(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppModel]:
    """The window's model over one profile and one practice org for a file of tests that leave no trace there."""
    with profile(tmp_path_factory.mktemp("shared") / "profile") as program:
        async with model_over(program.home) as model:
            yield model


@pytest.fixture
def mails(program: Program, tmp_path: Path) -> str:
    """A run of ten rejected contacts with one of three bad addresses."""
    bad = ["here", "there", "here", "nowhere", "here", "there", "here", "here", "here", "there"]
    return bad_mails(program.home, tmp_path, bad)


@asynccontextmanager
async def model_over(home: Path) -> AsyncIterator[AppModel]:
    """The window's model over a profile."""
    history, engine, children = History.open(home), EngineChild(home), RunChildren(home)
    yield AppModel(history, engine, children)
    await engine.close()
    for process in children._started:  # runs outlive a window, though not a test
        process.wait(_PATIENCE)
    history.close()
