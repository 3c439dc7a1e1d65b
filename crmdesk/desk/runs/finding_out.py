"""What a run did that nobody executes any more, found out without sending anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.ends.run_source import stored_header
from crmdesk.desk.jobs.planning import plan_of, prepared_plan
from crmdesk.desk.runs.run_start import as_it_began
from crmdesk.desk.runs.writing import Writing
from crmdesk.engine.index.occasion import timeless
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.planning.prepared import regardless
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.run_notes import note_halt, read_notes
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.points import OnPoint
from crmdesk.engine.written import Written, written_of
from crmdesk.errors import PlanError, StoreError
from crmdesk.model.run import Progress, RunRecord
from crmdesk.model.schema import RemoteObject
from crmdesk.store import Store


def found_out(
    store: Store, record: RunRecord, opened: Opened, on_point: OnPoint, token: CancelToken
) -> Iterator[Progress]:
    """Settle the sends of a run that nobody executes; what was not applied stays pending. Raises what a run raises."""
    ledger = store.runs.ledger(record.run)
    if ledger.open_sends():
        log = LedgerLog(ledger, on_point)
        plan = prepared_plan(opened, as_it_began(record).job, is_sending=False)
        yield from Writing(opened, plan, None, ledger, log, token, lambda _: False).settle()
    elif not read_notes(ledger.folder).until:
        note_halt(ledger.folder, opened.session.server_time())


def wrote(store: Store, record: RunRecord, opened: Opened) -> Written | None:
    """What a run has written, as far as its fields are there; None where nobody can tell, or it took a run back."""
    if record.start.undo_of:
        return None
    ledger = store.runs.ledger(record.run)
    try:
        return written_of(_plan(store, record, opened), SourceCopy(ledger.folder, list(ledger.source_blocks())))
    except (PlanError, StoreError):  # nothing is compared then, and stamps alone tell
        return None


def _plan(store: Store, record: RunRecord, opened: Opened) -> WritingPlan:
    job = as_it_began(record).job
    header = stored_header(store.runs.ledger(record.run))

    def describe(name: str) -> RemoteObject:
        remote = opened.describe(name)
        return regardless(job, remote) if name == job.object else remote

    plan = plan_of(replace(opened, describe=describe), job, header, timeless(job, opened.account.name))
    if not isinstance(plan, WritingPlan):
        raise TypeError(plan)
    return plan
