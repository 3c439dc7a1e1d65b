"""Pairs of fields and columns that do not hold the same: a flag for each class, and none for what is safe."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from crmdesk.connectors.registry import connector
from crmdesk.engine.job.file import parse_job
from crmdesk.engine.planning.reading import plan_read
from crmdesk.engine.planning.unsafe_lines import pair_flags
from crmdesk.engine.planning.writing import plan_write
from crmdesk.model.local import LocalTable
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.tabular.databases.fitting import create_statement
from crmdesk.tabular.files.contract import Kind
from crmdesk.tabular.known_columns import KnownColumn, known_columns

FIELDS = (
    Field("Id", "Id", FieldType.ID, length=18, is_key=True),
    Field("Name", "Name", FieldType.TEXT, length=80),
    Field("Story", "Story", FieldType.TEXT, length=131_072),
    Field("Size", "Size", FieldType.INTEGER),
    Field("Price", "Price", FieldType.DECIMAL, precision=18, scale=4),
    Field("Born", "Born", FieldType.DATE),
    Field("Seen", "Seen", FieldType.DATETIME),
    Field("Is", "Is", FieldType.BOOLEAN),
    Field("Kinds", "Kinds", FieldType.MULTIPICKLIST, values=("A", "B")),
)
THING = RemoteObject("Thing", "Thing", "Things", "Id", FIELDS)
TEXT = KnownColumn(Kind.TEXT)


def flags(field: str, column: KnownColumn, *, reads: bool, path: str = "x.parquet") -> list[str]:
    """What is said about one line, the field beside a column `c`."""
    operation = "import" if reads else "export"
    export = "" if reads else '[export]\naction = "insert"\n'
    text = f'name = "j"\nobject = "Thing"\noperation = "{operation}"\n[local]\npath = "{path}"\n'
    job = parse_job(f'{text}[[mapping]]\nremote = "{field}"\nlocal = "c"\n{export}', Path("/jobs"))
    can = connector("salesforce").capabilities
    plan = plan_read(job, THING, str) if reads else plan_write(job, THING, ("c",), can, str)  # type: ignore[arg-type]
    found = pair_flags(plan, {"c": column})
    assert {each.place for each in found} <= {"mapping[1]"}
    return [each.message for each in found]


@pytest.mark.parametrize(
    ("field", "column", "says"),
    [
        ("Size", TEXT, "“c” holds texts, and Size (Size) is a whole number"),
        ("Price", TEXT, "is a number: rows with other texts are rejected"),
        ("Is", TEXT, "is true or false"),
        ("Born", TEXT, "is a date:"),
        ("Seen", TEXT, "is a date with a time:"),
        ("Name", KnownColumn(Kind.TEXT, length=255), "“c” holds up to 255 characters, and Name (Name) takes 80"),
        ("Born", KnownColumn(Kind.MOMENT), "the time of day is left out"),
        ("Born", KnownColumn(Kind.CLOCK), "the time of day is left out"),
        ("Seen", KnownColumn(Kind.DATE), "midnight in the job's zone"),
        ("Size", KnownColumn(Kind.DECIMAL), "rows with decimals are rejected"),
        ("Born", KnownColumn(Kind.INTEGER), "“c” holds whole numbers, and Born (Born) is a date"),
        ("Price", KnownColumn(Kind.BOOLEAN), "“c” holds true and false, and Price (Price) is a number"),
    ],
)
def test_what_a_field_may_refuse_of_a_column_is_told_before(field: str, column: KnownColumn, says: str) -> None:
    """R-052."""
    (found,) = flags(field, column, reads=False)
    assert says in found


@pytest.mark.parametrize(
    ("field", "column", "says"),
    [
        ("Name", KnownColumn(Kind.TEXT, length=20), "has up to 80 characters, and “c” holds 20"),
        ("Kinds", TEXT, "in one text, with ; between them"),
        ("Size", KnownColumn(Kind.INTEGER, bits=16), "32 bits, and “c” holds 16"),
        ("Price", KnownColumn(Kind.DECIMAL, precision=10, scale=2), "18 digits, 4 of them behind the point"),
    ],
)
def test_what_a_column_may_refuse_of_a_field_is_told_before(field: str, column: KnownColumn, says: str) -> None:
    """R-052."""
    (found,) = flags(field, column, reads=True)
    assert says in found


def test_a_cell_of_a_workbook_is_shorter_than_a_long_text() -> None:
    """R-052."""
    (found,) = flags("Story", TEXT, reads=True, path="x.xlsx")
    assert "131,072 characters, and “c” holds 32,767" in found


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("Name", TEXT),
        ("Name", KnownColumn(Kind.INTEGER)),
        ("Name", KnownColumn(Kind.TEXT, length=80)),
        ("Size", KnownColumn(Kind.INTEGER)),
        ("Price", KnownColumn(Kind.DECIMAL, precision=18, scale=4)),
        ("Is", KnownColumn(Kind.INTEGER)),
        ("Seen", KnownColumn(Kind.MOMENT)),
    ],
)
def test_a_pair_that_holds_the_same_is_not_flagged(field: str, column: KnownColumn) -> None:
    assert flags(field, column, reads=False) == []


def test_the_columns_of_a_parquet_file_are_known(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1], "b": ["x"], "c": [1.5], "d": [True]})
    frame.write_parquet(tmp_path / "x.parquet")
    job = parse_job(
        'name = "j"\nobject = "T"\noperation = "export"\n[local]\npath = "x.parquet"\n'
        '[[mapping]]\nremote = "N"\nlocal = "a"\n[export]\naction = "insert"\n',
        tmp_path,
    )
    kinds = {name: column.kind for name, column in known_columns(job.local, "").items()}
    assert kinds == {"a": Kind.INTEGER, "b": Kind.TEXT, "c": Kind.DECIMAL, "d": Kind.BOOLEAN}


def test_a_table_of_sqlite_that_an_import_made_itself_is_warned_of_at_no_later_run(tmp_path: Path) -> None:
    job = parse_job(
        'name = "j"\nobject = "Thing"\noperation = "import"\n'
        '[local]\ndatabase = "sqlite:///x.db"\ntable = "t"\nmode = "merge"\n[mapping_all]\nexcept = ["Kinds"]\n',
        tmp_path,
    )
    plan = plan_read(job, THING, lambda _: THING)
    assert isinstance(job.local, LocalTable)
    made = create_statement(job.local, plan.layout, plan.id_column)
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute(made)
    assert not [*pair_flags(plan, known_columns(job.local, ""))]
