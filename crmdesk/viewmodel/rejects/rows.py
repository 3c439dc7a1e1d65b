"""The rejects that a grid shows: a page at a time from the history, with what was typed over their values."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from crmdesk.model.reject import Reject, RejectState

if TYPE_CHECKING:
    from crmdesk.desk.window.history import History

PAGE = 256
_PAGES_KEPT = 12  # 3,000 rejects: more than a screen and what is scrolled past quickly


class Standing(StrEnum):
    """How a row of the grid stands."""

    OPEN = "open"
    CORRECTED = "corrected"
    SENDING = "sending"
    DONE = "done"
    SET_ASIDE = "set aside"
    OVERTAKEN = "overtaken"


def standing_of(state: RejectState, *, is_corrected: bool) -> Standing:
    """How a reject stands, in the words of the screen."""
    match state:
        case RejectState.OPEN:
            return Standing.CORRECTED if is_corrected else Standing.OPEN
        case RejectState.IN_RETRY:
            return Standing.SENDING
        case RejectState.RESOLVED:
            return Standing.DONE
        case RejectState.IGNORED:
            return Standing.SET_ASIDE
        case RejectState.SUPERSEDED:
            return Standing.OVERTAKEN
        case _:
            assert_never(state)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row: `yours` is what stands there now, `original` what the source said."""

    yours: str
    original: str

    @property
    def is_corrected(self) -> bool:
        return self.yours != self.original


class RejectRows:
    """Rejects of one run in the order of their rows; positions count from 0. Reading a page takes milliseconds.

    `drafts` are the corrected values by row and column; whoever changes them calls nothing here.
    """

    def __init__(
        self, history: History, run: str, rows: Sequence[int], drafts: Mapping[int, Mapping[str, str]]
    ) -> None:
        self._history = history
        self._run = run
        self._drafts = drafts
        self._pages: OrderedDict[int, Mapping[int, Reject]] = OrderedDict()
        self.rows = array("q", rows)
        self._positions: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def reject(self, position: int) -> Reject:
        """The reject at a position. Raises IndexError beyond the last, and StoreError."""
        row = self.rows[position]
        number = position // PAGE
        if number not in self._pages:
            found = self._history.rejects_of(self._run, self.rows[number * PAGE : (number + 1) * PAGE])
            self._pages[number] = {reject.row: reject for reject in found}
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return self._pages[number][row]

    def cell(self, position: int, column: str) -> Cell:
        """The value of a source column at a position."""
        original = self.reject(position).values.get(column) or ""
        return Cell(self._drafts.get(self.rows[position], {}).get(column, original), original)

    def standing(self, position: int) -> Standing:
        """How the row at a position stands."""
        return standing_of(self.reject(position).state, is_corrected=self.rows[position] in self._drafts)

    def position_of(self, row: int) -> int | None:
        """Where a row stands, or None."""
        if len(self._positions) != len(self.rows):
            self._positions = {each: position for position, each in enumerate(self.rows)}
        return self._positions.get(row)
