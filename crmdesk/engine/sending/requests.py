"""What the connector is asked to do with the rows of a plan."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.connectors.contract import WriteRequest
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.sending.ways import pace_of, rows_a_call
from crmdesk.model.job import Action, Speed


def request_of(plan: WritingPlan, rows: int) -> WriteRequest:
    """What the connector is asked to do with `rows` rows."""
    options = plan.options
    pace = pace_of(options)
    return WriteRequest(
        object=plan.object,
        action=options.action,
        fields=plan.fields,
        key=plan.key,
        engine=plan.engine,
        rows=rows,
        rows_per_call=rows_a_call(pace) if pace is not None else options.rows_per_call,
        is_serial=options.speed is Speed.GENTLE,
        wishes=options.wishes,
    )


def request_for(plan: WritingPlan, action: Action, rows: int) -> WriteRequest:
    """The same for those of the rows with which something else is done than with the others.

    A new record has no id, unless it may be chosen, and no key where it is made for want of one; a known one is found
    by its id; a record that is deleted or brought back has nothing else.
    """
    whole = request_of(plan, rows)
    if action is whole.action:
        return whole
    record_id = plan.object.field(plan.object.id_field)
    if record_id is None:
        raise TypeError(plan.object)
    others = tuple(field for field in whole.fields if field.name != record_id.name)
    match action:
        case Action.INSERT | Action.UPSERT:
            new = tuple(field for field in whole.fields if field.is_creatable or field.name != record_id.name)
            if plan.inserts_apart:
                new = tuple(field for field in new if field != plan.key)
            return replace(whole, action=Action.INSERT, fields=new, key=None)
        case Action.UPDATE:
            return replace(whole, action=action, fields=(record_id, *others), key=record_id)
        case Action.DELETE | Action.UNDELETE:
            return replace(whole, action=action, fields=(record_id,), key=record_id)
