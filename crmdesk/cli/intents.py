"""What a run is about to do, with the number and the cost, before anybody agrees to it."""

from __future__ import annotations

from crmdesk.desk import Intent
from crmdesk.model.figures import counted
from crmdesk.model.job import Action, Engine

_MINUTE = 60
_HOUR = 3600
_TO_DO = {
    Action.INSERT: "insert",
    Action.UPDATE: "update",
    Action.UPSERT: "upsert",
    Action.DELETE: "delete",
    Action.UNDELETE: "bring back",
}
_BY = {Engine.REST: "REST", Engine.BULK: "Bulk", Engine.SOAP: "SOAP"}


def intent_sentence(intent: Intent) -> str:
    """In one sentence: how many rows are there to do what with, by what, and what that costs."""
    to_do = "put back as they were" if intent.undoes else _TO_DO[intent.action]
    if intent.known is not None and not intent.undoes:
        to_do += _known(intent.action, intent.known, intent.rows - intent.known)
    by = _BY.get(intent.engine, intent.engine.value)
    calls = f"about {counted(intent.cost.calls, 'call')}, {_time(intent.cost.seconds)}"
    return f"{intent.label}: {counted(intent.rows, 'row')} to {to_do}, by {by}: {calls}."


def _known(action: Action, known: int, others: int) -> str:
    if action is Action.UPSERT:
        return f" ({known:,} known to the CRM, {others:,} new)"
    is_told = action in (Action.UPDATE, Action.DELETE) and others
    return f" ({known:,} known to the CRM, {others:,} not found there)" if is_told else ""


def intent_values(intent: Intent) -> dict[str, object]:
    """The same as a JSON object."""
    return {
        "event": "intent",
        "account": intent.account.name,
        "environment": intent.environment.value,
        "object": intent.job.object,
        "action": intent.action.value,
        "engine": intent.engine.value,
        "rows": intent.rows,
        "known": intent.known,
        "calls": intent.cost.calls,
        "seconds": round(intent.cost.seconds),
        "undo_of": intent.undoes or None,
    }


def _time(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"about {max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"about {round(seconds / _MINUTE)} min"
    return f"about {seconds / _HOUR:.1f} h"
