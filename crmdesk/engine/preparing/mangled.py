"""Values that a spreadsheet has changed by itself: zeros lost, long numbers rounded, texts taken for dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

from crmdesk.engine.preparing.meanings import days, number, numbers, times
from crmdesk.model.reject import Reject

_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[.-]? ?[A-Za-zÄäé]{3,4}\.?(?:[- ]\d{2,4})?"
    r"|[A-Za-zÄäé]{3,4}[- ]\d{2,4}"
)
_LIKE_A_DATE = re.compile(r"\d{1,4}[./-]\d{1,4}(?:[./-]\d{1,4})?|[A-Za-z]{3,9}[ -]?\d{1,4}")
_DIGITS = 15  # that a spreadsheet keeps of a number
_SHOWN = 5  # of a number that it shows with an exponent
_ANOTHER_NUMBER = "a number is written in another way"
_TRUTH = frozenset({"true", "false"})

Unreadable = Callable[[Reject], Collection[str]]
"""The columns of a reject that were refused for how their values are written: another way is what is wanted there."""


def all_readable(_reject: Reject) -> Collection[str]:
    """For rejects of which nothing is known."""
    return ()


@dataclass(frozen=True, slots=True)
class Mangled:
    """A value that looks as if a spreadsheet had changed it, not a person: `why` in words."""

    reject: str
    row: int
    column: str
    original: str
    found: str
    why: str


def why_mangled(original: str, found: str) -> str:
    """Why `found` is likely what a spreadsheet made of `original`; "" when a person may have meant it."""
    if not original or not found or original == found:
        return ""
    if _LIKE_A_DATE.fullmatch(original) and _DATE.fullmatch(found) and not _DATE.fullmatch(original):
        return "a text was taken for a date"
    if days(original) & days(found):
        return "a date is written in another way"
    if times(original) & times(found):
        return "a time is written in another way"
    if original.casefold() == found.casefold() and original.casefold() in _TRUTH:
        return "a text was taken for true or false"
    return _why_another_number(original, found)


def _why_another_number(original: str, found: str) -> str:
    if numbers(original) & numbers(found):
        if _begins_with_zero(found):
            return ""
        return "zeros at the beginning are lost" if _begins_with_zero(original) and number(found) else _ANOTHER_NUMBER
    before, after = number(original), number(found)
    if before is None or after is None:
        return ""
    if "e" in found.casefold() and abs(before - after) <= abs(before) * Decimal(10) ** -_SHOWN:
        return "digits of a long number are lost"
    if len(original) > _DIGITS and abs(before - after) <= abs(before) * Decimal(10) ** -(_DIGITS - 1):
        return "digits of a long number are lost"
    return ""


def _begins_with_zero(text: str) -> bool:
    """Whether zeros stand before a whole number, which a spreadsheet leaves to texts alone."""
    return re.match(r"[+-]?0\d", text) is not None
