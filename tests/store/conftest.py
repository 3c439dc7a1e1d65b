from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.store import Store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    store = Store.open(home, keychains=())
    yield store
    store.close()
