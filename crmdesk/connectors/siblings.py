"""Sessions for the threads of a sink: as many as may be on the way at once, each lent to one of them at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Generic, Protocol, Self, TypeVar


class HasSiblings(Protocol):
    """A session for one thread that makes another one like it."""

    def sibling(self) -> Self:
        """A session for another thread."""
        ...

    def close(self) -> None:
        """Let its connections go."""
        ...


S = TypeVar("S", bound=HasSiblings)


class Siblings(Generic[S]):
    """`number` siblings of a session."""

    def __init__(self, session: S, number: int) -> None:
        self.number = number
        self._all = [session.sibling() for _ in range(number)]
        self._idle: SimpleQueue[S] = SimpleQueue()
        for sibling in self._all:
            self._idle.put(sibling)

    @contextmanager
    def lent(self) -> Iterator[S]:
        """One that nobody else has for as long as the block lasts; waits for one."""
        sibling = self._idle.get()
        try:
            yield sibling
        finally:
            self._idle.put(sibling)

    def close(self) -> None:
        """Close them all."""
        for sibling in self._all:
            sibling.close()
