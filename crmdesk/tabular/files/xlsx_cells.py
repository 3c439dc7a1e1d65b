"""Columns of text become the XML of cells, a whole column at a time."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import assert_never
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.tabular.files.contract import FileColumn, Kind
from crmdesk.tabular.files.xlsx_skeleton import STYLES

MOST_TEXT = 32_767
"""UTF-16 units of one cell."""

_DIGITS = 15  # significant ones that a spreadsheet keeps of a number
_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zone
_FIRST_DAY = date(1900, 3, 1)  # before, spreadsheets disagree on how days are counted
_ODD = "[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def too_long(text: pl.Series) -> pl.Series:
    """Where a text has more characters than a cell can hold."""
    is_long = text.str.len_bytes().fill_null(0) > MOST_TEXT  # bytes cost nothing to count
    places = is_long.arg_true().to_list()
    wrong = {place for place in places if len(text[place].encode("utf-16-le")) // 2 > MOST_TEXT}
    return pl.Series([place in wrong for place in range(len(text))]) if wrong else is_long & False


def cells(column: FileColumn, letters: str, text: pl.Series, rows: pl.Series, zone: ZoneInfo) -> pl.Series:
    """The `<c>` elements of a column in the given rows; null where the sheet has no cell."""
    filled = text.set(text == "", None)
    place = pl.concat_str(pl.lit(f'<c r="{letters}'), pl.col("row"), pl.lit('"'))
    value, head = _typed(column.kind, filled, zone)
    frame = pl.DataFrame([rows.alias("row"), value.alias("value"), _escaped(filled.set(value.is_not_null(), None))])
    typed = pl.concat_str(place, pl.lit(f"{head}><v>"), "value", pl.lit("</v></c>"))
    style = STYLES["text"]
    start = pl.lit(f' s="{style}" t="inlineStr"><is><t xml:space="preserve">')
    plain = pl.concat_str(place, start, "text", pl.lit("</t></is></c>"))
    return frame.select(pl.coalesce(typed, plain).alias(letters)).to_series()


def heading(letters: str, name: str) -> str:
    """The cell of a column in the first row."""
    style, text = STYLES["heading"], _escaped(pl.Series([name]))[0]
    return f'<c r="{letters}1" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _typed(kind: Kind, text: pl.Series, zone: ZoneInfo) -> tuple[pl.Series, str]:
    """What stands in `<v>` where a cell says exactly what the text says, else null; attributes of such cells."""
    match kind:
        case Kind.TEXT:
            return pl.Series([None], dtype=pl.String).new_from_index(0, len(text)), ""
        case Kind.BOOLEAN:
            values = text.replace_strict(["true", "false"], ["1", "0"], default=None, return_dtype=pl.String)
            return values, ' t="b"'
        case Kind.INTEGER:
            return _numbers(text), f' s="{STYLES["whole"]}"'
        case Kind.DECIMAL:
            return _numbers(text), ""
        case Kind.DATE:
            days = text.str.to_date("%Y-%m-%d", strict=False)
            days = days.set(days < _FIRST_DAY, None)
            return (days - _DAY_0.date()).dt.total_days().cast(pl.String), f' s="{STYLES["date"]}"'
        case Kind.MOMENT | Kind.CLOCK:
            return _serials(_clocks(text, zone, has_offset=kind is Kind.MOMENT)), f' s="{STYLES["date-time"]}"'
        case _:
            assert_never(kind)


def _numbers(text: pl.Series) -> pl.Series:
    digits = text.str.replace_all(r"^-?(?:0\.0*)?|\.", "").str.len_chars()
    return text.set((digits > _DIGITS) | ~text.str.contains(r"^-?\d+(?:\.\d+)?$"), None)


def _clocks(text: pl.Series, zone: ZoneInfo, *, has_offset: bool) -> pl.Series:
    """The clock's digits; null where they alone would be read back as another point in time."""
    clocks = text.str.slice(0, 23).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="ms", strict=False)
    if not has_offset:
        return clocks
    meant = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="ms", time_zone="UTC", strict=False)
    read = clocks.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    return clocks.set((read != meant).fill_null(value=True), None)


def _serials(clocks: pl.Series) -> pl.Series:
    clocks = clocks.set(clocks < datetime.combine(_FIRST_DAY, datetime.min.time()), None)
    return ((clocks - _DAY_0).dt.total_milliseconds() / 86_400_000).cast(pl.String).str.strip_suffix(".0")


def _escaped(text: pl.Series) -> pl.Series:
    """Text as it stands in XML; characters that XML cannot hold as `_x0001_`."""
    odd = text.str.contains(_ODD).fill_null(value=False)
    if odd.any():
        distinct = text.filter(odd).unique().to_list()
        text = text.replace(
            distinct, [_TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", each) for each in distinct]
        )
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.str.replace_all(character, entity, literal=True)
    return text.alias("text")
