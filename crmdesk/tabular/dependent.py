"""Dependent lists: whether a choice goes with the value that another field of the same row gets."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.types.cells import FAULT_SCHEMA, Cells, failed, quoted
from crmdesk.tabular.write_plan import WritePlan


def with_dependent_lists(plan: WritePlan, columns: Mapping[str, Cells]) -> dict[str, Cells]:
    """The columns, with a fault where a restricted list does not have the value for that of its controlling field.

    (Object reference, "Dependent picklists": the rule binds only where the list is restricted.) A row in which the
    controlling field gets no value is left to the CRM, which knows what the record holds.
    """
    checked = dict(columns)
    words = {line.field.name: {code: word for word, code in line.field.codes} for line in plan.lines}
    for line in plan.lines:
        field, controller = line.field, line.field.controller
        if field.is_restricted and field.values_for and controller in columns:
            shown = (words[field.name], words[controller])
            checked[field.name] = _checked(field, columns[field.name], columns[controller], shown)
    return checked


def _checked(
    field: Field, cells: Cells, controlling: Cells, shown: tuple[Mapping[str, str], Mapping[str, str]]
) -> Cells:
    """`shown` are the words for codes of the field and of the one that controls it."""
    several = field.type is FieldType.MULTIPICKLIST
    own = cells.value.str.split(";") if several else cells.value
    rows = pl.DataFrame([own.alias("own"), controlling.value.alias("controlling")]).with_row_index("at")
    rows = rows.explode("own") if several else rows
    pairs = [(value, each) for value, choices in field.values_for for each in choices]
    allowed = pl.DataFrame(pairs, schema={"controlling": pl.String(), "own": pl.String()}, orient="row")
    known = [value for value, _ in field.values_for]
    wrong = (
        rows.filter((pl.col("own") != "") & pl.col("controlling").is_in(known))
        .join(allowed, on=["controlling", "own"], how="anti", maintain_order="left")
        .unique("at", keep="first", maintain_order=True)
    )
    if wrong.is_empty():
        return cells
    messages = [
        f"{quoted(shown[0].get(own, own))} is not a choice of {field.name} when {field.controller} is "
        f"{quoted(shown[1].get(value, value))}."
        for own, value in wrong.select("own", "controlling").iter_rows()
    ]
    checks = [Check.NOT_IN_LIST.value] * len(messages)
    faults = pl.DataFrame({"at": wrong["at"], "check": checks, "message": messages}).cast(FAULT_SCHEMA)
    return failed(cells, faults)
