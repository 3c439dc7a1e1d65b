"""The cells of a row as texts: numbers, dates and times as everybody reads them, and which cells hold no value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.styles.numbers import STRIP_RE, is_datetime
from openpyxl.utils.escape import unescape

from crmdesk.tabular.files.plain_numbers import plain
from crmdesk.tabular.files.xlsx_book import Cells
from crmdesk.tabular.files.xlsx_columns import DIGITS

_LOST = re.compile(r"-?[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}")


@dataclass(slots=True)
class SheetRow:
    """A row of texts, as wide as the sheet has it. Columns count from 0.

    `errors` has what stands in a column instead of a value, `destroyed` the columns that lost digits, `percent` those
    that show a number as a percentage, and `unfilled` those with a cell but nothing in it: either it was only given a
    look, or its formula was never calculated.
    """

    texts: list[str] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    destroyed: list[int] = field(default_factory=list)
    percent: list[int] = field(default_factory=list)
    unfilled: list[int] = field(default_factory=list)


def row_of(cells: Cells) -> SheetRow:
    """What the cells mean; raises ValueError for what is no value of a workbook."""
    row = SheetRow()
    for column, cell in enumerate(cells):
        value = cell.value
        match value:
            case None:
                text = ""
                if cell.data_type == "n" and isinstance(cell, ReadOnlyCell):
                    row.unfilled.append(column)
            case str():
                text = _unescaped(value)
                if cell.data_type == "e":
                    row.errors[column] = f"the error {text}"
                elif "E+" in text and _LOST.fullmatch(text.strip()):  # what a spreadsheet made of a long number
                    row.destroyed.append(column)
            case bool():
                text = "true" if value else "false"
            case int() | float():
                text, is_destroyed = number(value)
                if is_destroyed:
                    row.destroyed.append(column)
                if value and _shows_percent(cell.number_format):
                    row.percent.append(column)
            case _:
                text = moment(value, cell.number_format)
        row.texts.append(text)
    return row


def number(value: float) -> tuple[str, bool]:
    """A number as plain digits, without the noise behind the 15th that comes from binary fractions.

    Also whether digits of it are lost for good.
    """
    digits = plain(repr(value))
    if len(digits) <= DIGITS:
        return digits, False
    whole, _, fraction = digits.lstrip("-").partition(".")
    if len(whole) > DIGITS:
        return digits, True
    if not fraction or len((whole + fraction).lstrip("0")) <= DIGITS:
        return digits, False
    return plain(f"{Decimal(digits):.{DIGITS - 1}e}"), False


def moment(value: object, code: str) -> str:
    """ISO 8601; midnight is a date alone unless the number format shows a time with it."""
    match value:
        case datetime() if value.time() == time() and not _shows_both(code):
            return value.date().isoformat()
        case datetime() | date() | time():
            return _without_idle_fraction(value.isoformat())
        case timedelta():
            hours, rest = divmod(abs(value), timedelta(hours=1))
            sign = "-" if value < timedelta() else ""
            clock = (datetime(2000, 1, 1) + rest).time().isoformat()  # noqa: DTZ001 - any day will do
            return _without_idle_fraction(f"{sign}{hours:02}{clock[2:]}")
        case _:
            raise ValueError(value)


@lru_cache
def _shows_percent(code: str) -> bool:
    return "%" in re.sub(r'"[^"]*"|\\.', "", code)


@lru_cache
def _shows_both(code: str) -> bool:
    return is_datetime(STRIP_RE.sub("", code.partition(";")[0]).lower()) == "datetime"


def _without_idle_fraction(text: str) -> str:
    return text.rstrip("0") if "." in text else text


def _unescaped(text: str) -> str:
    """`_x000D_` as the character it stands for ("SpreadsheetML, 22.9.2.19 ST_Xstring")."""
    if "_x" not in text:
        return text
    # Beyond the first 65,536 characters there are two escapes to one; half of a pair stands for nothing.
    return unescape(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
