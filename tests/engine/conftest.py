"""One store for the tests of a module: each run is one of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crmdesk.store import Store
from tests.engine.bench import opened


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = opened(tmp_path_factory.mktemp("engine") / "profile")
    yield made
    made.close()
