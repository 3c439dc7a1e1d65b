"""The desk without a terminal: what it refuses, and that its events tell the whole story of a run."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk import Agreement, CancelToken, Desk, Intent, Point
from crmdesk.errors import PlanError, UserError
from crmdesk.model.run import Notice, Progress, RunFinished, RunOutcome, RunStarted, Tally
from tests.cli.jobs import UPSERT, contacts_csv, contacts_job
from tests.cli.program import profile


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with profile(tmp_path_factory.mktemp("desk") / "profile") as program:
        program.org()  # its practice org is started, and ended, by commands
        with Desk.open(program.home) as opened:
            yield opened


def agrees(_: Intent) -> bool:
    return True


def test_a_run_is_told_from_its_start_to_its_end(desk: Desk, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(5))
    asked: list[Intent] = []

    def confirm(intent: Intent) -> bool:
        asked.append(intent)
        return True

    events = list(desk.runs.run(desk.jobs.load(str(contacts_job(tmp_path))), CancelToken(), confirm))
    assert isinstance(events[0], RunStarted)
    assert all(isinstance(event, Progress | Notice) for event in events[1:-1])
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert (finished.outcome, finished.tally.created) == (RunOutcome.SUCCEEDED, 5)
    assert [(intent.rows, intent.label, intent.environment) for intent in asked] == [(5, "Contacts", "practice")]
    record = desk.history.run(finished.run)
    assert (record.outcome, record.tally) == (finished.outcome, finished.tally)


def test_no_is_an_answer_and_nothing_is_sent(desk: Desk, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(100, 103))
    loaded = desk.jobs.load(str(contacts_job(tmp_path, name="declined")))
    *_, finished = desk.runs.run(loaded, CancelToken(), lambda _: False)
    assert isinstance(finished, RunFinished)
    assert (finished.outcome, finished.tally.pending) == (RunOutcome.STOPPED, 3)
    assert desk.history.agreement_of(finished.run) == Agreement()
    *_, resumed = desk.runs.resume(finished.run, CancelToken(), agrees)
    assert isinstance(resumed, RunFinished)
    assert resumed.tally.created == 3


def test_what_was_agreed_to_is_kept_with_the_run(desk: Desk, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(200, 203))
    loaded = desk.jobs.load(str(contacts_job(tmp_path, name="agreed")))
    *_, finished = desk.runs.run(loaded, CancelToken(), agrees, given=Agreement(is_yes=True, rows=3))
    assert isinstance(finished, RunFinished)
    assert desk.history.agreement_of(finished.run) == Agreement(is_yes=True, rows=3)


def test_a_run_that_was_cancelled_before_it_began_to_read_can_be_resumed(desk: Desk, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(300, 303))
    loaded = desk.jobs.load(str(contacts_job(tmp_path, name="cancelled")))
    token = CancelToken()
    token.cancel()
    *_, finished = desk.runs.run(loaded, token, agrees)
    assert isinstance(finished, RunFinished)
    assert (finished.outcome, finished.tally.settled) == (RunOutcome.STOPPED, 0)
    *_, resumed = desk.runs.resume(finished.run, CancelToken(), agrees)
    assert isinstance(resumed, RunFinished)
    assert resumed.tally.created == 3


def test_check_writes_nothing_and_names_every_problem(desk: Desk, tmp_path: Path) -> None:
    job = contacts_job(tmp_path, account="Nobody", name="checked")
    before = len(desk.history.runs())
    with pytest.raises(PlanError) as refused:
        desk.rehearsing.check(desk.jobs.load(str(job)))
    assert [problem.place for problem in refused.value.problems] == ["local.path", "account"]
    assert len(desk.history.runs()) == before


def test_the_results_of_an_import_are_where_it_wrote_them(desk: Desk, tmp_path: Path) -> None:
    job = tmp_path / "names.toml"
    job.write_text(
        'name = "names"\nobject = "Account"\noperation = "import"\nlocal = { path = "names.csv" }\n'
        'mapping = [{ remote = "Name", local = "Name" }]\n',
        encoding="utf-8",
    )
    *_, finished = desk.runs.run(desk.jobs.load(str(job)), CancelToken(), agrees)
    assert isinstance(finished, RunFinished)
    assert finished.tally.created == 200
    with pytest.raises(UserError, match=r"names\.csv"):
        desk.results.write(finished.run, tmp_path / "results.csv", is_disarmed=False)
    assert not (tmp_path / "results.csv").exists()


READING = """
name = "{name}"
object = "Account"
operation = "import"
local = {{ path = "{name}.csv", delimiter = ";" }}
mapping = [
  {{ remote = "Name", local = "Name" }},
  {{ remote = "CreatedDate", local = "Since", conversion = "date-only" }},
]
order_by = [ {{ field = "Name", direction = "desc" }} ]
filter = {{ all = [ {{ field = "Name", op = "{op}", value = "Nobody" }} ] }}
"""


def test_an_import_of_nothing_succeeds_with_no_rows(desk: Desk, tmp_path: Path) -> None:
    """R-133."""
    job = tmp_path / "nothing.toml"
    job.write_text(READING.format(name="nothing", op="="), encoding="utf-8")
    *_, finished = desk.runs.run(desk.jobs.load(str(job)), CancelToken(), agrees)
    assert isinstance(finished, RunFinished)
    assert (finished.outcome, finished.tally) == (RunOutcome.SUCCEEDED, Tally())
    assert (tmp_path / "nothing.csv").read_text(encoding="utf-8").strip() == "Id;Name;Since"


def test_the_file_of_an_import_has_the_columns_and_rows_of_its_preview(desk: Desk, tmp_path: Path) -> None:
    """R-135, R-338: and the preview leaves no run and no file."""
    job = tmp_path / "shown.toml"
    job.write_text(READING.format(name="shown", op="!="), encoding="utf-8")
    loaded, runs = desk.jobs.load(str(job)), len(desk.history.runs())
    shown = desk.rehearsing.preview(loaded, 50, CancelToken())
    assert (len(desk.history.runs()), list(tmp_path.iterdir())) == (runs, [job])
    *_, finished = desk.runs.run(loaded, CancelToken(), agrees)
    assert isinstance(finished, RunFinished)
    with (tmp_path / "shown.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [dict(row.becomes) for row in shown] == rows[:50]
    assert rows == sorted(rows, key=lambda row: row["Name"].casefold(), reverse=True)


def test_nothing_is_left_running_but_the_practice_org(desk: Desk) -> None:
    ours = [thread for thread in threading.enumerate() if thread.name.startswith(("pulse", "practice-awake"))]
    for thread in ours:
        thread.join(10)
        assert not thread.is_alive(), thread.name


def test_a_late_farewell_does_not_touch_a_run_that_has_ended(desk: Desk, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(600, 603))
    *_, finished = desk.runs.run(desk.jobs.load(str(contacts_job(tmp_path, name="late"))), CancelToken(), agrees)
    assert isinstance(finished, RunFinished)
    assert desk.runs.leave(finished.run).created == 3
    assert desk.history.run(finished.run).outcome is RunOutcome.SUCCEEDED


def test_a_bug_in_a_worker_fails_the_run_with_a_sentence_and_the_run_goes_on_when_it_is_resumed(
    desk: Desk, tmp_path: Path
) -> None:
    """R-206. A complaint about other loaders: memory runs out, or it ends without a word."""
    contacts_csv(tmp_path / "contacts.csv", range(700, 705))
    value, job = "Name 703", contacts_job(tmp_path, name="buggy", export=f'{UPSERT}\nengine = "bulk"')

    def stumble(point: Point) -> None:
        if point is Point.CLOSED:
            raise ZeroDivisionError(value)

    with Desk.open(desk.home, stumble) as stumbling:
        *_, finished = stumbling.runs.run(stumbling.jobs.load(str(job)), CancelToken(), agrees)
    assert isinstance(finished, RunFinished)
    assert (finished.outcome, finished.tally.read, finished.tally.pending) == (RunOutcome.FAILED, 5, 5)
    record, kept = desk.history.run(finished.run), desk.home / "crash.txt"
    assert record.outcome is RunOutcome.FAILED
    assert "a mistake of its own" in record.error
    assert str(kept) in record.error
    told = kept.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in told
    assert value not in told
    kept.unlink()
    *_, resumed = desk.runs.resume(finished.run, CancelToken(), agrees)
    assert isinstance(resumed, RunFinished)
    assert (resumed.outcome, resumed.tally.created, resumed.tally.pending) == (RunOutcome.SUCCEEDED, 5, 0)
