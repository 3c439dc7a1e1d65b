"""The steps of a formula over one block of rows: a column each, and for each row the first thing that failed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

import polars as pl

from crmdesk.errors import UserError
from crmdesk.model.reject import Check
from crmdesk.tabular.formula.check import Applied, Cell, Fixed, Step, kind_of_step
from crmdesk.tabular.formula.function import COMPUTED, Argument, Constant, Failure, Outcome, Setting, constant
from crmdesk.tabular.formula.kinds import DTYPES, Kind
from crmdesk.tabular.types.cells import FAULT_SCHEMA, quoted

LONGEST = 512 * 1024
"""Bytes of a computed text: four times what the longest text field of Salesforce takes in characters."""

MOST_BYTES = 1 << 30
"""Bytes of text that a formula may make of one block."""

_AT_ONCE = 64 << 20
_SECONDS = 10.0
_ROW = "row"


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """A computed column; `fault` has the number of the site that failed in a row, 0 = none."""

    kind: Kind
    series: pl.Series
    fault: pl.Series | None


@dataclass(frozen=True, slots=True)
class _Site:
    why: str
    at: int
    shown: pl.Series | None


class TooMuchAtOnce(Exception):
    """A step would take so much memory that the rows are better computed in parts."""


def deadline() -> float:
    """When a computation that begins now has to be done."""
    return time.monotonic() + _SECONDS


@dataclass(slots=True)
class Computation:
    """One computation over one block, or a part of it; raises TooMuchAtOnce for more than one row."""

    frame: pl.DataFrame
    setting: Setting
    deadline: float = field(default_factory=deadline)
    sites: list[_Site] = field(default_factory=list)

    def column(self, step: Step) -> ComputedColumn:
        """The column that a step gives."""
        match step:
            case Fixed(value):
                return self._constant(value)
            case Cell(name):
                cells = self.frame[name]
                return ComputedColumn(Kind.TEXT, cells.fill_null("") if cells.null_count() else cells, None)
            case Applied():
                return self._applied(step)
            case _:
                assert_never(step)

    def _constant(self, value: Constant) -> ComputedColumn:
        known = constant(value)
        rows = pl.select(pl.repeat(known.expr, self.frame.height, dtype=DTYPES[known.kind]))
        return ComputedColumn(known.kind, rows.to_series(), None)

    def _applied(self, step: Applied) -> ComputedColumn:
        if time.monotonic() > self.deadline:
            raise UserError(
                f"A formula took too long: more than {_SECONDS:.0f} seconds for a block of rows.",
                hint="Make it simpler, or prepare the column in the file.",
            )
        # A function that is given no column at all still has to give one.
        is_fixed = all(isinstance(each, Fixed) for each in step.arguments)
        columns = [self.column(each) if is_fixed or not isinstance(each, Fixed) else None for each in step.arguments]
        given = [
            _argument(number, each, column)
            for number, (each, column) in enumerate(zip(step.arguments, columns, strict=True))
        ]
        outcome = step.function.compute(given, self.setting)
        frame = self._arguments(columns)
        too_long = self._too_long(frame, outcome)
        frame = frame.with_columns(_values(frame, outcome, too_long, step.kind))
        fault = self._inherited(frame, outcome, columns, is_lazy=step.function.is_lazy)
        if too_long is not None:
            fault = self._add(fault, too_long, f"the text would be longer than {LONGEST // 1024} KB", step.at, None)
        for failure in outcome.failures:
            fault = self._failed(frame, fault, failure, step.at)
        return ComputedColumn(step.kind, frame[COMPUTED], fault)

    def _arguments(self, columns: Sequence[ComputedColumn | None]) -> pl.DataFrame:
        """What the expressions of a function find: a0, a1, and so on, and where they failed, f0, f1."""
        series = [pl.int_range(self.frame.height, dtype=pl.UInt32, eager=True).alias(_ROW)]
        for number, column in enumerate(columns):
            if column is not None:
                series.append(column.series.alias(f"a{number}"))
                if column.fault is not None:
                    series.append((column.fault > 0).alias(f"f{number}"))
        return pl.DataFrame(series)

    def _too_long(self, frame: pl.DataFrame, outcome: Outcome) -> pl.Series | None:
        if outcome.size is None or frame.is_empty():
            return None
        over = frame.select(pl.col(_ROW), (outcome.size > LONGEST).alias("over"))["over"]
        if over.any() and outcome.exact_size is not None:
            sure = frame.filter(over).select(pl.col(_ROW), (outcome.exact_size > LONGEST).alias("over"))
            over = over.scatter(sure[_ROW], sure["over"])
        return over if over.any() else None

    def _inherited(
        self, frame: pl.DataFrame, outcome: Outcome, columns: Sequence[ComputedColumn | None], *, is_lazy: bool
    ) -> pl.Series | None:
        faults = {
            number: each.fault for number, each in enumerate(columns) if each is not None and each.fault is not None
        }
        if not faults:
            return None
        if not is_lazy:
            whole = frame.select(pl.coalesce(*(pl.when(f > 0).then(f) for f in map(pl.lit, faults.values()))))
            return whole.to_series().fill_null(0)
        if outcome.from_argument is None:
            return None
        chosen = frame.select(pl.col(_ROW), outcome.from_argument.alias("from"))["from"]
        own = pl.lit(0, dtype=pl.UInt16)
        for number, fault in faults.items():
            own = pl.when(pl.lit(chosen) == number).then(pl.lit(fault)).otherwise(own)
        return frame.select(pl.col(_ROW), own.alias("own"))["own"]

    def _failed(self, frame: pl.DataFrame, fault: pl.Series | None, failure: Failure, at: int) -> pl.Series | None:
        where = frame.select(pl.col(_ROW), failure.where.alias("where"))["where"].fill_null(value=False)
        if not where.any():
            return fault
        shown = None
        if failure.shown is not None:
            shown = frame.select(pl.col(_ROW), failure.shown.alias("shown"))["shown"]
        return self._add(fault, where, failure.why, at, shown)

    def _add(self, fault: pl.Series | None, where: pl.Series, why: str, at: int, shown: pl.Series | None) -> pl.Series:
        self.sites.append(_Site(why, at, shown))
        number = len(self.sites)
        before = fault if fault is not None else pl.zeros(self.frame.height, dtype=pl.UInt16, eager=True)
        return before.set(where & (before == 0), number)

    def faults(self, fault: pl.Series, field_name: str) -> pl.DataFrame:
        """What is wrong with the rows in which a site failed (FAULT_SCHEMA)."""
        parts = [pl.DataFrame(schema=FAULT_SCHEMA)]
        for number in fault.filter(fault > 0).unique().sort().to_list():
            site = self.sites[number - 1]
            at = (fault == number).arg_true()
            shown = site.shown.gather(at).to_list() if site.shown is not None else [""] * len(at)
            said = [f"{quoted(text)} {site.why}" if site.shown is not None else site.why for text in shown]
            messages = [f"The formula of {field_name} failed: {why}, at character {site.at}." for why in said]
            checks = [Check.FORMULA_ERROR.value] * len(messages)
            parts.append(pl.DataFrame({"at": at, "check": checks, "message": messages}).cast(FAULT_SCHEMA))
        return pl.concat(parts).sort("at")


def _argument(number: int, step: Step, column: ComputedColumn | None) -> Argument:
    if isinstance(step, Fixed):
        known = constant(step.value)
        return known if column is None else replace(known, expr=pl.col(f"a{number}"))
    fails = pl.col(f"f{number}") if column is not None and column.fault is not None else None
    return Argument(kind_of_step(step), pl.col(f"a{number}"), fails)


def _refuse_effort(frame: pl.DataFrame, outcome: Outcome) -> None:
    effort = outcome.effort if outcome.effort is not None else outcome.size
    if effort is None or frame.height <= 1:
        return
    needed = frame.select(pl.col(_ROW), effort.alias("effort"))["effort"].sum()
    if int(needed) > _AT_ONCE:
        raise TooMuchAtOnce


def _values(frame: pl.DataFrame, outcome: Outcome, left_out: pl.Series | None, kind: Kind) -> pl.Series:
    """The computed column, with empty texts where rows are left out, so that what would be too long is never made."""
    some = frame if left_out is None else frame.filter(~left_out)
    _refuse_effort(some, outcome)
    value = some.select(pl.col(_ROW), outcome.value.cast(DTYPES[kind]).alias(COMPUTED))[COMPUTED]
    if left_out is None:
        return value
    return pl.repeat("", frame.height, eager=True).alias(COMPUTED).scatter(some[_ROW], value)
