"""A file that an import replaces or adds to: made beside its place, and moved there when it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from crmdesk.model.run import Landed
from crmdesk.tabular.files.contract import FileTarget
from crmdesk.tabular.targets.old_file import OldFile
from crmdesk.tabular.targets.old_rows import refuse_any
from crmdesk.tabular.targets.open_elsewhere import refuse_open


class FileInPlace:
    """See Target for what its methods do. `old` are the rows that come before the new ones, None to replace them."""

    def __init__(self, place: Path, part: Path, file: FileTarget, old: Iterator[pl.DataFrame] | None) -> None:
        self._place = place
        self._part = part
        self._file = file
        self._old = old
        self._old_file = OldFile(place, part)

    @property
    def most_rows(self) -> int | None:
        return self._file.most_rows

    def resume(self, landed: Landed | None) -> Landed | None:
        if landed is None:
            self._file.resume(0)
            if self._old is None:
                return landed
            self._old_file.remember()
            for frame in self._old:
                refuse_any(self._place, self._file.write(frame))
        elif landed.cursor is not None or self._part.exists():
            self._file.resume(landed.length)
        return landed

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        return self._file.write(frame)

    def sync(self) -> int:
        return self._file.sync()

    def land(self, landed: Landed) -> None:
        """The ledger knows how long the part file is."""

    def finish(self, landed: Landed) -> Landed:
        if self._part.exists():  # else it was moved in an earlier life of the run
            refuse_open(self._place)
            self._old_file.refuse_changed()
            self._file.finish(self._place)
        return replace(landed, is_applied=True)

    def forget(self) -> None:
        """Nothing is left beside the file."""

    def close(self) -> None:
        """Nothing is open."""
