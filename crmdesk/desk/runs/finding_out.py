"""What a run did that nobody executes any more, found out without sending anything."""

from __future__ import annotations

from collections.abc import Iterator

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.ends.run_source import stored_header
from crmdesk.desk.jobs.planning import plan_of
from crmdesk.desk.runs.beginnings import as_it_began
from crmdesk.desk.runs.writing import Writing
from crmdesk.engine.index.occasion import timeless
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.run_notes import note_halt, read_notes
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.points import OnPoint
from crmdesk.engine.written import Written, written_of
from crmdesk.errors import PlanError
from crmdesk.model.run import Progress, RunRecord
from crmdesk.store import Store


def found_out(
    store: Store, record: RunRecord, opened: Opened, on_point: OnPoint, token: CancelToken
) -> Iterator[Progress]:
    """Settle the sends of a run that nobody executes; what was not applied stays pending. Raises what a run raises."""
    ledger = store.runs.ledger(record.run)
    if ledger.open_sends():
        log = LedgerLog(ledger, on_point)
        yield from Writing(opened, _plan(store, record, opened), None, ledger, log, token, lambda _: False).settle()
    elif not read_notes(ledger.folder).until:
        note_halt(ledger.folder, opened.session.server_time())


def wrote(store: Store, record: RunRecord, opened: Opened) -> Written | None:
    """What a run has written; None where its job does not fit the CRM of today, or it took another run back."""
    if record.start.undo_of:
        return None
    ledger = store.runs.ledger(record.run)
    try:
        return written_of(_plan(store, record, opened), SourceCopy(ledger.folder, list(ledger.source_blocks())))
    except PlanError:
        return None


def _plan(store: Store, record: RunRecord, opened: Opened) -> WritingPlan:
    job = as_it_began(record).job
    header = stored_header(store.runs.ledger(record.run))
    plan = plan_of(opened, job, header, timeless(job, opened.account.name))
    if not isinstance(plan, WritingPlan):
        raise TypeError(plan)
    return plan
