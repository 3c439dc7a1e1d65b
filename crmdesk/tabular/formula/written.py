"""Values as text: the wire's own form, from which any field can read them again."""

from __future__ import annotations

from typing import assert_never
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.tabular.formula.kinds import Kind

DATE_FORM = "%Y-%m-%d"
TIME_FORM = "%Y-%m-%dT%H:%M:%S%.3fZ"


def written(value: pl.Expr, kind: Kind) -> pl.Expr:
    """Text without nulls: `1234.5`, `true`, `2026-01-31`, `2026-01-31T10:00:00.000Z`; "" for a blank."""
    match kind:
        case Kind.TEXT:
            return value
        case Kind.BLANK:
            return pl.lit("")
        case Kind.NUMBER:
            return value.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".").fill_null("")
        case Kind.BOOLEAN:
            return value.cast(pl.String).fill_null("")
        case Kind.DATE:
            return value.dt.strftime(DATE_FORM).fill_null("")
        case Kind.DATETIME:
            return value.dt.strftime(TIME_FORM).fill_null("")
        case _:
            assert_never(kind)


def in_zone(moments: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The clock that people in `zone` see at these points in time."""
    return moments.dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key).dt.replace_time_zone(None)
