"""What a run is about to do, with the number and the cost, before anybody agrees to it."""

from __future__ import annotations

from crmdesk.desk import Intent
from crmdesk.model.job import Action

_MINUTE = 60
_HOUR = 3600
_DONE = {
    Action.INSERT: "become new records",
    Action.UPDATE: "change the records that they find",
    Action.UPSERT: "change the records that they find, or become new ones",
    Action.DELETE: "delete records",
    Action.UNDELETE: "bring records back",
}


def intent_sentence(intent: Intent) -> str:
    """In one sentence: how many rows do what, by what, and what that costs."""
    if intent.undoes:
        what = "are put back as they were before"
    elif intent.action is Action.UPSERT and intent.known is not None:
        what = f"go out: {intent.known:,} change a record, {intent.rows - intent.known:,} become new ones"
    else:
        what = _DONE[intent.action]
    cost = intent.cost
    return (
        f"{intent.rows:,} {intent.label} {what}, by {intent.engine}: about {cost.calls:,} calls, {_time(cost.seconds)}."
    )


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
