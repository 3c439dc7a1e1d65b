"""An immutable value that is edited: the value as it is now, and the ones before to go back to."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")

_KEPT = 200  # steps that can be undone


class Edited(Generic[Value]):
    """A value with its undo and redo."""

    def __init__(self, value: Value) -> None:
        self.value = value
        self._before: list[Value] = []
        self._after: list[Value] = []
        self._strand: object = None

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def change(self, value: Value, strand: object = None) -> bool:
        """Make `value` the present one; whether it differs.

        Changes in a row of one `strand` (typing in one field) are one step to undo.
        """
        if value == self.value:
            return False
        if strand is None or strand != self._strand:
            self._before = [*self._before[1 - _KEPT :], self.value]
        self._after = []
        self._strand = strand
        self.value = value
        return True

    def undo(self) -> bool:
        """Go back one step; whether there was one."""
        return self._walk(self._before, self._after)

    def redo(self) -> bool:
        """Go forth one step again; whether there was one."""
        return self._walk(self._after, self._before)

    def _walk(self, away: list[Value], back: list[Value]) -> bool:
        if not away:
            return False
        back.append(self.value)
        self.value = away.pop()
        self._strand = None
        return True
