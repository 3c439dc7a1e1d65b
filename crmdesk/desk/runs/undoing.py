"""Runs that take another run back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.crash_file import kept_crash
from crmdesk.desk.jobs.loaded import LoadedJob, job_of
from crmdesk.desk.runs.agreement import Agreement, Confirm, remembered
from crmdesk.desk.runs.finding_out import found_out, wrote
from crmdesk.desk.runs.run_start import about, begun_by, refuse_other_organization
from crmdesk.desk.runs.undo_fields import told_of_lost, undo_fields
from crmdesk.desk.runs.undone_before import overtake
from crmdesk.desk.runs.writing import Writing
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.run import execute
from crmdesk.engine.sending.leaving_out import leave_out, left_rows
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.points import OnPoint
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.engine.undo import TakingBack, undo_plan
from crmdesk.errors import StoreError, UserError
from crmdesk.model.job import Action, Operation
from crmdesk.model.run import Notice, Progress, RunEvent, RunFinished, RunOutcome, RunRecord, RunStart
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW


@dataclass(frozen=True, slots=True)
class Undoing:
    """Takes runs back. Each method is a generator of events; the last one is RunFinished."""

    home: Path
    accounts: Accounts
    store: Store
    on_point: OnPoint

    def undo(
        self, run: str, names: Sequence[str], token: CancelToken, confirm: Confirm, given: Agreement
    ) -> Iterator[RunEvent]:
        """Take a run back, of its updates only the fields `names` if there are any. Raises UserError."""
        record = self.store.runs.get(run)
        loaded = job_of(record.start)
        _refuse(record, self.store)
        with (
            self.store.runs.claim_job(loaded.job.name),
            self.accounts.open(record.start.account, for_run=True) as opened,
        ):
            remote = opened.describe(record.start.object)
            fields = undo_fields(self.store, record, remote, names)
            refused = _missing(record, opened, self.store)
            if refused:
                raise UserError(refused, hint="Nothing was sent.")
            settings = {**loaded.place, "undo_of": run, "fields": list(names), **asdict(given)}
            new = self._create(opened, record, loaded, settings)
            for sentence in told_of_lost(self.store, record, remote, fields, names):
                self.store.runs.ledger(new).notice(sentence)
                yield Notice(sentence)
            yield from self._execute(new, record, opened, remote, fields, token, confirm)

    def resume(self, record: RunRecord, token: CancelToken, confirm: Confirm) -> Iterator[RunEvent]:
        """Go on with taking a run back; raises UserError when that has come to its end."""
        if record.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS):
            raise UserError(f"Run {record.run} has ended: there is nothing to resume.")
        taken = self.store.runs.get(record.start.undo_of)
        names = json.loads(record.start.settings).get("fields", [])
        with (
            self.store.runs.claim_job(job_of(taken.start).job.name),
            self.accounts.open(record.start.account, for_run=True) as opened,
        ):
            refuse_other_organization(opened, record)
            remote = opened.describe(record.start.object)
            fields = undo_fields(self.store, taken, remote, names)
            yield from self._execute(record.run, taken, opened, remote, fields, token, confirm)

    def _create(self, opened: Opened, record: RunRecord, loaded: LoadedJob, settings: dict[str, object]) -> str:
        identity = refuse_other_organization(opened, record)
        return self.store.runs.create(
            RunStart(
                job=f"{loaded.job.name} (taking back run {record.run})",
                job_text=loaded.text,
                account=opened.account.name,
                organization_id=identity.organization_id,
                operation=Operation.EXPORT,
                action=Action.UPDATE,
                object=record.start.object,
                source=f"run {record.run}",
                fingerprint="",
                settings=json.dumps({**settings, **begun_by(identity)}),
            )
        )

    def _execute(
        self,
        run: str,
        taken: RunRecord,
        opened: Opened,
        remote: RemoteObject,
        fields: tuple[Field, ...],
        token: CancelToken,
        confirm: Confirm,
    ) -> Iterator[RunEvent]:
        ledger, can = self.store.runs.ledger(run), opened.connector.capabilities
        log = LedgerLog(ledger, self.on_point)
        job = replace(job_of(taken.start).job, account=taken.start.account)
        plan = undo_plan(job, remote, fields, can)
        asking = remembered(confirm, self.store, run)
        only_fields = bool(json.loads(self.store.runs.get(run).start.settings).get("fields"))
        updating = {Action.UPDATE} if fields or not taken.tally.updated else set[Action]()
        actions = frozenset(updating if only_fields else updating | {Action.DELETE, Action.UNDELETE})

        def taking() -> TakingBack:
            user = opened.session.whoami().user
            before, written = self.store.runs.ledger(taken.run), wrote(self.store, taken, opened)
            session, outcomes = opened.session, partial(self._outcomes, taken.run)
            return TakingBack(plan, session, can, ledger, before, outcomes, user, actions, written, token)

        def look_anew(sinks: Sinks) -> None:
            leave_out(ledger, sinks, taking().left_alone(left_rows(ledger)))

        writing = Writing(opened, plan, None, ledger, log, token, asking, undoes=taken.run, looks_anew=look_anew)

        def steps() -> Iterator[Progress]:
            if not ledger.has_begun:  # what is listed may have been changed while nobody said yes
                yield from found_out(self.store, taken, opened, self.on_point, token)
                yield from taking().prepare(writing.packing_of)
            yield from writing.send()

        with self.store.runs.claim(run):
            for event in execute(steps, log, opened.session, token, partial(kept_crash, self.home), is_partial=False):
                if isinstance(event, RunFinished) and event.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS):
                    with suppress(StoreError):  # this run is done and stored; what it leaves here, the next one finds
                        if told := overtake(self.store, self.store.runs.get(run)):
                            log.notice(told)
                    yield from map(Notice, log.new_notices())
                yield about(event, opened.account)

    def _outcomes(self, run: str) -> Iterator[pl.DataFrame]:
        ledger = self.store.runs.ledger(run)
        for block in SourceCopy(ledger.folder, list(ledger.source_blocks())).blocks():
            yield self.store.runs.outcomes(run, int(block[ROW][0]), int(block[ROW][-1])).select(ROW, "outcome", "id")


def _refuse(record: RunRecord, store: Store) -> None:
    """Raise UserError for a run that cannot be taken back, or not yet."""
    if record.start.operation.is_reading:
        raise UserError(f"Run {record.run} only read from the CRM: there is nothing to take back.")
    if record.outcome is RunOutcome.RUNNING:
        raise UserError(
            f"Run {record.run} is running.",
            hint=f"Wait until it has ended, or stop it with: crmdesk stop {record.run}.",
        )
    has_open = bool(store.runs.ledger(record.run).open_sends())
    if record.start.undo_of and has_open:
        raise UserError(
            f"Run {record.run} is {record.outcome.value}: what became of its rows is not known yet.",
            hint=f"`crmdesk resume {record.run}` finds out; then it can be taken back.",
        )
    if not has_open and not record.tally.created + record.tally.updated + record.tally.deleted:
        raise UserError(f"Run {record.run} has changed nothing in the CRM.")


def refuse_taken_back(store: Store, run: str) -> None:
    """Raise UserError when the run was taken back: to go on would leave out what it had sent before."""
    later = [each for each in store.runs.undos_of(run) if each.tally.updated + each.tally.deleted]
    if later:
        hint = "" if store.runs.get(run).start.retry_of else f"`crmdesk restart {run}` begins it again from zero."
        raise UserError(
            f"Run {run} was taken back by run {later[-1].run}: to go on would leave out what it had sent.", hint=hint
        )


def _missing(record: RunRecord, opened: Opened, store: Store) -> str:
    """Why a run cannot be taken back in this CRM, "" when it can."""
    can, tally = opened.connector.capabilities, record.tally
    options = job_of(record.start).job.export
    has_open = bool(store.runs.ledger(record.run).open_sends())
    is_delete = options is not None and options.action is Action.DELETE
    if (tally.created + tally.updated or (has_open and not is_delete)) and not can.audit:
        return f"{opened.connector.label} does not tell who has changed a record since, so nothing is taken back."
    if not (tally.deleted or (has_open and is_delete)):
        return ""
    if Action.UNDELETE not in can.engines:
        return f"{opened.connector.label} has no recycle bin; the deleted records are in `crmdesk before {record.run}`."
    if options is not None and options.wishes.is_hard:
        return "A hard delete leaves nothing in the recycle bin; the records are in `crmdesk before`."
    return ""
