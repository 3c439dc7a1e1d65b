"""Columns of text as the values that a sheet holds of them, where it holds them exactly."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import assert_never
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.tabular.files.contract import Kind

DIGITS = 15
"""Significant ones that a spreadsheet keeps of a number."""

MOST_TEXT = 32_767
"""UTF-16 units of one cell."""

_FIRST_DAY = date(1900, 3, 1)  # before, spreadsheets disagree on how days are counted


def too_long(text: pl.Series) -> pl.Series:
    """Where a text has more characters than a cell can hold."""
    is_long = text.str.len_bytes().fill_null(0) > MOST_TEXT  # bytes cost nothing to count
    places = is_long.arg_true().to_list()
    wrong = {place for place in places if len(text[place].encode("utf-16-le")) // 2 > MOST_TEXT}
    return pl.Series([place in wrong for place in range(len(text))]) if wrong else is_long & False


def exact(kind: Kind, text: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Numbers, truth values, dates and clock times; null where a cell would not say just what the text says."""
    match kind:
        case Kind.TEXT:
            return pl.Series([None], dtype=pl.String).new_from_index(0, len(text))
        case Kind.BOOLEAN:
            return text.replace_strict(["true", "false"], [True, False], default=None, return_dtype=pl.Boolean)
        case Kind.INTEGER | Kind.DECIMAL:
            digits = text.str.replace_all(r"^-?(?:0\.0*)?|\.", "").str.len_chars()
            sure = text.set((digits > DIGITS) | ~text.str.contains(r"^-?\d+(?:\.\d+)?$"), None)
            return sure.cast(pl.Float64)
        case Kind.DATE:
            days = text.str.to_date("%Y-%m-%d", strict=False)
            return days.set(days < _FIRST_DAY, None)
        case Kind.MOMENT | Kind.CLOCK:
            clocks = _clocks(text, zone, has_offset=kind is Kind.MOMENT)
            return clocks.set(clocks < datetime.combine(_FIRST_DAY, time()), None)
        case _:
            assert_never(kind)


def _clocks(text: pl.Series, zone: ZoneInfo, *, has_offset: bool) -> pl.Series:
    """The clock's digits; null where they alone would be read back as another point in time."""
    clocks = text.str.slice(0, 23).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="ms", strict=False)
    if not has_offset:
        return clocks
    meant = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="ms", time_zone="UTC", strict=False)
    read = clocks.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    return clocks.set((read != meant).fill_null(value=True), None)
