"""The rows that an import finds in the file that it adds to, as the texts that it would have written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import polars as pl

from crmdesk.errors import FileFormatError
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.contract import FileLayout
from crmdesk.tabular.files.jsonl import JsonLinesSource
from crmdesk.tabular.files.kinds import open_source
from crmdesk.tabular.files.parquet import ParquetSource
from crmdesk.tabular.local_source import LocalSource
from crmdesk.tabular.targets.canonical import canonical


class OldRows:
    """No rows at all when there is no file. Raises FileFormatError when it cannot be read to its last cell."""

    def __init__(self, local: LocalFile, layout: FileLayout) -> None:
        self._local = local
        self._layout = layout
        self._kind = kind_of(local.path)

    @cached_property
    def source(self) -> LocalSource | None:
        """The file as it is; None when there is none, or nothing in it."""
        path = Path(self._local.path)
        if not path.exists() or path.stat().st_size == 0:
            return None
        match self._kind:
            case FileKind.PARQUET:
                return ParquetSource(path, keeps_null=True)
            case FileKind.JSON_LINES:
                return JsonLinesSource(self._local, keeps_null=True)
            case FileKind.TEXT | FileKind.XLSX:
                return open_source(self._local)

    def refuse_others(self) -> None:
        """Raise FileFormatError when the file has other columns than the job."""
        source = self.source
        if source is None:
            return
        header, names = source.header, self._layout.names
        missing = [name for name in names if name not in header]
        others = [name for name in header if name not in names]
        if missing:
            raise self._refused(f"has no column {_listed(missing)}")
        if others:
            raise self._refused(f"has columns that this job does not fill: {_listed(others)}")

    def frames(self) -> Iterator[pl.DataFrame]:
        """ROW and the columns of the layout, in its order."""
        self.refuse_others()
        if self.source is None:
            return
        place = Path(self._local.path)
        for batch in self.source.batches():
            refuse_any(place, batch.problems)
            frame = batch.frame.select(ROW, *self._layout.names)
            yield canonical(self._kind, self._layout, frame)

    def _refused(self, what: str) -> FileFormatError:
        msg = f"{self._local.path} {what}."
        hint = "Map the same columns, or choose another file or mode = “replace”."
        return FileFormatError(msg, hint=hint, place="local.path")


def refuse_any(place: Path, problems: pl.DataFrame) -> None:
    """Raise FileFormatError for the first of the problems of rows that are there already: none of them may be lost."""
    if problems.is_empty():
        return
    first = problems.sort(ROW).row(0, named=True)
    msg = f"{place} cannot be added to, because row {first[ROW]} of it would be lost: {first['message']}"
    raise FileFormatError(msg, hint="Mend that row, or choose another file.", place="local.path")


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:20])
