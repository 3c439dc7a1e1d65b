"""What a job file says about reading: population, all fields, schema, duplicates, engine; read, written, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.engine.job.file import parse_job
from crmdesk.engine.job.text import job_text
from crmdesk.errors import PlanError
from crmdesk.model.job import Engine
from crmdesk.model.local import LocalTable
from crmdesk.model.read_options import (
    Duplicates,
    Keep,
    Population,
    ReadOptions,
    SchemaRule,
    Take,
    WhenNew,
    WhenOther,
)

FOLDER = Path("/jobs")
IMPORT = """
version = 1
name = "contacts"
object = "Contact"
operation = "import"
local = { path = "contacts.csv" }
mapping = [{ remote = "LastName", local = "Name" }]
"""


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", ReadOptions()),
        (
            '[population]\npath = "ids.csv"\ncolumn = "sf"\ncarry = ["a", "b"]',
            ReadOptions(Population("sf", carry=("a", "b"), path="/jobs/ids.csv")),
        ),
        (
            '[population]\nrun = 7\ntake = "rejects"\ncolumn = "sf"\nkey = "Key__c"',
            ReadOptions(Population("sf", "Key__c", run="7", take=Take.REJECTS)),
        ),
        (
            '[population]\ndatabase = "sqlite:////data/crm.db"\ntable = "names"\ncolumn = "sf"',
            ReadOptions(Population("sf", table=LocalTable("sqlite:////data/crm.db", "names"))),
        ),
        ("[population]\npasted = true", ReadOptions(Population("Id"))),
        ('[mapping_all]\nexcept = ["A", "B"]', ReadOptions(all_except=("A", "B"), schema=SchemaRule(WhenNew.ADD))),
        ("[mapping_all]", ReadOptions(all_except=(), schema=SchemaRule(WhenNew.ADD))),
        (
            '[schema]\nnew = "stop"\ngone = "go-on"',
            ReadOptions(schema=SchemaRule(WhenNew.STOP, gone=WhenOther.GO_ON)),
        ),
        (
            '[duplicates]\nkey = ["Email", "LastName"]\nkeep = "most-recent"\nby = "CreatedDate"',
            ReadOptions(duplicates=Duplicates(("Email", "LastName"), Keep.MOST_RECENT, "CreatedDate")),
        ),
        ('[duplicates]\nkey = "Email"', ReadOptions(duplicates=Duplicates(("Email",)))),
    ],
)
def test_what_is_said_about_reading_is_read_and_written_back(text: str, options: ReadOptions) -> None:
    """R-101, R-102, R-107, R-128."""
    job = parse_job(IMPORT + text, FOLDER)
    assert job.reading == options
    assert parse_job(job_text(job, FOLDER), FOLDER) == job


def test_the_engine_of_an_import_is_read_and_written_back() -> None:
    job = parse_job(IMPORT + '[behaviour]\nengine = "bulk"\nstop_after_rejects = 7', FOLDER)
    assert job.engine is Engine.BULK
    assert parse_job(job_text(job, FOLDER), FOLDER) == job


def problems(text: str) -> dict[str, str]:
    with pytest.raises(PlanError) as refused:
        parse_job(text, FOLDER)
    return {problem.place: problem.message for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('[population]\ncolumn = "sf"', "population.path", "exactly one of"),
        ('[population]\npath = "ids.csv"', "population.column", "missing"),
        ('[population]\npath = "ids.doc"\ncolumn = "sf"', "population.path", "not a kind of file"),
        ('[population]\npasted = true\n[filter]\nall = [{ field = "A", value = 1 }]', "filter", "names the records"),
        ('[population]\npasted = true\n[[order_by]]\nfield = "A"', "order_by", "names the records"),
        ('[duplicates]\nkeep = "last"', "duplicates.key", "by a key"),
        ('[schema]\nnew = "perhaps"', "schema.new", "cannot be"),
        ('[behaviour]\nengine = "soap"', "behaviour.engine", "cannot be"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_with_its_place(text: str, place: str, words: str) -> None:
    assert words in problems(IMPORT + text)[place]


@pytest.mark.parametrize("table", ['[population]\npath = "a.csv"', "[mapping_all]", "[schema]", "[duplicates]"])
def test_an_export_has_no_place_for_what_belongs_to_reading(table: str) -> None:
    place = table.split("]", maxsplit=1)[0][1:]
    assert "belongs to an import" in problems(IMPORT.replace('"import"', '"export"') + table)[place]


@pytest.mark.parametrize("word", ["not", "none"])
def test_and_not_is_refused_by_its_name(word: str) -> None:
    """R-079."""
    nested = f'[filter]\nall = [{{ {word} = [{{ field = "A", op = "=", value = 1 }}] }}]'
    assert "There is no AND NOT and no OR NOT." in problems(IMPORT + nested).values()
    assert "There is no AND NOT and no OR NOT." in problems(
        IMPORT + f'[filter]\n{word} = [{{ field = "A", op = "=", value = 1 }}]'
    ).values()  # fmt: skip


def test_one_level_has_one_operator() -> None:
    """R-078."""
    both = '[filter]\nall = [{ field = "A", op = "=", value = 1 }]\nany = [{ field = "B", op = "=", value = 2 }]'
    assert "one operator" in problems(IMPORT + both)["filter"]
    nested = '[filter]\nall = [{ field = "A", value = 1 }, { any = [{ field = "B", value = 2 }] }]'
    assert parse_job(IMPORT + nested, FOLDER).filter is not None
