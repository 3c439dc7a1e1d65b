"""Import: rows of the CRM become a local file, which takes its place only when it is whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.connectors.contract import CursorGone, Session, Source
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.ledger import Landed, Ledger
from crmdesk.engine.plan import ReadPlan
from crmdesk.engine.reading_words import counts_beside, route_of, route_sentence
from crmdesk.engine.rejects import no_rejects, reject_frame
from crmdesk.engine.send_log import LedgerLog
from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.run import Phase, Progress, Tally
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import reading
from crmdesk.tabular.files.contract import FileTarget
from crmdesk.tabular.files.kinds import open_target
from crmdesk.tabular.read import convert_read, layout_of

_SYNC_SECONDS = 1.0  # how much work a kill may cost


@dataclass(frozen=True, slots=True)
class Importing:
    """One stretch of an import."""

    plan: ReadPlan
    session: Session
    ledger: Ledger
    log: LedgerLog
    token: CancelToken
    rows: Source | None = None
    """Where the rows come from when it is not the query of the plan."""

    def all(self) -> Iterator[Progress]:
        """Read what has not landed yet, then put the file in its place. A stopped import leaves the old file."""
        local = self.plan.job.local
        place = Path(local.path)
        refuse_missing_folder(local)
        source = self._source()
        total = source.count()
        part = place.with_name(f".{place.name}.{self.ledger.run}.part")
        target = open_target(local, part, layout_of(self.plan.lines, reading(local).zone))
        refuse_too_many(target, total)
        landed = self.ledger.landed()
        if landed is None and (route := route_of(source)) is not None:
            self.log.notice(route_sentence(route))
        if landed is not None and landed.cursor is None:  # read to the end in an earlier life of the run
            if part.exists():
                target.resume(landed.length)
                target.finish(place)
            return
        try:
            yield from self._rows(source, target, landed, total)
        except CursorGone:
            self.ledger.restart_import()
            self.log.notice("The CRM no longer knew where the reading had stopped; it was read again from the start.")
            yield from self._rows(self._source(), target, None, total)
        self._compare()
        target.finish(place)

    def _source(self) -> Source:
        return self.rows if self.rows is not None else self.session.source(self.plan.query)

    def _compare(self) -> None:
        """Keep the CRM's own count beside ours."""
        landed = self.ledger.landed()
        there = self._source().count()
        if landed is not None and there is not None:
            self.log.notice(counts_beside(landed.rows, there))

    def _rows(
        self, source: Source, target: FileTarget, landed: Landed | None, total: int | None
    ) -> Iterator[Progress]:
        zone: ZoneInfo = reading(self.plan.job.local).zone
        target.resume(landed.length if landed else 0)
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
            written = batch.frame.height - problems[ROW].n_unique()
            state = Landed(batch.cursor, state.length, state.rows + batch.frame.height, state.written + written)
            if time.monotonic() - synced > _SYNC_SECONDS and state.cursor is not None:
                state = self._land(target, state, waiting)
                waiting, synced = [], time.monotonic()
            tally = Tally(read=state.rows, created=state.written, rejected=rejected)
            yield Progress(Phase.WRITING, state.rows, total, tally, self.session.api_calls, self.session.calls_left)
        self._land(target, replace(state, cursor=None), waiting)

    def _land(self, target: FileTarget, state: Landed, waiting: list[pl.DataFrame]) -> Landed:
        landed = Landed(state.cursor, target.sync(), state.rows, state.written)
        self.ledger.land(landed, pl.concat(waiting) if waiting else no_rejects())
        return landed


def refuse_missing_folder(local: LocalFile) -> None:
    """Raise FileFormatError when there is no folder for the file."""
    folder = Path(local.path).parent
    if not folder.is_dir():
        hint = "Make it, or choose another place."
        raise FileFormatError(f"The folder {folder} does not exist.", hint=hint, place="local.path")


def refuse_too_many(target: FileTarget, total: int | None) -> None:
    """Raise FileFormatError when the file cannot hold so many rows; it is better said before they are read."""
    if target.most_rows is not None and total is not None and total > target.most_rows:
        raise FileFormatError(
            f"The CRM has {total:,} rows for this job, and a sheet of a workbook holds {target.most_rows:,}.",
            hint="Write them into a .csv or .parquet file, or let the filter choose fewer.",
            place="local.path",
        )
