"""What the whole suite shares: the long forms, and the real files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.postgresql import Server, postgresql

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long forms too")


def pytest_configure(config: pytest.Config) -> None:
    """The suite draws the same examples every time and says the same of the same code; --long draws new ones.

    No example has a deadline: a shared computer is slow at times.
    """
    settings.register_profile("ours", derandomize=not config.getoption("--long"), deadline=None)
    settings.load_profile("ours")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long") is not None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("long") is None]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real exported files: beside the checkout, or where CRMDESK_REAL_DATA says."""
    return Path(os.environ.get("CRMDESK_REAL_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One PostgreSQL server for all tests that want one; each makes databases of its own in it."""
    with postgresql() as running:
        yield running
