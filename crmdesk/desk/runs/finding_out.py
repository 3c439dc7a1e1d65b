"""What became of the rows that a run had on the way when it ended, found out without sending anything."""

from __future__ import annotations

from collections.abc import Iterator

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Opened
from crmdesk.desk.ends.sources import stored_header
from crmdesk.desk.jobs.planning import plan_of
from crmdesk.desk.runs.beginnings import as_it_began
from crmdesk.desk.runs.writing import Writing
from crmdesk.engine.index.occasion import timeless
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.run_notes import note, read_notes
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.points import OnPoint
from crmdesk.model.run import Progress, RunRecord
from crmdesk.store import Store


def found_out(
    store: Store, record: RunRecord, opened: Opened, on_point: OnPoint, token: CancelToken
) -> Iterator[Progress]:
    """Settle the sends of a run that nobody executes; what was not applied stays pending. Raises what a run raises."""
    ledger = store.runs.ledger(record.run)
    if ledger.open_sends():
        job = as_it_began(record).job
        plan = plan_of(opened, job, stored_header(ledger), timeless(job, opened.account.name))
        if not isinstance(plan, WritingPlan):
            raise TypeError(plan)
        log = LedgerLog(ledger, on_point)
        yield from Writing(opened, plan, None, ledger, log, token, lambda _: False).settle()
    elif not read_notes(ledger.folder).until:
        note(ledger.folder, until=opened.session.server_time())
