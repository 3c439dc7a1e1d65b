"""Runs that take another run back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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
from crmdesk.desk.runs.beginnings import about, begun_by, refuse_other_organization
from crmdesk.desk.runs.finding_out import found_out, wrote
from crmdesk.desk.runs.writing import Writing
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.run import execute
from crmdesk.engine.run_notes import read_notes
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.points import OnPoint
from crmdesk.engine.undo import TakingBack, undo_plan
from crmdesk.errors import UserError
from crmdesk.model.job import Action, Operation
from crmdesk.model.run import Progress, RunEvent, RunOutcome, RunRecord, RunStart
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW

_UPDATING = (Action.UPDATE, Action.UPSERT)


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
            fields = self._fields(record, remote, names)
            refused = _missing(record, opened, self.store)
            if refused:
                raise UserError(refused, hint="Nothing was sent.")
            settings = {"folder": str(loaded.folder), "undo_of": run, "fields": list(names), **asdict(given)}
            new = self._create(opened, record, loaded, settings)
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
            remote = opened.describe(record.start.object)
            fields = self._fields(taken, remote, names)
            yield from self._execute(record.run, taken, opened, remote, fields, token, confirm)

    def _fields(self, record: RunRecord, remote: RemoteObject, names: Sequence[str]) -> tuple[Field, ...]:
        """The fields that get their old values: all that were kept, or those of `names`."""
        ledger, options = self.store.runs.ledger(record.run), job_of(record.start).job.export
        notes = read_notes(ledger.folder)
        may_have_updated = options is not None and options.action in _UPDATING and bool(ledger.open_sends())
        if record.start.undo_of and record.tally.updated:
            raise UserError(
                f"Run {record.run} took run {record.start.undo_of} back, and of that no values are kept.",
                hint="To have the changes of that run again, run its job again.",
            )
        if notes.before is None and (record.tally.updated or may_have_updated):
            raise UserError(
                f"Run {record.run} kept no before-values: its updates cannot be taken back.",
                hint="They are kept unless the job says before_values = false, for as long as `crmdesk kept` tells.",
            )
        kept = {name.casefold(): name for name in notes.before or () if name != remote.id_field}
        unknown = [name for name in names if name.casefold() not in kept]
        if unknown:
            raise UserError(
                f"Run {record.run} did not change {', '.join(unknown)}.",
                hint=f"It changed: {', '.join(kept.values())}.",
            )
        if names and not record.tally.updated and not ledger.open_sends():
            raise UserError(
                f"Run {record.run} has updated no record, so no field has an old value.",
                hint="Without --fields what it created is deleted, and what it deleted is brought back.",
            )
        wanted = [kept[name.casefold()] for name in names] or list(kept.values())
        found = [field for name in wanted if (field := remote.field(name)) is not None]
        return tuple(field for field in remote.together(found) if field.is_updatable and field.name in kept.values())

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
        writing = Writing(opened, plan, None, ledger, log, token, asking, undoes=taken.run)
        only_fields = bool(json.loads(self.store.runs.get(run).start.settings).get("fields"))
        actions = frozenset({Action.UPDATE} if only_fields else {Action.UPDATE, Action.DELETE, Action.UNDELETE})

        def steps() -> Iterator[Progress]:
            if not ledger.is_prepared:
                yield from found_out(self.store, taken, opened, self.on_point, token)
                user = opened.session.whoami().user
                before, written = self.store.runs.ledger(taken.run), wrote(self.store, taken, opened)
                session, outcomes = opened.session, partial(self._outcomes, taken.run)
                taking = TakingBack(plan, session, can, ledger, before, outcomes, user, actions, written, token)
                yield from taking.prepare(writing.packing_of)
            yield from writing.send()

        with self.store.runs.claim(run):
            for event in execute(steps, log, opened.session, token, partial(kept_crash, self.home), is_partial=False):
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
