"""The types that a column of text may seem to be of, each with the test that its cells must pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

_OFFSET = r" ?(?:Z|[+-]\d\d(?::?\d\d)?)?"
_TIME = r"[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?"


@dataclass(frozen=True, slots=True)
class Guess:
    """A type: its `name`, what its cells are called in a sentence, and what to write in [local] to have them read so.

    `fits` tells of each cell whether it is of the type; `value` gives what is compared to find the smallest and the
    largest, as a number or a date (None: the text itself).
    """

    name: str
    words: str
    fits: Callable[[pl.Series], pl.Series]
    value: Callable[[pl.Series], pl.Series] | None = None
    setting: str = ""


def _matches(pattern: str) -> Callable[[pl.Series], pl.Series]:
    return lambda text: text.str.contains(pattern)


def _number(text: pl.Series) -> pl.Series:
    return text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)


def _grouped(group: str, point: str, shown: str, setting: str) -> Guess:
    """Numbers with a mark (a pattern) between groups of three digits, which small ones do not have."""

    def value(text: pl.Series) -> pl.Series:
        return _number(text.str.replace_all(group, "").str.replace(point, ".", literal=True))

    shape = rf"^[+-]?(?:0|[1-9]\d{{0,2}}(?:{group}\d{{3}})+|[1-9]\d*)(?:\{point}\d+)?$"
    return Guess("decimal number", f"numbers with {shown} between thousands", _matches(shape), value, setting)


def _day(pattern: str) -> Callable[[pl.Series], pl.Series]:
    return lambda text: text.str.to_date(pattern, strict=False)


def _is_day(pattern: str, shape: str) -> Callable[[pl.Series], pl.Series]:
    return lambda text: text.str.contains(shape) & _day(pattern)(text).is_not_null()


def _date(pattern: str, shape: str, setting: str) -> Guess:
    return Guess("date", f"dates like {pattern}", _is_day(pattern, shape), _day(pattern), setting)


def _moment(pattern: str, shape: str) -> Guess:
    """A date of the pattern with a time of day behind it, which needs no pattern of its own."""

    def fits(text: pl.Series) -> pl.Series:
        return text.str.contains(f"{shape}{_TIME}$") & _day(pattern)(text.str.replace(f"{_TIME}$", "")).is_not_null()

    return Guess("date and time", f"dates like {pattern} with a time", fits, None, f'date_format = "{pattern}"')


_DAY_FIRST = _date("%d/%m/%Y", r"^\d{1,2}/\d{1,2}/\d{4}$", 'date_format = "%d/%m/%Y"')
_MONTH_FIRST = _date("%m/%d/%Y", r"^\d{1,2}/\d{1,2}/\d{4}$", 'date_format = "%m/%d/%Y"')
_DAY_FIRST_CLOCK = _moment("%d/%m/%Y", r"^\d{1,2}/\d{1,2}/\d{4}")
_MONTH_FIRST_CLOCK = _moment("%m/%d/%Y", r"^\d{1,2}/\d{1,2}/\d{4}")
_POINT = Guess("decimal number", "numbers", _matches(r"^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?$"), _number)
_COMMA = Guess(
    "decimal number",
    "numbers with a decimal comma",
    _matches(r"^[+-]?(?:0|[1-9]\d*)(?:,\d+)?$"),
    _number,
    'decimal = ","',
)
_GROUPED_BY_COMMA = _grouped(",", ".", "a comma", 'thousands = ","')
_GROUPED_BY_POINT = _grouped(r"\.", ",", "a point", 'decimal = ",", thousands = "."')

RIVALS = {
    _DAY_FIRST: (_MONTH_FIRST, "as no day is above 12, the month may as well come first"),
    _DAY_FIRST_CLOCK: (_MONTH_FIRST_CLOCK, "as no day is above 12, the month may as well come first"),
    _POINT: (_GROUPED_BY_POINT, "as three digits follow each point, it may as well stand between thousands"),
    _COMMA: (_GROUPED_BY_COMMA, "as three digits follow each comma, it may as well stand between thousands"),
}
"""Of two types that all the same cells are of, the second, and why nobody can tell."""

GUESSES: tuple[Guess, ...] = (
    Guess("true or false", "true or false, yes or no", _matches(r"(?i)^(?:true|false|yes|no)$")),
    Guess("whole number", "whole numbers", _matches(r"^[+-]?(?:0|[1-9]\d{0,17})$"), _number),
    _POINT,
    _COMMA,
    _GROUPED_BY_COMMA,
    _GROUPED_BY_POINT,
    _grouped("[ \u00a0\u202f]", ",", "a blank", 'decimal = ",", thousands = " "'),
    _date("%Y-%m-%d", r"^\d{4}-\d\d-\d\d$", ""),
    _date("%d.%m.%Y", r"^\d{1,2}\.\d{1,2}\.\d{4}$", 'date_format = "%d.%m.%Y"'),
    _DAY_FIRST,
    _MONTH_FIRST,
    _date("%d-%m-%Y", r"^\d{1,2}-\d{1,2}-\d{4}$", 'date_format = "%d-%m-%Y"'),
    _date("%Y/%m/%d", r"^\d{4}/\d\d/\d\d$", 'date_format = "%Y/%m/%d"'),
    Guess("date and time", "points in time (ISO 8601)", _matches(rf"^\d{{4}}-\d\d-\d\d{_TIME}{_OFFSET}$")),
    _moment("%d.%m.%Y", r"^\d{1,2}\.\d{1,2}\.\d{4}"),
    _DAY_FIRST_CLOCK,
    _MONTH_FIRST_CLOCK,
    Guess("e-mail address", "e-mail addresses", _matches(r"^[^\s@]+@[^\s@]+\.[^\s@.]+$")),
    Guess("web address", "web addresses", _matches(r"^(?i)https?://\S+$")),
    Guess("record id", "record ids", _matches(r"^(?:00|0[1-9]|a[0-9A-Za-z])[0-9A-Za-z]{13}(?:[A-Z0-5]{3})?$")),
    Guess("digits", "digits that may begin with 0, which are a text and no number", _matches(r"^\d+$")),
    Guess("telephone number", "telephone numbers", _matches(r"^(?:\+|0|\()[\d ()/.\-]{5,}$")),
)
"""What is tried, in this order: of several that fit as well the first is meant."""
