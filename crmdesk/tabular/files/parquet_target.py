"""Writes rows as Parquet: columns of real types, zstd, made of Arrow blocks that are kept until the file is whole."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

import polars as pl
from polars.io.plugins import register_io_source

from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind
from crmdesk.tabular.files.part_file import PartFile, assembled, writing
from crmdesk.tabular.files.typed import typed
from crmdesk.tabular.types.cells import quoted

_HEAD = b"CRMD"
_LENGTH = 8  # bytes before each block that tell its length
_GROUP = 100_000  # rows

_SYSTEM = re.compile(r"\(os error (\d+)\)")


class ParquetTarget:
    """A Parquet file in the making. Null and empty text stay apart, a decimal has 20 digits before and 18 behind.

    See FileTarget for what its methods do. The part file holds blocks of rows (Arrow IPC), each behind its length.
    """

    most_rows = None

    def __init__(self, part: Path, layout: FileLayout) -> None:
        self._part = PartFile(part)
        self._columns = layout.columns

    def resume(self, length: int) -> None:
        self._part.resume(length, _HEAD)

    def refused(self, frame: pl.DataFrame) -> pl.DataFrame:
        return _problems(self._columns, frame, self._values(frame))

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        values = self._values(frame)
        problems = _problems(self._columns, frame, values)
        if not problems.is_empty():
            values = values.filter(~frame[ROW].is_in(problems[ROW].implode()))
        block = io.BytesIO()
        values.write_ipc_stream(block, compression="lz4")
        self._part.append(block.getbuffer().nbytes.to_bytes(_LENGTH, "big") + block.getvalue())
        return problems

    def _values(self, frame: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame([typed(column.kind, frame[column.name]) for column in self._columns])

    def sync(self) -> int:
        return self._part.sync()

    def finish(self, place: Path) -> None:
        whole = assembled(self._part)
        schema = pl.Schema({column.name: _type(column.kind) for column in self._columns})

        def blocks(
            with_columns: list[str] | None, _predicate: pl.Expr | None, _rows: int | None, _size: int | None
        ) -> Iterator[pl.DataFrame]:
            for block in self._blocks():
                yield block if with_columns is None else block.select(with_columns)

        with writing(place):
            rows = register_io_source(blocks, schema=schema)
            try:
                rows.sink_parquet(whole.path, compression="zstd", row_group_size=_GROUP, maintain_order=True)
            except pl.exceptions.ComputeError as error:
                found = _SYSTEM.search(str(error))  # what the system had against it, polars tells in words alone
                if found is None:
                    raise
                raise OSError(int(found[1]), os.strerror(int(found[1]))) from error
        whole.move(place)
        with writing(self._part.path):
            self._part.path.unlink()

    def _blocks(self) -> Iterator[pl.DataFrame]:
        with self._part.path.open("rb") as file:
            file.seek(len(_HEAD))
            while length := int.from_bytes(file.read(_LENGTH), "big"):
                yield pl.read_ipc_stream(io.BytesIO(file.read(length)))


def _type(kind: Kind) -> pl.DataType:
    match kind:
        case Kind.TEXT:
            return pl.String()
        case Kind.BOOLEAN:
            return pl.Boolean()
        case Kind.INTEGER:
            return pl.Int64()
        case Kind.DECIMAL:
            return pl.Decimal(38, 18)
        case Kind.DATE:
            return pl.Date()
        case Kind.MOMENT:
            return pl.Datetime("us", "UTC")
        case Kind.CLOCK:
            return pl.Datetime("us")
        case _:
            assert_never(kind)


def _problems(columns: tuple[FileColumn, ...], frame: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """A problem for each text that became none of its column's type."""
    found = []
    for column in columns:
        lost = frame.filter(frame[column.name].is_not_null() & values[column.name].is_null())
        for row, text in lost.select(ROW, column.name).iter_rows():
            message = f"{quoted(text)} cannot be held as {_WORDS[column.kind]} by a Parquet file."
            found.append({ROW: row, "field": column.name, "code": Check.OUT_OF_RANGE.value, "message": message})
    return pl.DataFrame(found, schema=PROBLEM_SCHEMA) if found else no_problems()


_WORDS = {
    Kind.TEXT: "a text",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number of 64 bits",
    Kind.DECIMAL: "a number of 20 digits before the point and 18 behind it",
    Kind.DATE: "a date",
    Kind.MOMENT: "a point in time",
    Kind.CLOCK: "a time without an offset",
}
