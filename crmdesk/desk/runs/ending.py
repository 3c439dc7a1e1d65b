"""Ending a run that was broken off: it is found out what arrived, and what was not sent becomes rejects."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.runs.finding_out import found_out
from crmdesk.desk.runs.restarting import refuse_restarted
from crmdesk.desk.runs.run_start import refuse_other_organization
from crmdesk.desk.runs.superseding import supersede
from crmdesk.desk.runs.waiting_for_parents import tell_children
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.sending.points import OnPoint
from crmdesk.engine.sending.withdrawing import withdraw
from crmdesk.errors import StoreError, UserError
from crmdesk.model.figures import counted
from crmdesk.model.run import Notice, RunEvent, RunFinished, RunOutcome, RunRecord, RunStarted
from crmdesk.store import Store


@dataclass(frozen=True, slots=True)
class Ending:
    """Ends runs for good that can not, or shall not, go on as they began."""

    accounts: Accounts
    store: Store
    on_point: OnPoint

    def end(self, run: str, token: CancelToken) -> Iterator[RunEvent]:
        """End a run that writes; the CRM is asked only about sends on the way. Raises UserError and RemoteError."""
        begun, record = time.monotonic(), self.store.runs.get(run)
        ledger, calls = self.store.runs.ledger(run), 0
        _refuse(record, has_open=bool(ledger.open_sends()))
        refuse_restarted(self.store, run)
        with self.store.runs.claim_job(job_of(record.start).job.name):
            yield RunStarted(run)
            if ledger.open_sends():
                with self.accounts.open(record.start.account, for_run=True) as opened:
                    refuse_other_organization(opened, record)
                    yield from found_out(self.store, record, opened, self.on_point, token)
                    calls = opened.session.api_calls
            with self.store.runs.claim(run):
                yield from self._given_up(record, ledger, calls, begun)

    def _given_up(self, record: RunRecord, ledger: Ledger, calls: int, begun: float) -> Iterator[RunEvent]:
        run, rows = ledger.run, withdraw(ledger)
        tally = ledger.tally()
        outcome = RunOutcome.REJECTS if tally.rejected or tally.unknown else RunOutcome.SUCCEEDED
        told = [_sentence(record, rows)] if rows else []
        ledger.finish(outcome, calls, "")
        ledger.discard_send_files()
        with suppress(StoreError):  # this run is done and stored; what it leaves here, the next one finds
            told += [*filter(None, (supersede(self.store, run), *tell_children(self.store, run)))]
        for sentence in told:
            ledger.notice(sentence)
            yield Notice(sentence)
        yield RunFinished(run, outcome, tally, calls, time.monotonic() - begun)


def _refuse(record: RunRecord, *, has_open: bool) -> None:
    """Raise UserError for a run that has ended, or has no list of which something could be left."""
    run, start = record.run, record.start
    if record.outcome is RunOutcome.RUNNING:
        raise UserError(f"Run {run} is still going on.", hint=f"Stop it first: crmdesk stop {run}.")
    if record.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS) or record.is_released:
        raise UserError(f"Run {run} has ended already.", hint=f"`crmdesk show {run}` tells how.")
    if start.operation.is_reading:
        raise UserError(
            f"Run {run} reads from the CRM: nothing is left over by not going on with it.",
            hint="`crmdesk run` reads anew.",
        )
    if start.undo_of and has_open:
        raise UserError(
            f"Run {run} takes run {start.undo_of} back: what became of its rows on the way is not known yet.",
            hint=f"`crmdesk resume {run}` finds out.",
        )
    if not record.is_prepared:
        raise UserError(
            f"Run {run} has sent nothing yet, and its list is not complete.",
            hint="`crmdesk run` begins anew, with the job and the source as they are now.",
        )


def _sentence(record: RunRecord, rows: int) -> str:
    were = "was not sent, and is a reject" if rows == 1 else "were not sent, and are rejects"
    again = f"`crmdesk retry {record.run} --job JOB` sends with the job as it is now"
    if record.start.undo_of:
        again = f"`crmdesk undo {record.start.undo_of}` looks anew at what is to be taken back"
    return f"{counted(rows, 'row')} {were} now: {again}."
