"""The plan of an import, narrowed to the window of its index."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.engine.index.window import within
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.errors import PlanError, Problem
from crmdesk.model.index import Window
from crmdesk.tabular.convert_read import ReadLine


def in_window(plan: ReadPlan, window: Window | None) -> ReadPlan:
    """The plan over the records of the window alone, its index field read beside what the job maps.

    Raises PlanError when another field is written into the column that the index field needs.
    """
    if window is None or window.is_tracked:
        return plan
    is_mapped = any(line.remote == window.field for line in plan.lines)
    fields = tuple(dict.fromkeys((*plan.query.fields, window.field)))
    query = replace(plan.query, fields=fields, filter=within(plan.query.filter, window))
    return replace(plan, lines=plan.lines if is_mapped else (*plan.lines, _line(plan, window)), query=query)


def _line(plan: ReadPlan, window: Window) -> ReadLine:
    field = plan.object.field(window.field)
    if field is None:
        raise TypeError(window.field)
    if any(line.local == window.field for line in plan.lines):
        raise PlanError(
            (
                Problem(
                    "mapping",
                    f"The column “{window.field}” is needed for the index field, and another field is written into it.",
                    f'Give that one another column, or map the index field: remote = "{window.field}" local = "…".',
                ),
            )
        )
    return ReadLine(field.name, field.name, field)
