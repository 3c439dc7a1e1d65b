"""Workbooks for the tests, made by a library that is not ours."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.kinds import open_source


@contextmanager
def workbook(place: Path, **options: object) -> Iterator[Any]:
    """A workbook to be filled, which stands at `place` in the end."""
    made = xlsxwriter.Workbook(str(place), options)
    yield made
    made.close()


def sheet_of(place: Path, *rows: tuple[object, ...]) -> LocalFile:
    """A workbook of one sheet, `S`, with these rows from the first on."""
    with workbook(place) as made:
        sheet = made.add_worksheet("S")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    return LocalFile(str(place))


def rewritten(place: Path, part: str, change: Callable[[bytes], bytes]) -> LocalFile:
    """The workbook at `place` with one part changed."""
    with zipfile.ZipFile(place) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(content) if name == part else content)
    return LocalFile(str(place))


def read(local: LocalFile) -> tuple[list[tuple[str, ...]], list[tuple[int, int]], pl.DataFrame, list[str]]:
    """Of a file the cells of all rows, their ROW and LINE, all problems, and the notices."""
    source = open_source(local)
    batches = list(source.batches())
    cells = [tuple(row) for batch in batches for row in batch.frame.drop(ROW, LINE).rows()]
    places = [(row, line) for batch in batches for row, line in batch.frame.select(ROW, LINE).rows()]
    return cells, places, pl.concat([batch.problems for batch in batches]), list(source.notices)
