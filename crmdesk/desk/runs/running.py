"""Runs that begin, go on, or take up rejects: what refuses them, and what they are carried out with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.jobs.loaded import LoadedJob
from crmdesk.desk.jobs.planning import plan_of, prepared_plan, refuse_without_stand_ins
from crmdesk.desk.runs.agreement import NOTHING_SAID, Agreement, Confirm
from crmdesk.desk.runs.automatic_index import AutomaticIndex
from crmdesk.desk.runs.run_start import as_it_began, begun, refuse_other_organization
from crmdesk.desk.runs.stretch import Stretch, Stretches
from crmdesk.engine.planning.plan import Plan, ReadPlan, WritingPlan
from crmdesk.engine.sending.points import OnPoint
from crmdesk.errors import UserError
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RunEvent, RunOutcome, RunRecord, RunStart
from crmdesk.store import Store
from crmdesk.tabular.local_source import LocalSource

if TYPE_CHECKING:
    from crmdesk.desk.mending.rewriting import Change
    from crmdesk.desk.runs.restarting import Restart


class Running:
    """Begins runs and goes on with them. Each method is a generator of events; the last one is RunFinished."""

    def __init__(self, home: Path, accounts: Accounts, ends: LocalEnds, store: Store, on_point: OnPoint) -> None:
        self._accounts = accounts
        self._ends = ends
        self._store = store
        self._index = AutomaticIndex(store.options)
        self._stretches = Stretches(home, ends, store, on_point, self._index)

    def run(
        self,
        loaded: LoadedJob,
        token: CancelToken,
        confirm: Confirm,
        first: int = 0,
        given: Agreement = NOTHING_SAID,
        *,
        restart: Restart | None = None,
    ) -> Iterator[RunEvent]:
        """Run a job; `first` pauses after so many rows. Raises what refuses it before it exists.

        `restart` tells that the job begins again where another run of it has not come to its end.
        """
        job = loaded.job
        with self._store.runs.claim_job(job.name), self._accounts.open(job.account, for_run=True) as opened:
            source = None if job.operation.is_reading else self._ends.rows(job)
            occasion = self._index.now(opened, job)
            plan = plan_of(opened, job, source.header if source is not None else (), occasion)
            if isinstance(plan, ReadPlan):
                self._refuse_reading(plan, opened, loaded)
            else:
                refuse_without_stand_ins(opened, plan, token)
            settings = {**loaded.place, **asdict(given), **occasion.kept}
            unsafe = (flag.message for flag in self._ends.pair_flags(plan))
            told = (*occasion.notices, *occasion.evaluated, *unsafe)
            if restart is not None:
                settings["restart_of"] = restart.run
                told = (restart.warning, *told)
            elif isinstance(plan, WritingPlan):
                from crmdesk.desk.runs.unfinished import rows_left

                told = (*rows_left(self._store, job, opened.account.name, opened.session.organization_id), *told)
            print_of_source = source.fingerprint() if source is not None else ""
            run = self._create(opened, loaded, plan, settings, fingerprint=print_of_source)
            if isinstance(plan, ReadPlan):
                told += plan.notices
                opened.schemas.accept(job, opened.session.organization_id, plan.object, is_whole=False)
            yield from self._stretches.carry_out(
                Stretch(run, opened, plan, source, token, confirm, first, told, occasion.window, loaded.pasted)
            )

    def _refuse_reading(self, plan: ReadPlan, opened: Opened, loaded: LoadedJob) -> None:
        """Raise what the target, the records named beforehand or the records to compare with have against the run."""
        from crmdesk.desk.ends.deleted_rows import deleted_rows
        from crmdesk.desk.ends.populations import Populations

        self._ends.refuse_target(plan)
        Populations(self._store, self._ends, loaded.pasted).source(opened, plan)
        deleted_rows(opened, self._ends, plan)

    def resume(self, run: str, token: CancelToken, confirm: Confirm) -> Iterator[RunEvent]:
        """Go on with a run that was stopped, paused or killed: settle first, then send the rest.

        `confirm` is asked when nothing was sent yet: whoever stopped the run may have done so instead of an answer.
        """
        from crmdesk.desk.ends.sources import has_changed, source_again
        from crmdesk.desk.runs.as_then import told_of_edits, told_what_helps
        from crmdesk.desk.runs.overtaking import refuse_overtaken, told_of_later
        from crmdesk.desk.runs.restarting import refuse_restarted
        from crmdesk.desk.runs.undoing import refuse_taken_back

        record = self._store.runs.get(run)
        _refuse_ended(record)
        refuse_restarted(self._store, run)
        refuse_taken_back(self._store, run)
        job = as_it_began(record).job
        refuse_overtaken(self._store, record, job)
        with self._store.runs.claim_job(job.name), self._accounts.open(record.start.account, for_run=True) as opened:
            refuse_other_organization(opened, record)
            source: LocalSource | None = None
            told = (*told_of_later(self._store, record), *told_of_edits(self._store, record))
            occasion = self._index.again(record, job)
            with told_what_helps(record):
                if not job.operation.is_reading and record.is_prepared:
                    plan: Plan = prepared_plan(opened, job)
                    if has_changed(self._ends, record, job):
                        name = Path(job.local.path).name
                        told += (
                            f"{name} has changed since the run began; it goes on with the rows as they were then.",
                        )
                else:
                    if not job.operation.is_reading:
                        source = source_again(self._store, self._ends, record, job)
                    plan = plan_of(opened, job, source.header if source is not None else (), occasion)
            window = occasion.window
            yield from self._stretches.carry_out(
                Stretch(run, opened, plan, source, token, confirm, notices=told, window=window)
            )

    def retry(  # noqa: PLR0913 - what a retry can be told
        self,
        run: str,
        corrections: LocalFile | None,
        token: CancelToken,
        confirm: Confirm,
        given: Agreement = NOTHING_SAID,
        *,
        first: int = 0,
        told: tuple[str, ...] = (),
        change: Change | None = None,
    ) -> Iterator[RunEvent]:
        """Send the open rejects of a run again, with the values of a corrected file if there is one, as a new run.

        `first` pauses after so many rows. `told` are sentences about them that the new run keeps, `change` makes
        another job of the one they are of. Raises UserError when there is nothing to send, PlanError, and what the
        account and the corrected file raise.
        """
        from crmdesk.desk.ends.sources import retry_source
        from crmdesk.desk.mending.retrying import where_they_went
        from crmdesk.desk.mending.rewriting import rewritten
        from crmdesk.desk.runs.as_then import told_what_helps_retrying

        record = self._store.runs.get(run)
        _refuse_undo(record)
        loaded = as_it_began(record)
        with (
            self._store.runs.claim_job(loaded.job.name),
            self._accounts.open(record.start.account, for_run=True) as opened,
        ):
            refuse_other_organization(opened, record)
            rejects = list(self._store.rejects.iterate(run, (RejectState.OPEN,)))
            source, strangers = retry_source(rejects, corrections)
            if change is not None:
                loaded = rewritten(loaded, change(loaded.job, opened.describe(loaded.job.object)))
            if not source.rejects:
                raise UserError(f"Run {run} has no open reject to send again.", hint=where_they_went(self._store, run))
            occasion = self._index.again(record, loaded.job)
            with told_what_helps_retrying() if change is None else nullcontext():
                plan = plan_of(opened, loaded.job, source.header, occasion)
            file = corrections.path if corrections else ""
            settings = {**loaded.place, "corrections": file, **asdict(given)}
            new = self._create(opened, loaded, plan, settings, fingerprint=source.fingerprint(), retry_of=run)
            self._store.rejects.claim_for_retry(run, new, [reject.row for reject in source.rejects])
            alone = f"{strangers} rows of the corrected file are no open rejects of run {run}; they were left alone."
            notices = (*told, alone) if strangers else told
            yield from self._stretches.carry_out(Stretch(new, opened, plan, source, token, confirm, first, notices))

    def _create(
        self,
        opened: Opened,
        loaded: LoadedJob,
        plan: Plan,
        settings: Mapping[str, object],
        *,
        fingerprint: str,
        retry_of: str = "",
    ) -> str:
        job = loaded.job
        identity = opened.session.whoami()
        if self._store.recollection.identity(opened.account.name) is None:
            self._accounts.accept(opened.account, identity)
        return self._store.runs.create(
            RunStart(
                job=job.name,
                job_text=loaded.text,
                account=opened.account.name,
                organization_id=identity.organization_id,
                operation=job.operation,
                action=job.export.action if job.export is not None else None,
                object=job.object,
                source=job.local.path,
                fingerprint=fingerprint,
                settings=json.dumps({**settings, **begun(identity, opened.session, plan)}),
                retry_of=retry_of,
            )
        )


def _refuse_undo(record: RunRecord) -> None:
    if record.start.undo_of:
        raise UserError(
            f"The rejects of run {record.run} are records that were changed since, and are left as they are.",
            hint=f"`crmdesk rejects {record.run}` names them.",
        )


def _refuse_ended(record: RunRecord) -> None:
    if record.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS) or record.is_released:
        again = record.start.retry_of if record.is_released else record.run
        hint = f"`crmdesk retry {again}` sends rejects again." if record.tally.rejected or record.is_released else ""
        raise UserError(f"Run {record.run} has ended: there is nothing to resume.", hint=hint)
