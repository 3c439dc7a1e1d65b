"""Fields that the CRM keeps in one place, as the kinds of record behind one link: one has a value at most."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.types.cells import Cells, fault_at
from crmdesk.tabular.write_plan import WritePlan


def with_one_value(plan: WritePlan, columns: Mapping[str, Cells]) -> dict[str, Cells]:
    """The columns, with a fault in the last of those that share a place where several of them have a value."""
    checked = dict(columns)
    places: dict[str, list[str]] = {}
    for line in plan.lines:
        if line.field.shares:
            places.setdefault(line.field.shares, []).append(line.field.name)
    for names in places.values():
        if len(names) > 1:
            given = pl.DataFrame([columns[name].value.replace("", None).alias(name) for name in names])
            several = given.select(pl.concat_list(names).list.drop_nulls().list.n_unique() > 1)
            message = f"{' and '.join(names)} name a record each, and only one of them can be kept."
            checked[names[-1]] = fault_at(columns[names[-1]], several.to_series(), Check.PARENT_TWICE, message)
    return checked
