"""A run as the source of other jobs: its results, or its rejects with what the CRM said of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from crmdesk.desk.ends.tables import reject_frames, result_frames
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.preparing.columns import REJECT_COLUMNS, RESERVED, beside
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.results import COLUMNS
from crmdesk.errors import UserError
from crmdesk.model.local_run import LocalRun
from crmdesk.model.read_options import Take
from crmdesk.model.run import RunOutcome
from crmdesk.store import Store
from crmdesk.tabular.batch import LINE, ROW, Batch, no_problems

ERROR = {"errorSymbol": "_code", "errorMessage": "_message"}
"""The columns by which rejects are handed on as the CRM said them, and ours that they are taken from."""


def handed_on(store: Store, run: str, take: Take) -> Iterator[pl.DataFrame]:
    """Rows of a writing run as text; no rejects when its job hands none on. Raises UserError for no such run."""
    record = store.runs.get(run)
    if take is Take.OUTPUT:
        yield from result_frames(store, run)
    elif job_of(record.start).job.behaviour.processes_rejects:
        for frame in reject_frames(store.rejects.iterate(run), is_disarmed=False):
            free = {name: ours for name, ours in ERROR.items() if name not in frame.columns}
            yield frame.with_columns(pl.col(ours).alias(name) for name, ours in free.items())


def stored_header(ledger: Ledger) -> tuple[str, ...]:
    """The columns of the source as it was read."""
    for frame in SourceCopy(ledger.folder, list(ledger.source_blocks())).blocks():
        return tuple(column for column in frame.columns if column not in (ROW, LINE))
    return ()


@dataclass(frozen=True, slots=True)
class RunSource:
    """A run as the source of a job, but for what one has read, which is where it was written; see LocalSource."""

    store: Store
    local: LocalRun
    notices: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """Our columns, then those of the run's own source; raises as `fingerprint` does."""
        self.fingerprint()
        first = next(handed_on(self.store, self.local.run, self.local.take), None)
        if first is not None:
            return tuple(first.columns)
        source = stored_header(self.store.runs.ledger(self.local.run))
        ours = COLUMNS if self.local.take is Take.OUTPUT else RESERVED
        theirs = beside(ours, source).values()
        if self.local.take is Take.OUTPUT:
            return (*COLUMNS, *theirs)
        return (*REJECT_COLUMNS, *theirs, *(name for name in ERROR if name not in theirs))

    def batches(self) -> Iterator[Batch]:
        """All rows in their order."""
        row = 1
        for frame in handed_on(self.store, self.local.run, self.local.take):
            rows = pl.int_range(row, row + frame.height, eager=True, dtype=pl.Int64)
            yield Batch(frame.select(rows.alias(ROW), rows.alias(LINE), pl.all().fill_null("")), None, no_problems())
            row += frame.height

    def fingerprint(self) -> str:
        """The run and how its rows stand; raises UserError for one that has not ended."""
        record = self.store.runs.get(self.local.run)
        if record.outcome is RunOutcome.RUNNING:
            raise UserError(f"Run {record.run} has not ended.", hint="Wait until it has.", place="local.run")
        return f"{self.local.path}: {record.ended} {record.tally}"
