"""Records taken from the beginning of some text, and the last of them taken back or put in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crmdesk.tabular.files.quote_readings import Doubt
from crmdesk.tabular.files.quotes import WINDOW

DOUBTFUL = (Doubt.QUOTE, Doubt.ROWS)
"""Doubts that are not about a cell but about where records end."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, the physical line where it starts, what is doubtful about its quotes."""

    cells: list[str]
    line: int
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Taken:
    """A record or a blank line (no `record`) as it stands in the text, with its bytes and physical lines."""

    raw: str
    length: int
    lines: int
    record: Record | None


@dataclass(slots=True)
class Stretch:
    """What was taken from the beginning of some text, with its bytes; `line` is the physical line behind it.

    `earlier` stands before it. `open_line` is the line of a quote that is not closed before the text ends, None when
    there is none.
    """

    line: int
    earlier: tuple[str, ...]
    length: int = 0
    taken: list[Taken] = field(default_factory=list)
    open_line: int | None = None

    @property
    def records(self) -> list[Record]:
        """The records."""
        return [each.record for each in self.taken if each.record is not None]

    @property
    def recent(self) -> tuple[str, ...]:
        """The last lines and records as they stand in the text."""
        return (*self.earlier, *(each.raw for each in self.taken[-WINDOW:]))[-WINDOW:]

    def take(self, taken: Taken) -> None:
        """One more."""
        self.taken.append(taken)
        self.length += taken.length
        self.line += taken.lines

    def doubt_back_to(self, cells: int) -> None:
        """Have the last records be doubtful, back to one that has so many cells."""
        for place in reversed(range(len(self.taken))):
            taken = self.taken[place]
            if taken.record is not None:
                doubtful = replace(
                    taken.record, doubt=taken.record.doubt if taken.record.doubt in DOUBTFUL else Doubt.ROWS
                )
                self.taken[place] = replace(taken, record=doubtful)
                if len(taken.record.cells) >= cells:
                    return

    def take_back(self, number: int) -> None:
        """Forget the last ones, or all there are."""
        for _ in range(min(number, len(self.taken))):
            taken = self.taken.pop()
            self.length -= taken.length
            self.line -= taken.lines
