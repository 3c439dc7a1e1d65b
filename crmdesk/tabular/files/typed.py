"""Columns of text as columns of the types that they stand for."""

from __future__ import annotations

from typing import assert_never

import polars as pl

from crmdesk.tabular.files.contract import Kind

_WHOLE = r"^-?\d{1,38}$"
_DECIMAL = r"^-?\d{1,20}(?:\.\d{1,18})?$"


def typed(kind: Kind, text: pl.Series) -> pl.Series:
    """The values of a column: Boolean, Int64, Decimal(38, 18), Date, Datetime in µs, with UTC for a MOMENT, or String.

    Null where there is no value, and where a text means none of its kind.
    """
    match kind:
        case Kind.TEXT:
            return text
        case Kind.BOOLEAN:
            return text.replace_strict(["true", "false"], [True, False], default=None, return_dtype=pl.Boolean)
        case Kind.INTEGER:
            return _like(text, _WHOLE).cast(pl.Int64, strict=False)
        case Kind.DECIMAL:
            return _like(text, _DECIMAL).cast(pl.Decimal(38, 18), strict=False)
        case Kind.DATE:
            return text.str.to_date("%Y-%m-%d", strict=False)
        case Kind.MOMENT:
            return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)
        case Kind.CLOCK:
            return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
        case _:
            assert_never(kind)


def _like(text: pl.Series, pattern: str) -> pl.Series:
    return text.set(~text.str.contains(pattern).fill_null(value=True), None)
