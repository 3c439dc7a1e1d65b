"""A real practice org for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def shared_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    """One server for the tests of a module that do not mind what the others leave behind."""
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "450", "--accounts", "20")
    yield org
    org.end()


@pytest.fixture
def org(tmp_path: Path) -> Iterator[PracticeOrg]:
    """A fresh server with few records, for one test."""
    org = start_practice_org(tmp_path / "org", "--contacts", "20", "--accounts", "5")
    yield org
    org.end()
