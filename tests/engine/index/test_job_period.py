"""[period] in the job file."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.engine.job.file import parse_job
from crmdesk.engine.job.text import job_text
from crmdesk.errors import PlanError
from crmdesk.model.job import Direction, Operation
from crmdesk.model.period import PeriodMode, PeriodOptions

FOLDER = Path("/jobs")
DELETED = """
version = 1
name = "gone"
object = "Contact"
operation = "import-deleted"
local = { path = "gone.csv" }
"""


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ('start = "2012/06/27"\nend = "new Date()"', PeriodOptions(start="2012/06/27", end="new Date()")),
        (
            "start = 2012-06-27\nend = 2012-06-28T10:00:00Z",
            PeriodOptions(start="2012-06-27", end="2012-06-28T10:00:00+00:00"),
        ),
        ('mode = "automatic"', PeriodOptions(PeriodMode.AUTOMATIC)),
        (
            'mode = "automatic"\noption = "x"\nlag_seconds = 0',
            PeriodOptions(PeriodMode.AUTOMATIC, option="x", lag_seconds=0),
        ),
        (
            'mode = "compare"\npath = "a.csv"\ncolumn = "Id"',
            PeriodOptions(PeriodMode.COMPARE, path="/jobs/a.csv", column="Id"),
        ),
    ],
)
def test_the_period_is_read_and_written_back(said: str, period: PeriodOptions) -> None:
    """R-167, R-169."""
    job = parse_job(f"{DELETED}[period]\n{said}", FOLDER)
    assert (job.period, job.operation, job.direction) == (period, Operation.IMPORT_DELETED, Direction.READS)
    assert parse_job(job_text(job), FOLDER) == job
    assert parse_job(job_text(job, FOLDER), FOLDER) == job


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (DELETED, ["period"]),
        (f"{DELETED}[period]", ["period.start", "period.end"]),
        (f'{DELETED}[period]\nmode = "compare"', ["period.path", "period.column"]),
        (f'{DELETED}[period]\nmode = "compare"\npath = "a.doc"\ncolumn = "Id"', ["period.path"]),
        (f'{DELETED}[period]\nmode = "automatic"\nend = "2012-06-27"', ["period.end"]),
        (DELETED.replace("import-deleted", "export") + '[period]\nmode = "automatic"', ["mapping", "period"]),
        (f'{DELETED}[index]\n[period]\nmode = "automatic"', ["index.mode"]),
        (f'{DELETED}[period]\nmode = "automatic"\n[filter]\nall = [{{ field = "A", op = "is empty" }}]', ["filter"]),
    ],
)
def test_a_period_that_means_nothing_is_named(text: str, places: list[str]) -> None:
    """R-169."""
    with pytest.raises(PlanError) as refusal:
        parse_job(text, FOLDER)
    assert [problem.place for problem in refusal.value.problems] == places
