"""What a run wrote, worked out once more from its copy of the source, as far as that depends on nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from crmdesk.engine.finding.holding import comparable
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import WritePlan, convert

_COMPARED = frozenset({FieldType.TEXT, FieldType.EMAIL, FieldType.PICKLIST, FieldType.BOOLEAN, FieldType.DATE})
"""Types whose values a CRM gives back as it took them."""


@dataclass(frozen=True, slots=True)
class Written:
    """The values of a run that come from columns and constants; `plan` has no other lines."""

    plan: WritePlan
    copy: SourceCopy

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that can be compared."""
        return tuple(line.field.name for line in self.plan.lines)

    def others(self, now: pl.DataFrame) -> dict[int, str]:
        """The rows whose records hold something else than was written, with the first such field.

        `now` has ROW and the fields as the CRM has them, null for no value.
        """
        if now.is_empty() or not self.plan.lines:
            return {}
        converted = convert(self.plan, self.copy.rows(now[ROW].unique().sort()), {})
        sent = pl.concat([converted.ready, converted.rest])
        joined = now.join(sent, on=ROW, how="inner", suffix="_sent")
        found: dict[int, str] = {}
        for line in self.plan.lines:
            name = line.field.name
            wrote, held = joined[f"{name}_sent"], joined[name]
            same = _plain(comparable(wrote, line.field)) == _plain(comparable(held, line.field))
            for row in joined.filter(wrote.is_not_null() & ~same)[ROW]:
                found.setdefault(row, name)
        return found


def written_of(plan: WritingPlan, copy: SourceCopy) -> Written:
    """What a run of `plan` wrote, whose source is kept in `copy`.

    Not what has found the records: they may hold it in other letters.
    """
    finds = () if plan.key is None else (plan.key.name, *plan.key.parts)
    lines = tuple(
        line
        for line in plan.convert.lines
        if line.search is None
        and line.field.name not in finds
        and line.formula is None
        and not line.map.default_on_create
        and line.field.type in _COMPARED
    )
    return Written(replace(plan.convert, lines=lines), copy)


def _plain(text: pl.Series) -> pl.Series:
    """Text without what a CRM makes alike: blanks around it, the two ways to end a line."""
    return text.str.replace_all("\r\n", "\n", literal=True).str.strip_chars()
