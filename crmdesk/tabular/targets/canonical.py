"""One text for each value that a kind of file holds, so that what was read back equals what was written."""

from __future__ import annotations

from typing import assert_never
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.model.file_kind import FileKind
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind
from crmdesk.tabular.files.parquet import texts_of
from crmdesk.tabular.files.plain_numbers import plain
from crmdesk.tabular.files.typed import typed
from crmdesk.tabular.files.xlsx_columns import exact
from crmdesk.tabular.types.zoned import with_offset

_CLOCK = "%Y-%m-%dT%H:%M:%S%.f"
_WRITTEN = "%Y-%m-%dT%H:%M:%S%.3f"
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)


def canonical(kind: FileKind, layout: FileLayout, frame: pl.DataFrame) -> pl.DataFrame:
    """ROW and the columns of the layout; a file of that kind gives equal texts back for equal values."""
    columns = [_canonical(kind, column, frame[column.name], layout.zone) for column in layout.columns]
    return pl.DataFrame([frame[ROW], *columns])


def _canonical(kind: FileKind, column: FileColumn, text: pl.Series, zone: ZoneInfo) -> pl.Series:
    match kind:
        case FileKind.TEXT:
            return text.fill_null("")
        case FileKind.JSON_LINES:
            return _plain(text) if column.kind in _NUMBERS else text
        case FileKind.PARQUET:
            return text if column.kind is Kind.TEXT else texts_of(typed(column.kind, text))
        case FileKind.XLSX:
            return _of_a_sheet(column, text.set(text == "", None), zone)
        case _:
            assert_never(kind)


def _of_a_sheet(column: FileColumn, text: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Numbers are doubles there, and points in time have lost their offset."""
    if column.kind in _NUMBERS:
        held = exact(column.kind, text, zone)
        return _plain(held.cast(pl.String)).zip_with(held.is_not_null(), text)
    if column.kind not in (Kind.MOMENT, Kind.CLOCK):
        return text
    clocks = text.str.to_datetime(_CLOCK, time_unit="ms", strict=False)
    if column.kind is Kind.CLOCK:
        return clocks.dt.to_string(_WRITTEN).zip_with(clocks.is_not_null(), text)
    placed = clocks.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    meant = typed(Kind.MOMENT, text).dt.cast_time_unit("ms").dt.convert_time_zone(zone.key)
    known = placed.zip_with(placed.is_not_null(), meant)
    return with_offset(known).zip_with(known.is_not_null(), text)


def _plain(text: pl.Series) -> pl.Series:
    distinct = text.drop_nulls().unique().to_list()
    return text.replace(distinct, [plain(number) for number in distinct]) if distinct else text
