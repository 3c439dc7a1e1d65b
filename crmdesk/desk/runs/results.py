"""The results of a run that writes: what became of every row, as rows, as a file, and as ids in the source table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.tables import all_disarmed, result_frames, write_before, write_csv
from crmdesk.desk.ends.writing_back import write_ids_back
from crmdesk.desk.runs.own_source import refuse_own_source
from crmdesk.engine.results import COLUMNS
from crmdesk.errors import UserError
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.tabular.databases.writing_back import IdsWritten


class Results:
    """Every method raises StoreError, and UserError for a run that does not exist or that reads from the CRM."""

    def __init__(self, store: Store, ends: LocalEnds) -> None:
        self._store = store
        self._ends = ends

    def rows(self, run: str, *, with_retries: bool = False) -> Iterator[Mapping[str, str]]:
        """Every row in source order; `with_retries`: with what became of it in the runs that took it up."""
        self._refuse_import(run)
        frames = result_frames(self._store, run, with_retries=with_retries)
        return (row for frame in frames for row in frame.iter_rows(named=True))

    def write(self, run: str, place: Path, *, is_disarmed: bool, with_retries: bool = False) -> int:
        """Write the same to a CSV file, disarmed for spreadsheets when `is_disarmed`; gives the number of rows."""
        self._refuse_import(run)
        refuse_own_source(self._store.runs.get(run), place)
        frames = result_frames(self._store, run, with_retries=with_retries)
        return write_csv(place, all_disarmed(frames) if is_disarmed else frames, COLUMNS)

    def write_ids_back(self, run: str, column: str, key: Sequence[str]) -> IdsWritten:
        """Write the ids of the run's records into a column of its source table, rows found by the columns `key`."""
        self._refuse_import(run)
        return write_ids_back(self._store, self._ends, run, column, key)

    def write_before(self, run: str, place: Path, *, is_disarmed: bool) -> int:
        """Write what the CRM held before a run to a CSV file; gives the number of records. UserError without any."""
        self._refuse_import(run)
        refuse_own_source(self._store.runs.get(run), place)
        return write_before(self._store, run, place, is_disarmed=is_disarmed)

    def _refuse_import(self, run: str) -> None:
        start = self._store.runs.get(run).start
        if start.operation.is_reading:
            raise UserError(
                f"Run {run} read from the CRM: what it read is in {start.source}.",
                hint=f"`crmdesk rejects {run}` lists the rows that could not be written there.",
            )
