"""Runs that were taken back more than once: what the last one looked at anew stands no longer with the others."""

from __future__ import annotations

from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.model.figures import counted
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RunRecord
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW


def overtake(store: Store, record: RunRecord) -> str:
    """Supersede rejects of earlier runs that took the same run back, of rows that `record` has looked at as well.

    Whether they are taken back now or left alone once more: what was found last counts. Gives a sentence, or "".
    """
    others = [
        each
        for each in store.runs.undos_of(record.start.undo_of)
        if int(each.run) < int(record.run) and store.rejects.count(each.run, (RejectState.OPEN,))
    ]
    overtaken = 0
    if others:
        ledger = store.runs.ledger(record.run)
        blocks = SourceCopy(ledger.folder, list(ledger.source_blocks())).blocks()
        seen = {row for block in blocks for row in block[ROW]}
        for other in others:
            rows = [row for row in store.rejects.rows(other.run, states=(RejectState.OPEN,)) if row in seen]
            overtaken += store.rejects.supersede(other.run, rows)
    if not overtaken:
        return ""
    rejects = counted(overtaken, "reject")
    return f"{rejects} of earlier attempts to take it back: looked at anew, and what was found now counts."
