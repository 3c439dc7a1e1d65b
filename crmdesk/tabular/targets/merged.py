"""A file that an import merges into: old and new rows meet in a database beside it, of which the file is made anew."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import polars as pl

from crmdesk.model.file_kind import kind_of
from crmdesk.model.index import MARK_COLUMN, Deletions
from crmdesk.model.job import LocalFile
from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.run import Landed
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.databases.connection import connected
from crmdesk.tabular.databases.reading import columns_of, rows_of
from crmdesk.tabular.databases.target import TableTarget
from crmdesk.tabular.files.contract import FileColumn, FileLayout, FileTarget
from crmdesk.tabular.files.kinds import open_target
from crmdesk.tabular.files.part_file import writing
from crmdesk.tabular.files.private import open_private
from crmdesk.tabular.targets.canonical import canonical
from crmdesk.tabular.targets.old_file import OldFile
from crmdesk.tabular.targets.old_rows import OldRows, refuse_any
from crmdesk.tabular.targets.open_elsewhere import refuse_open
from crmdesk.tabular.targets.owner import Owner

_TABLE = "rows"


class MergedFile:
    """See Target for what its methods do. Rows that are there keep their order; new ones come behind them.

    With `deletions` the rows have a column MARK_COLUMN; see TableTarget.
    """

    def __init__(
        self,
        local: LocalFile,
        place: Path,
        part: Path,
        layout: FileLayout,
        key: str,
        owner: Owner,
        deletions: Deletions,
    ) -> None:
        self._local = local
        self._place = place
        self._deletions = deletions
        self._part = part
        self._layout = layout
        self._key = key
        self._owner = owner
        self._database = f"sqlite:///{part.absolute().as_posix()}"
        self._table = self._in(Mode.MERGE, deletions)
        self._file = self._target(part.with_name(f"{part.name}.new"))
        self._old_file = OldFile(place, part)

    @property
    def most_rows(self) -> int | None:
        return self._file.most_rows

    def _in(self, mode: Mode, deletions: Deletions = Deletions.NO) -> TableTarget:
        texts = FileLayout(tuple(FileColumn(name) for name in self._layout.names), self._layout.zone)
        owner = replace(self._owner, job=f"{self._owner.job} {mode}")
        return TableTarget(LocalTable(self._database, _TABLE, mode=mode), "", texts, self._key, owner, deletions)

    def _target(self, part: Path) -> FileTarget:
        return open_target(self._local, part, self._layout)

    def resume(self, landed: Landed | None) -> Landed | None:
        if landed is not None and landed.is_applied:
            return landed
        if landed is not None and self._part.exists():
            state = self._table.resume(landed)
            if state is not None:
                return state
            self._table.close()
        self._begin()
        self._table.resume(None)
        return None

    def _begin(self) -> None:
        """A database of the old rows alone."""
        self._remove()
        self._old_file.remember()
        with writing(self._part), open_private(self._part, "wb"):
            pass  # from now on nobody else may read it
        with closing(self._in(Mode.REPLACE)) as table:
            table.resume(None)
            rows = 0
            for frame in OldRows(self._local, self._layout).frames():
                refuse_any(self._place, table.write(self._marked(frame)))
                rows += frame.height
            table.finish(Landed(None, 0, rows, rows))
            table.forget()

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        problems = self._file.refused(frame)
        good = frame.filter(~pl.col(ROW).is_in(problems[ROW].implode()))
        self._table.write(self._marked(canonical(kind_of(self._local.path), self._layout, good), good))
        return problems

    def _marked(self, frame: pl.DataFrame, read: pl.DataFrame | None = None) -> pl.DataFrame:
        """Rows with their times of deletion, null for a record that lives in every kind of file.

        Where rows are removed the file has no such column, and the times stand in what was `read` alone.
        """
        if self._deletions is Deletions.NO:
            return frame
        times = (frame if MARK_COLUMN in frame.columns or read is None else read).get_column(MARK_COLUMN, default=None)
        return frame if times is None else frame.with_columns(times.set(times == "", None))

    def sync(self) -> int:
        return 0

    def land(self, landed: Landed) -> None:
        self._table.land(landed)

    def finish(self, landed: Landed) -> Landed:
        refuse_open(self._place)
        self._old_file.refuse_changed()
        applied = self._table.finish(landed)
        self._file.resume(0)
        names = ", ".join('"' + name.replace('"', '""') + '"' for name in self._layout.names)
        statement = f"SELECT {names} FROM {_TABLE} ORDER BY rowid"  # noqa: S608 - quoted names
        row = 1
        with connected(self._database, "", is_readonly=True) as connection:
            for some in rows_of(connection, statement, columns_of(connection, statement, ())):
                rows = pl.int_range(row, row + some.frame.height, eager=True, dtype=pl.Int64).alias(ROW)
                columns = [column.alias(name) for column, name in zip(some.frame, self._layout.names, strict=True)]
                refuse_any(self._place, self._file.write(pl.DataFrame([rows, *columns])))
                row += some.frame.height
        self._file.finish(self._place)
        return applied

    def forget(self) -> None:
        self._table.close()
        self._remove()

    def _remove(self) -> None:
        with writing(self._part):
            for suffix in ("", "-journal", "-wal", "-shm"):
                self._part.with_name(self._part.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        self._table.close()
