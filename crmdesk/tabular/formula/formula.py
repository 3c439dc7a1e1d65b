"""A formula, ready to be computed over blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import polars as pl

from crmdesk.errors import UserError
from crmdesk.tabular.formula.check import Applied, Cell, Fixed, Step, check, kind_of_step
from crmdesk.tabular.formula.computation import MOST_BYTES, Computation, TooMuchAtOnce, deadline
from crmdesk.tabular.formula.function import Setting
from crmdesk.tabular.formula.kinds import Kind
from crmdesk.tabular.formula.parse import parse
from crmdesk.tabular.formula.written import written
from crmdesk.tabular.types.cells import Cells, no_faults


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula; `kind` is what it gives."""

    text: str
    step: Step
    setting: Setting

    @property
    def kind(self) -> Kind:
        """What it gives."""
        return kind_of_step(self.step)

    @property
    def columns(self) -> tuple[str, ...]:
        """The source columns that it reads."""
        return tuple(dict.fromkeys(_columns(self.step)))

    def cells(self, frame: pl.DataFrame, field_name: str) -> Cells:
        """The text for `field_name` in each row of `frame` ("" = none); what could not be computed is a fault.

        Raises UserError when a block takes too long or would become too large.
        """
        texts, faults, done, size = list[pl.Series](), list[pl.DataFrame](), 0, 0
        for part in self._parts(frame, field_name, deadline()):
            texts.append(part.value)
            faults.append(part.faults.with_columns(pl.col("at") + done))
            done += len(part.value)
            size += int(part.value.str.len_bytes().sum())
            if size > MOST_BYTES:
                raise UserError(
                    f"A formula makes more than {MOST_BYTES >> 30} GB of text of {frame.height:,} rows.",
                    hint="Shorten the texts that it makes.",
                )
        return Cells(pl.concat(texts), pl.concat(faults)) if len(texts) > 1 else Cells(texts[0], faults[0])

    def _parts(self, frame: pl.DataFrame, field_name: str, until: float) -> Iterator[Cells]:
        """The cells of the rows in order, as many at once as the memory allows."""
        try:
            found = self._computed(frame, field_name, until)
        except TooMuchAtOnce:
            half = frame.height // 2
            yield from self._parts(frame.head(half), field_name, until)
            yield from self._parts(frame.slice(half), field_name, until)
        else:
            yield found

    def _computed(self, frame: pl.DataFrame, field_name: str, until: float) -> Cells:
        working = Computation(frame, self.setting, until)
        column = working.column(self.step)
        text = column.series.to_frame("v").with_columns(written(pl.col("v"), column.kind).alias("v")).to_series()
        if column.fault is None:
            return Cells(text, no_faults())
        return Cells(text, working.faults(column.fault, field_name))

    def with_variable(self, name: str, value: str) -> Formula:
        """The same formula where a variable has another value."""
        if f"vars.{name}" not in self.text:
            return self
        variables = {**self.setting.variables, name: value}
        return formula(self.text, self.columns, replace(self.setting, variables=variables))


def formula(text: str, header: Sequence[str], setting: Setting) -> Formula:
    """The formula in `text` over the columns `header`; raises FormulaError, with the place of what is wrong."""
    return Formula(text, check(parse(text), header, setting), setting)


def _columns(step: Step) -> list[str]:
    match step:
        case Fixed():
            return []
        case Cell(column):
            return [column]
        case Applied(arguments=arguments):
            return [name for argument in arguments for name in _columns(argument)]
        case _:
            assert_never(step)
