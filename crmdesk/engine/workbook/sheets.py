"""What stands on the sheets of a workbook of rejects, before it is written and when it is read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crmdesk.engine.preparing.columns import beside
from crmdesk.model.reject import Reject

REFERENCE = "Reference"
SET_ASIDE = "Set aside, because"
LOCKED = (REFERENCE, "Row", "Key", "Name", "What is wrong", "What to do")
"""The columns of ours that nobody is meant to change."""

OURS = (*LOCKED, SET_ASIDE)

_LONGEST_NAME = 31  # characters of a sheet's name
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class CellRule:
    """What a cell of a column may hold: one of `choices` (if there are any), at most `length` characters (0: any)."""

    choices: tuple[str, ...] = ()
    length: int = 0


@dataclass(frozen=True, slots=True)
class CauseSheet:
    """A sheet of rejects that are mended together; `to_correct` are their source columns that matter, best first."""

    title: str
    advice: str
    to_correct: tuple[str, ...]
    rows: Callable[[], Iterator[Reject]]


@dataclass(frozen=True, slots=True)
class Handover:
    """A workbook: its sheets, the source columns, what is known of them, and what stands on the first sheet.

    `key` and `name` are the source columns that tell people which record is meant, "" where there is none. Columns in
    `dates` hold dates, written as the pattern `date_format` says ("": ISO 8601).
    """

    columns: tuple[str, ...]
    sheets: tuple[CauseSheet, ...]
    rules: Mapping[str, CellRule] = field(default_factory=dict)
    dates: Collection[str] = ()
    date_format: str = ""
    key: str = ""
    name: str = ""
    words: tuple[str, ...] = ()


def headings(columns: Sequence[str], first: Sequence[str] = ()) -> dict[str, str]:
    """Source columns and their headings in a sheet, those of `first` before the others."""
    names = beside(OURS, columns)
    ordered = [*first, *(column for column in columns if column not in first)]
    return {column: names[column] for column in ordered if column in names}


def sheet_name(title: str, taken: Collection[str]) -> str:
    """A name that every spreadsheet takes, and that no other sheet has."""
    plain = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("' ") or "Rejects"
    name, number = plain[:_LONGEST_NAME].rstrip("' "), 1
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        ending = f" ({number})"
        name = plain[: _LONGEST_NAME - len(ending)].rstrip("' ") + ending
    return name
