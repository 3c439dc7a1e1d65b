"""What SQLite has to do for an answer, in steps of its virtual machine: the same on a slow computer and a busy one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from crmdesk.store import Store
from crmdesk.store.light import LightStore

_GRAIN = 100


@dataclass(slots=True)
class Steps:
    """How many steps a block took, counted in hundreds."""

    taken: int = 0

    def count(self) -> int:
        self.taken += _GRAIN
        return 0


@contextmanager
def counted(store: Store | LightStore) -> Iterator[Steps]:
    """Count what the statements of a store do within the block."""
    steps = Steps()
    with store._database.reading() as connection:
        connection.set_progress_handler(steps.count, _GRAIN)
    try:
        yield steps
    finally:
        with store._database.reading() as connection:
            connection.set_progress_handler(None, 0)
