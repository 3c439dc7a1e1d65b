"""The window without a screen: Qt's own loop under asyncio, and a profile for it."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from crmdesk.gui.garbage import collected_here
from crmdesk.practice_child import lock_of
from tests.cli.program import Program, profile
from tests.copies import CAN_COPY
from tests.gui.hands import qt_loop
from tests.gui.lent_org import lend_org, org_for_all
from tests.stand_ins import stand_ins


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Async tests of the window run on Qt's own loop."""
    return {"qt": qt_loop}


@pytest.fixture(autouse=True, scope="session")
def _stand_ins() -> Iterator[None]:
    """The children of the window are copies of a process that has loaded the program, where there can be copies."""
    with stand_ins() if CAN_COPY else nullcontext():
        yield


@pytest.fixture(autouse=True, scope="module")
def _garbage_of_qt() -> Iterator[None]:
    """No thread of a test frees the Qt objects that another test left: that would end the process."""
    with collected_here():
        yield
        gc.collect()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """The command line in the profile of the test; what it starts is ended with the test."""
    with profile(tmp_path / "profile") as made:
        yield made


@pytest.fixture(scope="session")
def common_org() -> Iterator[None]:
    """A practice org that tests and scenes share by `lend_org`, as long as they leave its records as they are."""
    with org_for_all():
        yield


@pytest.fixture
def lent(common_org: None, tmp_path: Path) -> Iterator[Program]:
    """The command line in a profile of the test on the common org, whose records the test must leave as they are."""
    with profile(tmp_path / "profile") as made:
        lend_org(made.home)
        yield made
        lock_of(made.home).unlink()  # what the profile would end is not its own
