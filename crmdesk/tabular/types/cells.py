"""A column being converted: the values that came out, and what is wrong with the cells that did not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from crmdesk.model.reject import Check

FAULT_SCHEMA = pl.Schema({"at": pl.UInt32(), "check": pl.String(), "message": pl.String()})
"""One line a cell that cannot be used: its place in the column (0 = the first), the Check, a sentence."""

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be used, in a whole sentence."""

    check: Check
    message: str


@dataclass(frozen=True, slots=True)
class Cells:
    """A converted column: `value` (String, null for an empty or faulty cell) and `faults` (FAULT_SCHEMA)."""

    value: pl.Series
    faults: pl.DataFrame


Converter = Callable[[pl.Series], Cells]
Rule = Callable[[str], str | Fault]


def no_faults() -> pl.DataFrame:
    """An empty frame of FAULT_SCHEMA."""
    return pl.DataFrame(schema=FAULT_SCHEMA)


def as_they_are(text: pl.Series) -> Cells:
    """A column in which every cell may stay."""
    return Cells(text, no_faults())


def on_odd(text: pl.Series, fine: pl.Series, convert: Converter) -> Cells:
    """Leave the cells that are `fine` (true, or null for an empty one), and `convert` a column of the others."""
    if fine.all():  # null is left out: an empty cell may stay
        return as_they_are(text)
    odd = ~(fine.fill_null(value=True) if fine.null_count() else fine)
    places = odd.arg_true()
    if len(places) == len(text):
        return convert(text)
    cells = convert(text.gather(places))
    faults = cells.faults.with_columns(places.gather(cells.faults["at"]).alias("at"))
    return Cells(_replaced(text, odd, cells.value), faults)


def by_distinct(text: pl.Series, fine: pl.Series, rule: Rule) -> Cells:
    """Leave the cells that are `fine` (true, or null for an empty one) and put the others through `rule`.

    The rule is asked once for each distinct text: the more alike the odd cells are, the less they cost.
    """
    return on_odd(text, fine, lambda odd: _answered(odd, rule))


def _answered(text: pl.Series, rule: Rule) -> Cells:
    distinct = text.unique()
    answers = [rule(value) for value in distinct.to_list()]
    wrong = [None if isinstance(answer, str) else answer for answer in answers]
    answered = pl.DataFrame(
        [
            distinct.alias("text"),
            pl.Series("value", [answer if isinstance(answer, str) else None for answer in answers], pl.String),
            pl.Series("check", [fault and fault.check.value for fault in wrong], pl.String),
            pl.Series("message", [fault and fault.message for fault in wrong], pl.String),
        ]
    )
    found = pl.DataFrame([text.alias("text")]).with_row_index("at")
    found = found.join(answered, on="text", how="left", maintain_order="left")
    return Cells(found["value"], found.filter(pl.col("check").is_not_null()).select(*FAULT_SCHEMA))


def _replaced(text: pl.Series, odd: pl.Series, values: pl.Series) -> pl.Series:
    """`text` with the cells where `odd` is true taken from `values`, in order."""
    every = pl.concat([text, values.alias(text.name)])
    frame = pl.DataFrame([odd.alias("odd")]).with_row_index("own")
    source = frame.select(
        pl.when("odd").then(pl.col("odd").cast(pl.UInt32).cum_sum() + (len(text) - 1)).otherwise("own").cast(pl.UInt32)
    )
    return every.gather(source.to_series())


def put(cells: Cells, where: pl.Series, value: str | None) -> Cells:
    """The column with `value` in the cells where `where` is true."""
    if not where.any():
        return cells
    frame = pl.DataFrame([cells.value.alias("value"), where.alias("where")])
    changed = frame.select(pl.when("where").then(pl.lit(value, dtype=pl.String)).otherwise("value"))
    return Cells(changed.to_series(), cells.faults)


def fault_at(cells: Cells, where: pl.Series, check: Check, message: str) -> Cells:
    """The column with the same fault in all the cells where `where` is true, in place of what else was wrong there."""
    if not where.any():
        return cells
    places = where.fill_null(value=False).arg_true()
    faults = pl.DataFrame([places.alias("at")]).with_columns(
        pl.lit(check.value).alias("check"), pl.lit(message).alias("message")
    )
    return failed(cells, faults.cast(FAULT_SCHEMA))


def failed(cells: Cells, faults: pl.DataFrame) -> Cells:
    """The column with these faults (FAULT_SCHEMA) in place of whatever else was wrong in the same cells."""
    others = cells.faults.filter(~pl.col("at").is_in(faults["at"].implode()))
    return Cells(cells.value, pl.concat([others, faults]))


def quoted(text: str) -> str:
    """A value as a message shows it: in quotes, on one line, about sixty characters of it."""
    line = " ".join(text.split()).replace('"', "'")
    short = line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
    return f'"{short}"'
