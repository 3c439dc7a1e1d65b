"""Columns of text become the XML of rows of a sheet, a whole column at a time ("ECMA-376 Part 1, SpreadsheetML")."""

from __future__ import annotations

import re
from datetime import datetime
from typing import assert_never

import polars as pl

from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind
from crmdesk.tabular.files.xlsx_columns import exact
from crmdesk.tabular.files.xlsx_skeleton import STYLES

_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zone
_ODD = "[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_START = f' s="{STYLES["text"]}" t="inlineStr"><is><t xml:space="preserve">'
_HEADS = {
    Kind.TEXT: "",
    Kind.BOOLEAN: ' t="b"',
    Kind.INTEGER: f' s="{STYLES["whole"]}"',
    Kind.DECIMAL: "",
    Kind.DATE: f' s="{STYLES["date"]}"',
    Kind.MOMENT: f' s="{STYLES["date-time"]}"',
    Kind.CLOCK: f' s="{STYLES["date-time"]}"',
}
"""The attributes of a cell that holds a value of the kind."""


def heading_row(layout: FileLayout) -> str:
    """The row with the names of the columns, one line."""
    texts = _escaped(pl.Series(layout.names, dtype=pl.String)).to_list()
    start = f' s="{STYLES["heading"]}" t="inlineStr"><is><t xml:space="preserve">'
    cells = (f'<c r="{letters(number)}1"{start}{text}</t></is></c>' for number, text in enumerate(texts))
    return f'<row r="1">{"".join(cells)}</row>\n'


def rows(layout: FileLayout, frame: pl.DataFrame, first: int) -> str:
    """The rows of a frame, from row `first` of the sheet on, a line each; null and empty text are no cell."""
    numbers = pl.int_range(first, first + frame.height, eager=True, dtype=pl.Int64).cast(pl.String).alias("row")
    columns = [
        _cells(layout, column, letters(number), frame[column.name], numbers)
        for number, column in enumerate(layout.columns)
    ]
    cells = [column.name for column in columns]
    xml = pl.DataFrame([numbers, *columns]).select(
        pl.concat_str(pl.lit('<row r="'), "row", pl.lit('">'), *cells, pl.lit("</row>\n"), ignore_nulls=True)
    )
    return "".join(xml.to_series())


def letters(number: int) -> str:
    """0 is `A`, 26 `AA`."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _cells(layout: FileLayout, column: FileColumn, name: str, text: pl.Series, numbers: pl.Series) -> pl.Series:
    """The `<c>` elements of a column; null where the sheet has no cell."""
    filled = text.set(text == "", None)
    place = pl.concat_str(pl.lit(f'<c r="{name}'), pl.col("row"), pl.lit('"'))
    if column.kind is Kind.TEXT:
        value = None
    else:
        value = _value(column.kind, filled, exact(column.kind, filled, layout.zone))
        filled = filled.set(value.is_not_null(), None)
    frame = pl.DataFrame([numbers, _escaped(filled).alias("text")])
    plain = pl.concat_str(place, pl.lit(_START), "text", pl.lit("</t></is></c>"))
    if value is None:
        return frame.select(plain.alias(name)).to_series()
    typed = pl.concat_str(place, pl.lit(f"{_HEADS[column.kind]}><v>"), "value", pl.lit("</v></c>"))
    return frame.with_columns(value.alias("value")).select(pl.coalesce(typed, plain).alias(name)).to_series()


def _value(kind: Kind, text: pl.Series, value: pl.Series) -> pl.Series:
    """What stands in `<v>`: of a number its own digits, of a date the days since the last but one of 1899."""
    match kind:
        case Kind.TEXT | Kind.INTEGER | Kind.DECIMAL:
            return text.set(value.is_null(), None)
        case Kind.BOOLEAN:
            return value.cast(pl.Int8).cast(pl.String)
        case Kind.DATE:
            return (value - _DAY_0.date()).dt.total_days().cast(pl.String)
        case Kind.MOMENT | Kind.CLOCK:
            days = (value - _DAY_0).dt.total_milliseconds() / 86_400_000
            return days.cast(pl.String).str.strip_suffix(".0")
        case _:
            assert_never(kind)


def _escaped(text: pl.Series) -> pl.Series:
    """Text as it stands in XML; characters that XML cannot hold as `_x0001_`."""
    odd = text.str.contains(_ODD).fill_null(value=False)
    if odd.any():
        distinct = text.filter(odd).unique().to_list()
        text = text.replace(distinct, [_TO_ESCAPE.sub(_as_code, each) for each in distinct])
    if not text.str.contains("[&<>]").any():
        return text
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.str.replace_all(character, entity, literal=True)
    return text


def _as_code(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
