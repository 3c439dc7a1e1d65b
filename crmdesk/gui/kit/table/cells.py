"""What a table shows: columns, and cells by their style."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CellStyle(StrEnum):
    """How a cell is painted."""

    TEXT = "text"
    STRONG = "strong"
    FAINT = "faint"
    MONO = "mono"
    NUMBER = "number"  # at the right
    LINK = "link"
    PILL = "pill"  # `tone` names the colours
    TAG = "tag"  # squared capitals with their icon: direction, environment; `tone` as for a pill
    TWO_LINE = "two-line"  # `sub` small beneath
    CORRECTED = "corrected"  # `text` is yours, `sub` the old value, small and struck beneath
    FIELD = "field"  # label, star, API name (`sub`) while there is room, type (`note`) at the right
    CHOICE = "choice"  # one of `choices`, with a mark that it can be changed
    CHECK = "check"  # `is_checked`


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    `tone` is a token for the words (for a pill: of its pair). `icon` stands before the words, in `icon_tone`;
    `dot` is the token of a square there (the environment of an account).
    `is_editable` lets a person type another text; with `choices` they pick one of these instead.
    `said` is what a screen reader says instead of the words, `tip` the tool tip instead of them.
    """

    text: str = ""
    style: CellStyle = CellStyle.TEXT
    sub: str = ""
    note: str = ""
    tone: str = ""
    icon: str = ""
    icon_tone: str = "text3"
    dot: str = ""
    is_required: bool = False
    is_checked: bool = False
    is_editable: bool = False
    choices: tuple[str, ...] = ()
    said: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its width in px; one that stretches takes what the others leave."""

    title: str
    width: int = 120
    is_stretching: bool = False
    is_right: bool = False


EMPTY = Cell()
