"""Import: rows of the CRM go to a local file or table, which shows them only when all are there."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.connectors.contract import CursorGone, Session, Source
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.ledger import Landed, Ledger
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.engine.preparing.rejects import no_rejects, reject_frame
from crmdesk.engine.reading_words import counts_beside, route_of
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.errors import FileFormatError
from crmdesk.model.job import Operation
from crmdesk.model.local import Mode
from crmdesk.model.run import Phase, Progress, Tally
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import reading
from crmdesk.tabular.convert_read import convert_read
from crmdesk.tabular.ends import open_target
from crmdesk.tabular.targets.contract import Target
from crmdesk.tabular.targets.owner import Owner

_SYNC_SECONDS = 1.0  # how much work a kill may cost


@dataclass(frozen=True, slots=True)
class Importing:
    """One stretch of an import. `password` is the one of the database it writes to, or empty.

    `rows` is where the rows come from when it is not the query of the plan.
    """

    plan: ReadPlan
    session: Session
    ledger: Ledger
    log: LedgerLog
    token: CancelToken
    password: str = ""
    rows: Source | None = None

    def all(self) -> Iterator[Progress]:
        """Read what has not landed yet, then put it in its place. A stopped import leaves what was there."""
        landed = self.ledger.landed()
        if landed is not None and landed.is_applied:  # killed while it tidied up
            with closing(self._target()) as target:
                target.resume(landed)
                target.forget()
            return
        source = self._source()
        total = source.count()
        if landed is None and (route := route_of(source)) is not None:
            self.log.notice(route.sentence)
        with closing(self._target()) as target:
            refuse_too_many(target, total)
            state = target.resume(landed)
            if state != landed:
                self.ledger.rewind_import(state)
            if state is None or (state.cursor is not None and not state.is_applied):
                state = yield from self._read(source, target, state, total)
                self._compare(state)
            self.ledger.land(target.finish(state), no_rejects())
            target.forget()

    def _source(self) -> Source:
        return self.rows if self.rows is not None else self.session.source(self.plan.query)

    def _compare(self, state: Landed) -> None:
        """Keep the CRM's own count beside ours; of named records nobody else knows how many there are."""
        there = self._source().count() if self.rows is None else None
        if there is not None:
            self.log.notice(counts_beside(state.rows, there))

    def _target(self) -> Target:
        local = self.plan.job.local
        owner = Owner(self.ledger.folder.absolute().parent, self.plan.job.name, self.ledger.run)
        return open_target(local, self.password, self.plan.layout, self.plan.id_column, owner, self.plan.job.deletions)

    def _read(
        self, source: Source, target: Target, state: Landed | None, total: int | None
    ) -> Generator[Progress, None, Landed]:
        try:
            return (yield from self._rows(source, target, state, total))
        except CursorGone:
            self.ledger.rewind_import(None)
            self.log.notice("The CRM no longer knew where the reading had stopped; it was read again from the start.")
            target.resume(None)
            return (yield from self._rows(self._source(), target, None, total))

    def _rows(
        self, source: Source, target: Target, landed: Landed | None, total: int | None
    ) -> Generator[Progress, None, Landed]:
        zone: ZoneInfo = reading(self.plan.job.local).zone
        state = landed or Landed(None, 0, 0, 0)
        waiting: list[pl.DataFrame] = []
        synced = time.monotonic()
        rejected = self.ledger.tally().rejected
        for batch in source.batches(self.token, state.cursor):
            self.token.check()
            missing = batch.problems[ROW].implode()
            converted = convert_read(self.plan.lines, batch.frame.filter(~pl.col(ROW).is_in(missing)), zone)
            faults = [batch.problems, converted.problems, target.write(converted.ready)]
            problems = pl.concat(faults).sort(ROW, maintain_order=True)
            if not problems.is_empty():
                waiting.append(reject_frame(problems, batch.frame.fill_null("")))
                rejected += waiting[-1].height
            taken = batch.frame.height - problems[ROW].n_unique()
            state = self._with(replace(state, cursor=batch.cursor, rows=state.rows + batch.frame.height), taken)
            if time.monotonic() - synced > _SYNC_SECONDS and state.cursor is not None:
                state = self._land(target, state, waiting)
                waiting, synced = [], time.monotonic()
            waits = state.written + state.deleted + state.staged
            tally = Tally(state.rows, rejected=rejected, pending=waits)
            yield Progress(Phase.WRITING, state.rows, total, tally, self.session.api_calls, self.session.calls_left)
        return self._land(target, replace(state, cursor=None), waiting)

    def _with(self, state: Landed, taken: int) -> Landed:
        """What becomes of rows that are merged is known when all are there."""
        if self.plan.job.local.mode is Mode.MERGE:
            return replace(state, staged=state.staged + taken)
        if self.plan.job.operation is Operation.IMPORT_DELETED:
            return replace(state, deleted=state.deleted + taken)
        return replace(state, written=state.written + taken)

    def _land(self, target: Target, state: Landed, waiting: list[pl.DataFrame]) -> Landed:
        landed = replace(state, length=target.sync())
        self.ledger.land(landed, pl.concat(waiting) if waiting else no_rejects())
        target.land(landed)
        return landed


def refuse_too_many(target: Target, total: int | None) -> None:
    """Raise FileFormatError when the target cannot hold so many rows; it is better said before they are read."""
    if target.most_rows is not None and total is not None and total > target.most_rows:
        raise FileFormatError(
            f"The CRM has {total:,} rows for this job, and a sheet of a workbook holds {target.most_rows:,}.",
            hint="Write them into a .csv or .parquet file, or let the filter choose fewer.",
            place="local.path",
        )
