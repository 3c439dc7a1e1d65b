"""Profiles for the tests of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program, profile


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """The program in an empty profile."""
    with profile(tmp_path / "profile") as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program in a profile that the tests of a module share."""
    with profile(tmp_path_factory.mktemp("shared") / "profile") as made:
        yield made
