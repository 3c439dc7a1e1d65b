"""Corrections being typed: each is in the store at once, and each can be undone and redone while the page lives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.desk.window.history import History

Change = tuple[int, str, str | None]
"""Row, source column, and the new value; None takes the correction back."""

_AT_ONCE = 250  # changes in one transaction: about 15 ms


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that a person did, however many values it changed."""

    words: str
    before: tuple[Change, ...]
    after: tuple[Change, ...]


class RejectDrafts:
    """The corrected values of one run, by row and column.

    What changes many values is a generator that yields every few milliseconds, so that nothing freezes; it has to be
    gone through to its end.
    """

    def __init__(self, history: History, run: str) -> None:
        self._history = history
        self._run = run
        self._undone: list[Edit] = []
        self._done: list[Edit] = []
        self.values: dict[int, dict[str, str]] = {}
        self.read()

    def read(self) -> None:
        """Read what the store holds: rows that were sent or settled have no draft any more."""
        self.values.clear()
        if self._run:
            kept = self._history.corrections(self._run)
            self.values.update({row: dict(cells) for row, cells in kept.items()})

    @property
    def undo_words(self) -> str:
        """What undoing would take back, or an empty text."""
        return self._done[-1].words if self._done else ""

    @property
    def redo_words(self) -> str:
        """What redoing would do again, or an empty text."""
        return self._undone[-1].words if self._undone else ""

    def make(self, words: str, changes: Iterable[Change]) -> Iterator[int]:
        """Make the changes that change anything, as one edit; yields how many values are changed so far."""
        before: list[Change] = []
        after: list[Change] = []
        waiting = iter(changes)
        try:
            while some := list(islice(waiting, _AT_ONCE)):
                real = [change for change in some if self._now(change) != change[2]]
                old = [(row, column, self._now((row, column, None))) for row, column, _ in real]
                self._store(real)
                before += old
                after += real
                yield len(after)
        finally:  # what is done so far can be undone, also when it went wrong in the middle
            if after:
                self._done.append(Edit(words, tuple(before), tuple(after)))
                self._undone.clear()

    def undo(self) -> Iterator[int]:
        """Take the last edit back, if there is one."""
        if self._done:
            edit = self._done.pop()
            yield from self._apply(edit.before)
            self._undone.append(edit)

    def redo(self) -> Iterator[int]:
        """Do again what was undone last, if anything was."""
        if self._undone:
            edit = self._undone.pop()
            yield from self._apply(edit.after)
            self._done.append(edit)

    def forget_edits(self) -> None:
        """Nothing before this can be undone: the rows have been sent."""
        self._done.clear()
        self._undone.clear()

    def _now(self, change: Change) -> str | None:
        row, column, _ = change
        return self.values.get(row, {}).get(column)

    def _apply(self, changes: Sequence[Change]) -> Iterator[int]:
        for first in range(0, len(changes), _AT_ONCE):
            some = changes[first : first + _AT_ONCE]
            self._store(some)
            yield first + len(some)

    def _store(self, changes: Sequence[Change]) -> None:
        stored: dict[int, dict[str, str | None]] = {}
        for row, column, value in changes:
            stored.setdefault(row, {})[column] = value
        if stored:
            self._history.correct_all(self._run, stored)
        for row, cells in stored.items():
            kept = {**self.values.get(row, {}), **cells}
            left = {column: value for column, value in kept.items() if value is not None}
            if left:
                self.values[row] = left
            else:
                self.values.pop(row, None)
