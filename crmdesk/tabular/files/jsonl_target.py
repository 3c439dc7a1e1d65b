"""Writes rows as JSON Lines: one object a line, in UTF-8."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import msgspec
import polars as pl

from crmdesk.tabular.batch import no_problems
from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind
from crmdesk.tabular.files.part_file import PartFile

_encoder = msgspec.json.Encoder()


class JsonLinesTarget:
    """A file of objects with all columns each; numbers keep every digit, no value is null, empty text is "".

    See FileTarget for what its methods do.
    """

    most_rows = None

    def __init__(self, part: Path, layout: FileLayout) -> None:
        self._part = PartFile(part)
        self._layout = layout

    def resume(self, length: int) -> None:
        self._part.resume(length, b"")

    def refused(self, frame: pl.DataFrame) -> pl.DataFrame:
        return no_problems()

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        columns = [_values(column, frame[column.name]) for column in self._layout.columns]
        names = self._layout.names
        rows = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
        self._part.append(_encoder.encode_lines(rows))
        return no_problems()

    def sync(self) -> int:
        return self._part.sync()

    def finish(self, place: Path) -> None:
        self._part.move(place)


def _values(column: FileColumn, texts: pl.Series) -> list[str | None] | list[msgspec.Raw | None]:
    """What stands in each object; numbers and truth values are JSON as they are."""
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL | Kind.BOOLEAN:
            return [None if text is None else msgspec.Raw(text.encode()) for text in texts]
        case Kind.TEXT | Kind.DATE | Kind.MOMENT | Kind.CLOCK:
            return texts.to_list()
        case _:
            assert_never(column.kind)
