"""What the columns of a table can hold, and the types of columns that are made for a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import TypeEngine

from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind

DIGITS = {64: 15, 32: 6}
"""Decimal digits that a binary number of so many bits always keeps; of a number with more it may."""

_BITS: tuple[tuple[type[TypeEngine[Any]], int], ...] = ((sa.SmallInteger, 16), (sa.BigInteger, 64), (sa.Integer, 32))

_FITS = {
    Kind.TEXT: frozenset(Kind),
    Kind.DECIMAL: frozenset({Kind.DECIMAL, Kind.INTEGER}),
    **{kind: frozenset({kind}) for kind in (Kind.BOOLEAN, Kind.INTEGER, Kind.DATE, Kind.MOMENT, Kind.CLOCK)},
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of a table as a place for values of one kind; a text column holds values of every kind as they are.

    `length` limits the characters of a text, `bits` a whole number, `precision` and `scale` the digits of a number and
    those behind its point; None without a limit. `floating` are the bits of a binary number, 0 of a decimal one.
    """

    kind: Kind
    length: int | None = None
    bits: int = 64
    precision: int | None = None
    scale: int | None = None
    floating: int = 0

    def takes(self, kind: Kind) -> bool:
        """Whether values of that kind can be stored here."""
        return kind in _FITS[self.kind]


def slot_of(column: TypeEngine[Any], *, is_sqlite: bool) -> Slot | None:
    """What a column of that type holds; None for types that nothing of ours fits in."""
    match column:
        case DOMAIN():
            return slot_of(column.data_type, is_sqlite=is_sqlite)
        case sa.Boolean():
            return Slot(Kind.BOOLEAN)
        case sa.Integer():
            bits = next(bits for kind, bits in _BITS if isinstance(column, kind))
            return Slot(Kind.INTEGER, bits=64 if is_sqlite else bits)
        case sa.Numeric() | sa.Float():
            return _number(column, is_sqlite=is_sqlite)
        case sa.DateTime():
            return Slot(Kind.MOMENT if is_sqlite or column.timezone else Kind.CLOCK)
        case sa.Date():
            return Slot(Kind.DATE)
        case sa.Enum():
            return None
        case sa.String():
            return Slot(Kind.TEXT, length=None if is_sqlite else column.length)
        case sa.types.NullType() if is_sqlite:
            return Slot(Kind.TEXT)
        case _:
            return None


def _number(column: sa.Numeric[Any] | sa.Float[Any], *, is_sqlite: bool) -> Slot:
    """SQLite keeps every number as an integer or a double; PostgreSQL documentation, 8.1 Numeric Types."""
    if not is_sqlite and not isinstance(column, sa.Float):
        return Slot(Kind.DECIMAL, precision=column.precision, scale=column.scale)
    bits = 32 if isinstance(column, sa.REAL) and not is_sqlite else 64
    return Slot(Kind.DECIMAL, precision=DIGITS[bits], floating=bits)


def type_of(kind: Kind) -> TypeEngine[Any]:
    """The type of a column that is made for values of that kind."""
    types: dict[Kind, TypeEngine[Any]] = {
        Kind.TEXT: sa.Text(),
        Kind.BOOLEAN: sa.Boolean(),
        Kind.INTEGER: sa.BigInteger(),
        Kind.DECIMAL: sa.Numeric(),
        Kind.DATE: sa.Date(),
        Kind.MOMENT: sa.DateTime(timezone=True),
        Kind.CLOCK: sa.DateTime(),
    }
    return types[kind]


def made_for(layout: FileLayout, name: str, schema: str | None, key: str) -> sa.Table:
    """The table that is made when there is none; `key` names its primary key, empty for none."""
    columns = [_column(column, is_key=column.name == key) for column in layout.columns]
    return sa.Table(name, sa.MetaData(), *columns, schema=schema)


def _column(column: FileColumn, *, is_key: bool) -> sa.Column[object]:
    return sa.Column(column.name, type_of(column.kind), primary_key=is_key, autoincrement=False)
