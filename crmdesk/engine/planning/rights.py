"""The rights that a job needs in the CRM, and no others."""

from __future__ import annotations

from collections.abc import Iterator

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.before import keeps_before
from crmdesk.engine.finding.population import CARRIED
from crmdesk.engine.planning.plan import Plan, ReadPlan, WritingPlan
from crmdesk.model.filter import Condition, Filter
from crmdesk.model.job import Action, ExportOptions, Job
from crmdesk.model.mapping import Lookup, Owner
from crmdesk.model.need import Need


def needs_of(plan: Plan) -> tuple[Need, ...]:
    """The rights in the order in which a run uses them."""
    match plan:
        case ReadPlan():
            return (Need("read", plan.object.name, tuple(dict.fromkeys(_read(plan)))),)
        case WritingPlan():
            return tuple(_to_write(plan))


def needs_of_job(job: Job, can: Capabilities, id_field: str) -> tuple[Need, ...]:
    """The same as far as the job itself tells, for one that cannot be planned: it may be for want of such a right."""
    if job.export is not None and not job.operation.is_reading:
        return tuple(_to_write_job(job, job.export, can, id_field))
    compared = tuple(_compared(job.filter)) if job.filter is not None else ()
    named = (id_field, *(line.remote for line in job.mapping), *compared, *(order.field for order in job.order_by))
    return (Need("read", job.object, tuple(dict.fromkeys(named))),)


def _to_write_job(job: Job, options: ExportOptions, can: Capabilities, id_field: str) -> Iterator[Need]:
    for line in job.mapping:
        match line.origin:
            case Lookup(object=sought, key=key):
                yield Need("read", sought, (key,))
            case Owner(by=by) if can.users is not None:
                yield Need("read", can.users.object, (can.users.keys[by],))
            case _:
                pass
    written = tuple(line.remote for line in job.mapping if line.remote != id_field)
    if options.before_values or options.action is not Action.INSERT:
        yield Need("read", job.object, written)
    yield from _written(job.object, options, written)


def _written(name: str, options: ExportOptions, fields: tuple[str, ...]) -> Iterator[Need]:
    action = options.action
    if action in (Action.INSERT, Action.UPSERT):
        yield Need("create", name, fields)
    if action in (Action.UPDATE, Action.UPSERT):
        yield Need("edit", name, fields)
    if action in (Action.DELETE, Action.UNDELETE):
        yield Need(action.value, name)
    if options.wishes.is_hard:
        yield Need("delete for good", name)


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
            parts = tuple(part.field.name for part in line.parts)
            yield Need("read", line.search.object, parts or (line.search.key,))
    written = tuple(field.name for field in plan.fields if field.name != plan.object.id_field and not field.parts)
    key = (plan.key.parts or (plan.key.name,)) if plan.key is not None else ()
    if keeps_before(plan) or action is not Action.INSERT:
        yield Need("read", name, tuple(dict.fromkeys((*key, *written))))
    yield from _written(name, plan.options, written)
