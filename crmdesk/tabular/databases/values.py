"""Columns of text as a database is given them, and the texts that a column cannot hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.databases.slots import Slot
from crmdesk.tabular.files.contract import FileColumn, Kind
from crmdesk.tabular.files.typed import typed
from crmdesk.tabular.types.cells import quoted

_DOUBLE = 64  # bits
_NUMBER = r"^-?\d+(?:\.\d+)?$"
_UTC = "%Y-%m-%dT%H:%M:%S%.3fZ"
_FINE_UTC = "%Y-%m-%dT%H:%M:%S%.6fZ"


@dataclass(frozen=True, slots=True)
class Filling:
    """A column of the rows, and the slot it goes into; `name` is the slot's own spelling."""

    column: FileColumn
    name: str
    slot: Slot


def loadable(fillings: Sequence[Filling], frame: pl.DataFrame, *, is_sqlite: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The values under the names of the table (ROW first), and the problems (PROBLEM_SCHEMA) of rows left out."""
    columns = [_held(filling, frame[filling.column.name], is_sqlite=is_sqlite) for filling in fillings]
    problems = _problems(fillings, frame, columns)
    values = pl.DataFrame(
        [frame[ROW], *(held.alias(filling.name) for filling, held in zip(fillings, columns, strict=True))]
    )
    if not problems.is_empty():
        values = values.filter(~pl.col(ROW).is_in(problems[ROW].implode()))
    return values, problems


def _held(filling: Filling, text: pl.Series, *, is_sqlite: bool) -> pl.Series:
    """What is stored; null where there is no value, and where the slot cannot hold it."""
    slot, kind = filling.slot, filling.column.kind
    match slot.kind:
        case Kind.TEXT:
            return text if is_sqlite else _within(text, slot)
        case Kind.DECIMAL:
            exact = text.set(~_has_digits(text, slot), None)
            return exact.cast(pl.Float64) if is_sqlite else exact
        case Kind.INTEGER:
            whole = typed(kind, text)
            limit = 1 << (slot.bits - 1)
            whole = whole.set(~whole.is_between(-limit, limit - 1), None)
            return whole if is_sqlite else whole.cast(pl.String)
        case Kind.BOOLEAN:
            return typed(kind, text) if is_sqlite else text.set(typed(kind, text).is_null(), None)
        case Kind.MOMENT if is_sqlite and kind is Kind.MOMENT:
            return _in_utc(typed(kind, text))
        case Kind.DATE | Kind.MOMENT | Kind.CLOCK:
            return text.set(typed(kind, text).is_null(), None)
        case _:
            assert_never(slot.kind)


def _within(text: pl.Series, slot: Slot) -> pl.Series:
    """Text without those that PostgreSQL cannot store: with a NUL in it, or too long for the column."""
    held = text.set(text.str.contains("\x00", literal=True), None)
    return held if slot.length is None else held.set(held.str.len_chars() > slot.length, None)


def _has_digits(text: pl.Series, slot: Slot) -> pl.Series:
    """Whether each text is a number all of whose digits the slot keeps."""
    is_number = text.str.contains(_NUMBER).fill_null(value=True)
    if slot.precision is None:
        return is_number
    if slot.floating:
        digits = text.str.replace_all(r"^-?(?:0\.0*)?|\.", "").str.len_chars()
        is_short = is_number & (digits <= slot.precision).fill_null(value=True)
        return is_short | _is_floating(text.set(is_short | ~is_number, None), slot.floating)
    before = text.str.extract(r"^-?0*(\d*)").str.len_chars()
    behind = text.str.extract(r"\.(\d*?)0*$").str.len_chars().fill_null(0)
    scale = slot.scale or 0
    fits = (before <= slot.precision - scale) & (behind <= scale)
    return is_number & fits.fill_null(value=True)


def _is_floating(text: pl.Series, bits: int) -> pl.Series:
    """Whether each number is the very one that a binary number stands for, in as few digits as tell it from others.

    Numbers of many CRMs are such ones, a latitude like `-122.39519999999999`; false where there is none.
    """
    distinct = text.drop_nulls().unique()
    shortest = distinct.cast(pl.Float64 if bits == _DOUBLE else pl.Float32).cast(pl.String)
    kept = [number for number, other in zip(distinct, shortest, strict=True) if Decimal(number) == Decimal(other)]
    return text.is_in(pl.Series(kept, dtype=pl.String).implode()).fill_null(value=False)


def _in_utc(moments: pl.Series) -> pl.Series:
    """All with as many digits, so that they sort as texts."""
    is_fine = (moments.dt.microsecond() % 1000 != 0).any()
    return moments.dt.to_string(_FINE_UTC if is_fine else _UTC)


def _problems(fillings: Sequence[Filling], frame: pl.DataFrame, columns: Sequence[pl.Series]) -> pl.DataFrame:
    found = []
    for filling, held in zip(fillings, columns, strict=True):
        name = filling.column.name
        lost = frame.filter(frame[name].is_not_null() & held.is_null())
        for row, text in lost.select(ROW, name).iter_rows():
            check, message = _why(filling, text)
            found.append({ROW: row, "field": name, "code": check.value, "message": message})
    return pl.DataFrame(found, schema=PROBLEM_SCHEMA) if found else no_problems()


def _why(filling: Filling, text: str) -> tuple[Check, str]:
    slot = filling.slot
    if slot.kind is Kind.TEXT and slot.length is not None and len(text) > slot.length:
        return (
            Check.TOO_LONG,
            f"{filling.name} has {len(text)} characters; the column of the table holds {slot.length}.",
        )
    if slot.kind is Kind.TEXT:
        return Check.CELL_ERROR, f"{quoted(text)} has a NUL character in it, which PostgreSQL cannot store."
    if slot.kind is Kind.DECIMAL and slot.precision is not None:
        digits = f"{slot.precision} digits" + (f", {slot.scale} of them behind the point" if slot.scale else "")
        words = f"a binary number of {digits}" if slot.floating else f"a number of {digits}"
    elif slot.kind is Kind.INTEGER:
        words = f"a whole number of {slot.bits} bits"
    else:
        words = {Kind.BOOLEAN: "true or false", Kind.DATE: "a date", Kind.DECIMAL: "a number"}.get(slot.kind, "a time")
    message = f"{quoted(text)} cannot be held by the column {filling.name}, which holds {words}."
    return Check.OUT_OF_RANGE, message
