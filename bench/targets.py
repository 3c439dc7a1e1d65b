"""What it costs to bring rows into SQLite and into a workbook, beside the usual ways to do so; results are compared.

Both sides start from the CSV that a Bulk query gives. CPU seconds of this process, the best of three turns, in turn.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import fastexcel
import openpyxl
import peewee
import polars as pl
import xlsxwriter

from crmdesk.model.job import Local, LocalFile
from crmdesk.model.local import LocalTable
from crmdesk.model.run import Landed
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert_read import ReadLine, convert_read, layout_of
from crmdesk.tabular.ends import open_target
from crmdesk.tabular.targets.owner import Owner

_TEXTS = 9
_TYPES = [FieldType.TEXT] * _TEXTS + [
    FieldType.BOOLEAN,
    FieldType.INTEGER,
    FieldType.DECIMAL,
    FieldType.DATE,
    FieldType.DATETIME,
]
LINES = [
    ReadLine("Id", "Id", Field("Id", "Id", FieldType.ID)),
    *(
        ReadLine(f"F{number}", f"F{number}", Field(f"F{number}", "F", kind, scale=2, precision=16))
        for number, kind in enumerate(_TYPES)
    ),
]
ZONE = ZoneInfo("Europe/Stockholm")
NAMES = [line.local for line in LINES]
_BLOCK = 20_000
_TURNS = 3


def main() -> None:
    """Measure and compare."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    rows = arguments.parse_args().rows
    wire = _wire(rows)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ours, theirs = folder / "ours.db", folder / "theirs.db"
        _told(
            "SQLite",
            "csv + insert_many",
            lambda: _ours(wire, LocalTable(f"sqlite:///{ours}", "rows"), folder),
            lambda: _insert_many(wire, theirs),
        )
        _same_tables(ours, theirs)
        book, other = folder / "ours.xlsx", folder / "theirs.xlsx"
        _told(
            "workbook",
            "xlsxwriter row by row",
            lambda: _ours(wire, LocalFile(str(book)), folder),
            lambda: _xlsxwriter(wire, other),
        )
        _same_books(book, rows)


def _wire(rows: int) -> bytes:
    """The CSV of a Bulk query: 15 columns, texts of several scripts, some empty."""
    chance = random.Random(1)  # noqa: S311 - test data
    words = ["Åsa", "漢字", "O'Brien", 'a "q" b', "line\nbreak", "007", "=1+1", "", "smörgås & <tag>", "x" * 40]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([line.remote for line in LINES])
    for number in range(rows):
        texts = [f"{chance.choice(words)} {number % 977}" if chance.random() < 0.9 else "" for _ in range(_TEXTS)]  # noqa: PLR2004
        typed = [
            chance.choice(("true", "false")),
            str(chance.randrange(100_000)),
            f"{chance.randrange(10**9) / 100:.2f}",
            f"20{chance.randrange(10, 26)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}",
            f"2026-0{chance.randrange(1, 9)}-1{chance.randrange(9)}T0{chance.randrange(9)}:30:00.000Z",
        ]
        writer.writerow([f"003{number:015}", *texts, *typed])
    return text.getvalue().encode()


def _frames(wire: bytes) -> Iterator[pl.DataFrame]:
    frame = pl.read_csv(io.BytesIO(wire), infer_schema=False)
    for start in range(0, frame.height, _BLOCK):
        yield frame.slice(start, _BLOCK).with_row_index(ROW, start + 1).cast({ROW: pl.Int64})


def _ours(wire: bytes, local: Local, folder: Path) -> None:
    owner = Owner(folder, "bench", "1")
    with closing(open_target(local, "", layout_of(LINES, ZONE), "Id", owner)) as target:
        target.resume(None)
        done = 0
        for frame in _frames(wire):
            converted = convert_read(LINES, frame, ZONE)
            problems = target.write(converted.ready)
            if problems.height or converted.problems.height:
                raise AssertionError(problems, converted.problems)
            done += frame.height
            target.land(Landed("x", target.sync(), done, done))
        end = Landed(None, target.sync(), done, done)
        target.land(end)
        target.finish(end)
        target.forget()


def _insert_many(wire: bytes, place: Path) -> None:
    database = peewee.SqliteDatabase(str(place))
    fields = {name: peewee.TextField(null=True) for name in NAMES}
    meta = type("Meta", (), {"database": database, "primary_key": False, "table_name": "rows"})
    model = type("Rows", (peewee.Model,), {**fields, "Meta": meta})
    with database:
        model.create_table()
        rows: list[dict[str, str | None]] = []
        for row in csv.DictReader(io.StringIO(wire.decode())):
            rows.append({name: text or None for name, text in row.items()})
            if len(rows) == 1_000:  # noqa: PLR2004
                model.insert_many(rows).execute()
                rows = []
        if rows:
            model.insert_many(rows).execute()


def _xlsxwriter(wire: bytes, place: Path) -> None:
    book = xlsxwriter.Workbook(str(place), {"constant_memory": True})
    sheet = book.add_worksheet("Rows")
    for number, row in enumerate(csv.reader(io.StringIO(wire.decode()))):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(number, column, text)
    book.close()


def _told(what: str, other: str, ours: Callable[[], None], theirs: Callable[[], None]) -> None:
    mine, others = [], []
    for turn in range(_TURNS):
        mine.append(_cpu(ours))
        if turn == 0:
            others.append(_cpu(theirs))
    print(f"{what}: {other} ÷ ours = {min(others) / min(mine):.1f}  ({min(others):.2f} s, {min(mine):.2f} s of CPU)")  # noqa: T201


def _cpu(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _same_tables(ours: Path, theirs: Path) -> None:
    """Every text is the same, every number means the same."""
    with closing(sqlite3.connect(ours)) as one, closing(sqlite3.connect(theirs)) as other:
        query = f"SELECT {', '.join(NAMES[: _TEXTS + 1])}, CAST(F11 AS REAL) FROM rows ORDER BY Id"  # noqa: S608
        left, right = one.execute(query).fetchall(), other.execute(query).fetchall()
    if left != right:
        raise AssertionError("the tables differ")
    print(f"both tables hold the same {len(left):,} rows")  # noqa: T201


def _same_books(ours: Path, rows: int) -> None:
    """Two readers of others see the same texts."""
    fast = pl.DataFrame(fastexcel.read_excel(ours).load_sheet(0, dtypes="string")).select(NAMES[: _TEXTS + 1]).rows()
    book = openpyxl.load_workbook(ours, read_only=True)
    slow = [row[: _TEXTS + 1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    book.close()
    if len(fast) != rows or fast != slow:
        raise AssertionError("fastexcel and openpyxl see different rows")
    print(f"fastexcel and openpyxl see the same {rows:,} rows")  # noqa: T201


if __name__ == "__main__":
    main()
