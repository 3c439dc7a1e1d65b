from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.errors import PlanError, UserError
from crmdesk.model.account import Environment
from crmdesk.model.job import Operation
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.job_list import JobsModel
from crmdesk.viewmodel.sentences import Tone
from tests.cli.program import Program

WRITING = """\
version = 1
name = "people"
account = "Practice org"
object = "Contact"
operation = "export"
[local]
path = "people.csv"
[[mapping]]
remote = "LastName"
local = "name"
[[mapping]]
remote = "Email"
local = "email"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "people.csv").write_text("name,email\nÅsa,asa@example.com\n,nobody@example.com\n", encoding="utf-8")
    (folder / "people.toml").write_text(WRITING, encoding="utf-8")
    return folder


@pytest.fixture
def jobs(app_model: AppModel, folder: Path) -> JobsModel:
    """A list of one job that writes."""
    history = app_model.history
    history.save_job(history.open_job_file(folder / "people.toml"))
    return JobsModel(app_model)


async def test_a_job_is_listed_with_both_ends_and_that_it_never_ran(jobs: JobsModel) -> None:
    (line,) = jobs.lines
    assert (line.name, line.operation, line.environment) == ("people", Operation.EXPORT, Environment.PRACTICE)
    assert (line.source, line.target) == ("people.csv", "Practice org · Contact")
    assert (line.how, line.last, line.tone) == ("Insert", "Not run yet.", Tone.QUIET)
    assert (line.open_rejects, line.is_running, line.problem) == (0, False, "")
    assert jobs.count == "1 job"


async def test_the_last_run_and_what_is_to_correct_stand_with_the_job(jobs: JobsModel, program: Program) -> None:
    program.ask("run", "people", "--yes")
    jobs.read()
    (line,) = jobs.lines
    assert "1 row done, 1 rejected" in line.last
    assert (line.tone, line.open_rejects, line.last_run) == (Tone.LOOK, 1, "1")
    jobs.rejects_of("people")
    assert jobs.app.place == Place(PageName.REJECTS, "1")
    jobs.runs_of("people")
    assert jobs.app.place == Place(PageName.RUNS, "people")


async def test_a_copy_a_new_name_and_a_removal_are_kept(jobs: JobsModel) -> None:
    assert jobs.duplicate("people") == "people copy"
    assert jobs.duplicate("people") == "people copy 2"
    assert jobs.rename("people copy 2", " staff ") == "staff"
    assert [line.name for line in jobs.lines] == ["people", "people copy", "staff"]
    jobs.remove("people copy")
    assert [saved.name for saved in jobs.app.history.jobs()] == ["people", "staff"]
    assert jobs.app.history.load_job("staff").job.object == "Contact"


async def test_a_name_that_another_job_has_is_refused(jobs: JobsModel) -> None:
    jobs.duplicate("people")
    with pytest.raises(UserError, match="There is a job"):
        jobs.rename("people copy", "PEOPLE")
    with pytest.raises(UserError, match="needs a name"):
        jobs.rename("people copy", " ")
    assert [line.name for line in jobs.lines] == ["people", "people copy"]


async def test_the_search_finds_every_word_anywhere_in_the_line(jobs: JobsModel) -> None:
    jobs.duplicate("people")
    heard: list[str] = []
    jobs.subscribe(lambda: heard.append(jobs.count))
    jobs.find("copy contact")
    assert [line.name for line in jobs.lines] == ["people copy"]
    jobs.find("xyzzy")
    assert heard == ["1 of 2 jobs", "0 of 2 jobs"]


async def test_a_job_is_written_as_a_file_and_opened_from_it(jobs: JobsModel, folder: Path) -> None:
    place = Path(jobs.proposed_file("people"))
    assert place == folder / "people.toml"
    place.unlink()  # noqa: ASYNC240 - a small local file
    jobs.write("people", place)
    assert jobs.app.history.open_job_file(place) == jobs.app.history.load_job("people").job
    jobs.open_file(place)
    assert jobs.app.place == Place(PageName.JOB, file=str(place))
    jobs.open_file(folder / "people.csv")
    assert jobs.app.place == Place(PageName.JOB, file=str(folder / "people.csv"))


async def test_a_file_that_is_no_job_or_not_there_is_refused_and_nothing_is_opened(
    jobs: JobsModel, folder: Path
) -> None:
    broken = folder / "broken.toml"
    broken.write_text("version = 1\nname = 3", encoding="utf-8")
    with pytest.raises(PlanError):
        jobs.open_file(broken)
    with pytest.raises(UserError, match="There is no file"):
        jobs.open_file(folder / "gone.toml")
    assert jobs.app.place == Place(PageName.OVERVIEW)


async def test_a_job_that_cannot_be_read_any_more_is_listed_and_says_so(jobs: JobsModel) -> None:
    store = jobs.app.history._store.jobs
    store.save("old", "version = 9", Operation.EXPORT, "Practice org", "Contact", "/")
    jobs.read()
    line = next(line for line in jobs.lines if line.name == "old")
    assert "cannot" in line.problem or "does not know" in line.problem or "missing" in line.problem
    jobs.remove("old")
    assert [line.name for line in jobs.lines] == ["people"]


async def test_a_new_job_and_an_old_one_are_opened_in_the_editor(jobs: JobsModel) -> None:
    jobs.new()
    assert jobs.app.place == Place(PageName.JOB)
    jobs.open("people")
    assert jobs.app.place == Place(PageName.JOB, "people")
