"""Pages that hold work of which nothing is kept yet: the window asks before it closes over them."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class HoldsWork(Protocol):
    """A page that can hold such work."""

    def has_unsaved_work(self) -> bool:
        """Whether there is something to lose."""

    async def may_leave(self) -> bool:
        """Ask what is to become of it; False when the person would rather stay."""
