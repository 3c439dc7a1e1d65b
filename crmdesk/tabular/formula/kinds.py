"""What a formula computes with: five kinds of value, each a Polars type."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

DIGITS = 18
"""Digits that a number may have before the point, and digits kept behind it."""


class Kind(StrEnum):
    """A kind of value; BLANK is what NULL is, and fits wherever another kind is wanted."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "true or false"
    DATE = "date"
    DATETIME = "date with time"
    BLANK = "blank"


DTYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.NUMBER: pl.Decimal(38, DIGITS),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.DATETIME: pl.Datetime("ms"),
    Kind.BLANK: pl.String(),
}
"""How each kind stands in a column. A text is never null, a point in time is in UTC, a date has no zone."""

ANY = frozenset(Kind)
TEXT = frozenset({Kind.TEXT, Kind.BLANK})
NUMBER = frozenset({Kind.NUMBER, Kind.BLANK})
BOOLEAN = frozenset({Kind.BOOLEAN, Kind.BLANK})
DATE = frozenset({Kind.DATE, Kind.BLANK})
DAYS = frozenset({Kind.DATE, Kind.DATETIME, Kind.BLANK})
