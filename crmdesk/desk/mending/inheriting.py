"""Corrections of rejects that were rejected again since: they are meant for the rejects that stand for them now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crmdesk.engine.retry import Corrections
from crmdesk.model.reject import Reject


def inherited(found: Corrections, older: Mapping[str, tuple[Reject, Reject]]) -> Corrections:
    """The same corrections by the ids of the rejects that are open now.

    `older` has, by id, an earlier reject and the one that stands for it. Of its row only what differs from the earlier
    reject is taken, as the source, or whoever corrected it since, may say other things; a row of the reject itself goes
    before it, and a later one before an earlier one.
    """
    values = {reject: cells for reject, cells in found.values.items() if reject not in older}
    set_aside = {reject: reason for reject, reason in found.set_aside.items() if reject not in older}
    for reject in sorted(found.values.keys() & older.keys(), key=lambda each: int(older[each][0].run)):
        was, now = older[reject]
        if now.id in found.values:
            continue
        changed = {
            column: value for column, value in found.values[reject].items() if value != was.values.get(column, "")
        }
        values[now.id] = {**values.get(now.id, now.values), **changed}
        if reject in found.set_aside:
            set_aside[now.id] = found.set_aside[reject]
    mangled = tuple(
        replace(one, reject=older[one.reject][1].id, row=older[one.reject][1].row) if one.reject in older else one
        for one in found.mangled
    )
    return replace(found, values=values, set_aside=set_aside, mangled=mangled)
