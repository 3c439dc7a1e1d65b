"""A column being converted: the values that came out, and what is wrong with the cells that did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from crmdesk.model.reject import Check

FAULT_SCHEMA = pl.Schema({"at": pl.UInt32(), "check": pl.String(), "message": pl.String()})
"""One line a cell that cannot be used: its place in the column (0 = the first), the Check, a sentence."""

FEW = 12
"""Comparing a column with so many texts one by one costs less than a table of them."""

_BEGINNING = 64
"""Rows in which a column of many different texts shows mostly that it is one."""

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


_NO_FAULTS = pl.DataFrame(schema=FAULT_SCHEMA)


def no_faults() -> pl.DataFrame:
    """An empty frame of FAULT_SCHEMA."""
    return _NO_FAULTS


def as_they_are(text: pl.Series) -> Cells:
    """A column in which every cell may stay."""
    return Cells(text, no_faults())


def on_odd(text: pl.Series, fine: pl.Series, convert: Converter) -> Cells:
    """Leave the cells that are `fine` (true, or null for an empty one), and `convert` a column of the others."""
    odd = ~fine
    if not odd.any():  # null is left out: an empty cell may stay
        return as_they_are(text)
    if odd.all(ignore_nulls=False):
        return convert(text)
    places = places_of(odd)
    cells = convert(text.filter(odd))
    value = text.clone().scatter(places, cells.value)
    if cells.faults.is_empty():
        return Cells(value, cells.faults)
    at = places[cells.faults["at"]].alias("at")
    return Cells(value, pl.DataFrame([at, cells.faults["check"], cells.faults["message"]]))


def places_of(where: pl.Series) -> pl.Series:
    """The places (UInt32, 0 = the first) at which `where` is true; null is not."""
    # Asking Polars for them goes through its planner, which costs more than to look through a block.
    return pl.int_range(len(where), dtype=pl.UInt32, eager=True).filter(where)


def by_distinct(text: pl.Series, fine: pl.Series, rule: Rule) -> Cells:
    """Leave the cells that are `fine` (true, or null for an empty one) and put the others through `rule`.

    The rule is asked once for each distinct text: the more alike the odd cells are, the less they cost.
    """
    return on_odd(text, fine, lambda odd: _answered(odd, rule))


def by_rule_if_few(text: pl.Series, rule: Rule, convert: Converter) -> Cells:
    """Put the cells through `rule` where they are few different texts, else `convert` them, which says the same."""
    if text.head(_BEGINNING).n_unique() > FEW or text.n_unique() > FEW:
        return convert(text)
    return _answered(text, rule)


def _answered(text: pl.Series, rule: Rule) -> Cells:
    distinct = text.unique()
    answers = {each: rule(each) for each in distinct.to_list()}
    wrong = {each: answer for each, answer in answers.items() if isinstance(answer, Fault)}
    values = text
    if len(answers) <= FEW:
        for each, answer in answers.items():
            if answer != each:
                values = values.set(text == each, None if isinstance(answer, Fault) else answer)
    else:
        given = [None if isinstance(answer, Fault) else answer for answer in answers.values()]
        values = text.replace_strict(distinct, pl.Series(given, dtype=pl.String))
    if not wrong:
        return as_they_are(values)
    return Cells(values, _faults_of(text, _nulls(values), wrong))


def _nulls(text: pl.Series) -> pl.Series:
    """The places of the nulls."""
    if text.null_count() == len(text):
        return pl.int_range(len(text), dtype=pl.UInt32, eager=True)
    return places_of(text.is_null())


def _faults_of(text: pl.Series, at: pl.Series, wrong: Mapping[str, Fault]) -> pl.DataFrame:
    """The faults of the cells `at` some places, by their text."""
    if len(wrong) == 1:
        return _same_fault(at, next(iter(wrong.values())))
    found = [wrong[each] for each in text[at].to_list()]
    return pl.DataFrame(
        [
            at.alias("at"),
            pl.Series("check", [fault.check.value for fault in found], pl.String),
            pl.Series("message", [fault.message for fault in found], pl.String),
        ]
    )


def _same_fault(at: pl.Series, fault: Fault) -> pl.DataFrame:
    same = (pl.Series("check", [fault.check.value]), pl.Series("message", [fault.message]))
    return pl.DataFrame([at.alias("at"), *(text.new_from_index(0, len(at)) for text in same)])


def put(cells: Cells, where: pl.Series, value: str | None) -> Cells:
    """The column with `value` in the cells where `where` is true."""
    return Cells(cells.value.set(where, value), cells.faults) if where.any() else cells


def fault_at(cells: Cells, where: pl.Series, check: Check, message: str) -> Cells:
    """The column with the same fault in all the cells where `where` is true, in place of what else was wrong there."""
    if not where.any():
        return cells
    return failed(cells, _same_fault(places_of(where), Fault(check, message)))


def failed(cells: Cells, faults: pl.DataFrame) -> Cells:
    """The column with these faults (FAULT_SCHEMA) in place of whatever else was wrong in the same cells."""
    nothing = pl.repeat(None, faults.height, dtype=pl.String, eager=True)
    value = cells.value.clone().scatter(faults["at"], nothing)
    if cells.faults.is_empty():
        return Cells(value, faults)
    others = cells.faults.filter(~pl.col("at").is_in(faults["at"].implode()))
    return Cells(value, pl.concat([others, faults]))


def quoted(text: str) -> str:
    """A value as a message shows it: in quotes, on one line, about sixty characters of it."""
    line = " ".join(text.split()).replace('"', "'")
    short = line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
    return f'"{short}"'
