"""The rights that a job needs in the CRM, and no others."""

from __future__ import annotations

from collections.abc import Iterator

from crmdesk.engine.before import keeps_before
from crmdesk.engine.finding.population import CARRIED
from crmdesk.engine.planning.plan import Plan, ReadPlan, WritingPlan
from crmdesk.model.filter import Condition, Filter
from crmdesk.model.job import Action
from crmdesk.model.need import Need


def needs_of(plan: Plan) -> tuple[Need, ...]:
    """The rights in the order in which a run uses them."""
    match plan:
        case ReadPlan():
            return (Need("read", plan.object.name, tuple(dict.fromkeys(_read(plan)))),)
        case WritingPlan():
            return tuple(_to_write(plan))


def _read(plan: ReadPlan) -> Iterator[str]:
    yield from (name for name in plan.query.fields if not name.startswith(CARRIED))
    if plan.query.filter is not None:
        yield from _compared(plan.query.filter)
    yield from (order.field for order in plan.query.order_by)


def _compared(where: Filter) -> Iterator[str]:
    if isinstance(where, Condition):
        yield where.field
        return
    for member in where.members:
        yield from _compared(member)


def _to_write(plan: WritingPlan) -> Iterator[Need]:
    name, action = plan.object.name, plan.options.action
    for line in plan.convert.lines:
        if line.search is not None:
            yield Need("read", line.search.object, (line.search.key,))
    written = tuple(field.name for field in plan.fields if field.name != plan.object.id_field)
    key = (plan.key.name,) if plan.key is not None else ()
    if keeps_before(plan) or action is not Action.INSERT:
        yield Need("read", name, tuple(dict.fromkeys((*key, *written))))
    if action in (Action.INSERT, Action.UPSERT):
        yield Need("create", name, written)
    if action in (Action.UPDATE, Action.UPSERT):
        yield Need("edit", name, written)
    if action in (Action.DELETE, Action.UNDELETE):
        yield Need(action.value, name)
