"""[index] and expressions in the job file."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.engine.job.file import parse_job
from crmdesk.engine.job.text import job_text
from crmdesk.errors import PlanError
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.model.index import Deletions, IndexMode, IndexOptions

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
    ("said", "index"),
    [
        ("", IndexOptions()),
        ('mode = "manual"\noption = "x_<%= activityName %>"', IndexOptions(IndexMode.MANUAL, "x_<%= activityName %>")),
        ('field = "SystemModstamp"\nlag_seconds = 0', IndexOptions(field="SystemModstamp", lag_seconds=0)),
        ('deleted = "mark"', IndexOptions(deletions=Deletions.MARK)),
        ('mode = "off"\noption = "x"', None),
    ],
)
def test_the_index_is_read_and_written_back(said: str, index: IndexOptions | None) -> None:
    """R-109, R-110."""
    job = parse_job(f"{IMPORT}[index]\n{said}", FOLDER)
    assert job.index == index
    assert parse_job(job_text(job), FOLDER) == job


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f'{IMPORT}[index]\nmode = "often"', "index.mode"),
        (f"{IMPORT}[index]\nlag_seconds = -1", "index.lag_seconds"),
        (f'{IMPORT}[index]\ndeleted = "forget"', "index.deleted"),
        (f"{IMPORT}[index]\nlag = 5", "index.lag"),
        (IMPORT.replace('"import"', '"export"') + "[index]", "index.mode"),
    ],
)
def test_an_index_that_means_nothing_is_named(text: str, place: str) -> None:
    """R-109."""
    with pytest.raises(PlanError) as refusal:
        parse_job(text, FOLDER)
    assert [problem.place for problem in refusal.value.problems] == [place]


def test_an_expression_takes_the_place_of_a_value() -> None:
    """R-084."""
    text = IMPORT + '[filter]\nall = [ { field = "A", op = ">=", expression = "vars.crmStartImport" } ]'
    job = parse_job(text, FOLDER)
    condition = Condition("A", Operator.GREATER_OR_EQUAL, expression="vars.crmStartImport")
    assert job.filter == Group(Joined.ALL, (condition,))
    assert parse_job(job_text(job), FOLDER) == job
    with pytest.raises(PlanError, match="needs none"):
        parse_job(text.replace("expression =", "value = 1, expression ="), FOLDER)


def test_named_records_and_an_index_do_not_go_together() -> None:
    """R-109."""
    text = IMPORT + '[population]\npath = "ids.csv"\ncolumn = "id"\n[index]\n'
    with pytest.raises(PlanError, match="no place beside a population") as refusal:
        parse_job(text, FOLDER)
    assert [problem.place for problem in refusal.value.problems] == ["index"]
