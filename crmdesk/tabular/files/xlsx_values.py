"""What the cells of a sheet mean: numbers, dates and escaped characters as Office Open XML writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto

from crmdesk.tabular.files.plain_numbers import plain

_DIGITS = 15  # significant ones that a spreadsheet keeps of a number

_END = 2_958_466  # days from 1900-01-01 to the end of 9999

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LOST = re.compile(r"-?[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}")

# Formats that have a number and no text ("SpreadsheetML, 18.8.30 numFmt"); 27 to 36 and 50 to 58 are East Asian dates.
_DATES = {14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)}
_TIMES = {18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47}
_DATE_TIMES = {22}


class Shown(Enum):
    """As what a number is shown."""

    NUMBER = auto()
    DATE = auto()
    TIME = auto()
    DATE_TIME = auto()


def shown_by(number: int, code: str | None) -> Shown:
    """As what the number format shows; `code` is the text of one that the workbook brings."""
    if code is None:
        known = ((_DATES, Shown.DATE), (_TIMES, Shown.TIME), (_DATE_TIMES, Shown.DATE_TIME))
        return next((shown for numbers, shown in known if number in numbers), Shown.NUMBER)
    letters = set(_NOT_CODES.sub("", code.partition(";")[0]).lower()) & set("ymdhs")
    if letters & set("hs"):
        return Shown.DATE_TIME if letters & set("yd") else Shown.TIME
    return Shown.DATE if letters else Shown.NUMBER


@dataclass(frozen=True, slots=True)
class Value:
    """The text of a cell, and whether digits of it are lost for good."""

    text: str
    is_destroyed: bool = False


def number(raw: str) -> Value:
    """A number as plain digits, without the noise behind the 15th that comes from binary fractions."""
    digits = plain(raw)
    if len(digits) <= _DIGITS:
        return Value(digits)
    whole, _, fraction = digits.lstrip("-").partition(".")
    if len(whole) > _DIGITS:
        return Value(digits, is_destroyed=True)
    if not fraction or len((whole + fraction).lstrip("0")) <= _DIGITS:
        return Value(digits)
    return Value(plain(f"{Decimal(digits):.{_DIGITS - 1}e}"))


def is_mangled(text: str) -> bool:
    """Whether a text is what a spreadsheet made of a long number: 1.2E+15."""
    return "E+" in text and _LOST.fullmatch(text.strip()) is not None


def moment(raw: str, shown: Shown, *, counts_from_1904: bool) -> str | None:
    """The ISO 8601 text of a day number; None when it is none that a spreadsheet can show."""
    number_of_days = Decimal(raw)
    if not 0 <= number_of_days < _END:
        return None
    milliseconds = round(number_of_days * 86_400_000)
    if shown is Shown.TIME:
        hours, rest = divmod(milliseconds, 3_600_000)
        return f"{hours:02}:{rest // 60_000 % 60:02}:{_seconds(rest % 60_000)}"
    days, rest = divmod(milliseconds, 86_400_000)
    if counts_from_1904:
        days += 1462
    if not 0 < days < _END:
        return None
    if days == 60:  # noqa: PLR2004 - the day that never was, and still is counted
        return "1900-02-29"
    day = datetime(1899, 12, 30 + (days < 60)) + timedelta(days=days)  # noqa: DTZ001, PLR2004 - no zone in a sheet
    if shown is Shown.DATE and not rest:
        return f"{day:%Y-%m-%d}"
    return f"{day:%Y-%m-%d}T{rest // 3_600_000:02}:{rest // 60_000 % 60:02}:{_seconds(rest % 60_000)}"


def _seconds(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole:02}.{rest:03}".rstrip("0").rstrip(".") if rest else f"{whole:02}"


def unescaped(text: str) -> str:
    """`_x000D_` as the character it stands for ("SpreadsheetML, 22.9.2.19 ST_Xstring")."""
    if "_x" not in text:
        return text
    plain_text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Beyond the first 65,536 characters there are two escapes to one; half of a pair stands for nothing.
    return plain_text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
