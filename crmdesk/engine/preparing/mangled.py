"""Values that a spreadsheet has changed by itself: zeros lost, long numbers rounded, texts taken for dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[.-]? ?[A-Za-zÄäé]{3,4}\.?(?:[- ]\d{2,4})?"
    r"|[A-Za-zÄäé]{3,4}[- ]\d{2,4}"
)
_LIKE_A_DATE = re.compile(r"\d{1,4}[./-]\d{1,4}(?:[./-]\d{1,4})?|[A-Za-z]{3,9}[ -]?\d{1,4}")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_DIGITS = 15  # that a spreadsheet keeps of a number
_SHOWN = 5  # of a number that it shows with an exponent


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
    before, after = _number(original), _number(found)
    if before is None or after is None:
        return ""
    if before == after:
        lost = original.lstrip("+-").startswith("0") and not found.lstrip("+-").startswith("0")
        return "zeros at the beginning are lost" if lost else "a number is written in another way"
    if "e" in found.casefold() and abs(before - after) <= abs(before) * Decimal(10) ** -_SHOWN:
        return "digits of a long number are lost"
    if len(original) > _DIGITS and abs(before - after) <= abs(before) * Decimal(10) ** -(_DIGITS - 1):
        return "digits of a long number are lost"
    return ""


def _number(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
