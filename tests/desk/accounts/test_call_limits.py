"""The calls of an account: told, warned of, and never used up by us alone; what pauses can be finished."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.connectors.calls import CallLimits, CallMeter
from crmdesk.connectors.token import CancelToken
from crmdesk.desk import Desk, Rehearsed
from crmdesk.errors import QuotaError
from crmdesk.model.run import Notice, RunEvent, RunFinished, RunOutcome
from tests.cli.jobs import contacts_csv, contacts_job
from tests.practice.running import PracticeOrg, start_practice_org

IMPORT = """
version = 1
name = "people"
account = "Acme"
object = "Contact"
operation = "import"
[local]
path = "{path}"
[[mapping]]
remote = "LastName"
local = "Name"
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "20", "--accounts", "2")
    yield org
    org.end()


@pytest.fixture
def org(running: PracticeOrg) -> Iterator[PracticeOrg]:
    yield running
    running.delete("/practice/weather")


@pytest.fixture
def desk(tmp_path: Path, org: PracticeOrg) -> Iterator[Desk]:
    """A profile with an account of which somebody has said that it is the right one."""
    with Desk.open(tmp_path / "profile") as opened:
        opened.accounts.add("Acme", "salesforce", org.url, "token", {}, org.token)
        yield opened


def used(org: PracticeOrg) -> int:
    return int(org.get("/practice/log").json()["calls"])


def allow(org: PracticeOrg, calls: int) -> None:
    org.delete("/practice/weather")
    org.weather({"kind": "daily-calls", "calls": calls})


def ended(events: Iterator[RunEvent]) -> tuple[RunFinished, list[str]]:
    told = list(events)
    assert isinstance(told[-1], RunFinished)
    return told[-1], [event.message for event in told if isinstance(event, Notice)]


def export(desk: Desk, folder: Path, keys: range) -> Iterator[RunEvent]:
    contacts_csv(folder / "contacts.csv", keys)
    loaded = desk.jobs.load(str(contacts_job(folder, account="Acme", export=SMALL)))
    return desk.runs.run(loaded, CancelToken(), lambda _: True)


SMALL = 'action = "upsert"\nkey = "Legacy_Id__c"\nrows_per_call = 2'


def test_a_quota_that_ends_half_way_pauses_and_resuming_completes(desk: Desk, org: PracticeOrg, tmp_path: Path) -> None:
    allow(org, used(org) + 14)
    finished, _ = ended(export(desk, tmp_path, range(40)))
    assert finished.outcome is RunOutcome.PAUSED
    assert finished.failure is not None
    assert finished.failure.kind == "quota"
    assert 0 < finished.tally.created < 40
    assert finished.tally.is_balanced
    org.delete("/practice/weather")
    completed, _ = ended(desk.runs.resume(finished.run, CancelToken(), lambda _: True))
    assert (completed.outcome, completed.tally.created) == (RunOutcome.SUCCEEDED, 40)
    found = org.rows("SELECT Legacy_Id__c FROM Contact WHERE Legacy_Id__c LIKE 'K0000%'")
    assert sorted(row["Legacy_Id__c"] for row in found) == [f"K{key:06}" for key in range(40)]


def test_an_import_that_meets_the_end_of_the_quota_is_finished_by_resuming(
    desk: Desk, org: PracticeOrg, tmp_path: Path
) -> None:
    job = tmp_path / "people.toml"
    job.write_text(IMPORT.format(path=tmp_path / "people.csv"), encoding="utf-8")
    quota = {"kind": "refuse", "status": 403, "code": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests"}
    org.weather(quota, path="/query", after=2)
    finished, _ = ended(desk.runs.run(desk.jobs.load(str(job)), CancelToken(), lambda _: True))
    assert finished.outcome is RunOutcome.PAUSED
    assert not (tmp_path / "people.csv").exists()
    org.delete("/practice/weather")
    completed, _ = ended(desk.runs.resume(finished.run, CancelToken(), lambda _: True))
    assert completed.outcome is RunOutcome.SUCCEEDED
    assert completed.tally.created == org.count("Contact")


def test_an_import_that_pauses_between_its_pages_ends_in_a_whole_file(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path, "--contacts", "4500", "--accounts", "2")
    try:
        with Desk.open(tmp_path / "profile") as desk:
            desk.accounts.add("Acme", "salesforce", org.url, "token", {}, org.token)
            job = tmp_path / "people.toml"
            job.write_text(IMPORT.format(path=tmp_path / "people.csv"), encoding="utf-8")
            quota = {"kind": "refuse", "status": 403, "code": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests"}
            org.weather(quota, path="/query/", after=1)
            finished, _ = ended(desk.runs.run(desk.jobs.load(str(job)), CancelToken(), lambda _: True))
            assert (finished.outcome, finished.failure and finished.failure.kind) == (RunOutcome.PAUSED, "quota")
            org.delete("/practice/weather")
            completed, _ = ended(desk.runs.resume(finished.run, CancelToken(), lambda _: True))
            assert (completed.outcome, completed.tally.created) == (RunOutcome.SUCCEEDED, 4500)
        lines = (tmp_path / "people.csv").read_text(encoding="utf-8").splitlines()[1:]
        assert len(set(lines)) == len(lines) == 4500
    finally:
        org.end()


def test_near_the_end_of_the_day_a_run_warns_and_then_pauses_by_itself(
    desk: Desk, org: PracticeOrg, tmp_path: Path
) -> None:
    """R-313."""
    so_far = used(org)
    allowed = so_far + 60
    allow(org, allowed)
    warn, pause = 100 * (so_far + 12) // allowed, 100 * (so_far + 20) // allowed + 1
    desk.accounts.edit("acme", settings={"calls_warn": str(warn), "calls_pause": str(pause)})
    finished, notices = ended(export(desk, tmp_path, range(100, 160)))
    assert finished.outcome is RunOutcome.PAUSED
    assert len([notice for notice in notices if "calls that the CRM allows a day are used" in notice]) == 1
    assert finished.failure is not None
    assert f"{pause} %" in finished.failure.message
    assert used(org) < allowed - 20
    with pytest.raises(QuotaError, match="this account pauses"):
        list(export(desk, tmp_path, range(3)))
    desk.accounts.edit("acme", settings={"calls_pause": "100"})
    completed, _ = ended(desk.runs.resume(finished.run, CancelToken(), lambda _: True))
    assert completed.outcome is RunOutcome.SUCCEEDED


def test_a_budget_of_our_own_pauses_runs_until_it_is_raised_or_the_day_ends(
    desk: Desk, org: PracticeOrg, tmp_path: Path
) -> None:
    """R-312."""
    desk.accounts.edit("acme", settings={"calls_budget": "15"})
    finished, _ = ended(export(desk, tmp_path, range(500, 540)))
    assert finished.outcome is RunOutcome.PAUSED
    assert finished.api_calls <= 15
    with pytest.raises(QuotaError, match="may make with this account today"):
        list(desk.runs.resume(finished.run, CancelToken(), lambda _: True))
    desk.accounts.edit("acme", settings={"calls_budget": "200"})
    completed, _ = ended(desk.runs.resume(finished.run, CancelToken(), lambda _: True))
    assert (completed.outcome, completed.tally.created) == (RunOutcome.SUCCEEDED, 40)


def test_an_account_remembers_what_the_crm_said_of_its_calls_and_when(
    desk: Desk, org: PracticeOrg, tmp_path: Path
) -> None:
    """R-311."""
    finished, _ = ended(export(desk, tmp_path, range(600, 603)))
    seen = desk.accounts.identity(desk.accounts.get("acme"))
    assert seen is not None
    assert seen.calls_used == used(org)
    assert seen.calls_allowed == 5_000_000
    assert seen.server_time.endswith("Z")
    assert desk.history.run(finished.run).api_calls == finished.api_calls > 0


def test_without_limits_and_without_figures_nothing_is_refused_and_nothing_is_told() -> None:
    meter = CallMeter()
    for _ in range(3):
        meter.sent()
        meter.answered({})
    assert (meter.calls, meter.left, meter.warning()) == (3, None, "")
    meter.limit(CallLimits(80, 95))
    meter.sent()
    assert meter.warning() == ""


@pytest.mark.parametrize(
    ("used_calls", "warns", "pauses"), [(7_999, False, False), (8_100, True, False), (9_600, True, True)]
)
def test_the_two_thresholds_are_eighty_and_ninety_five_percent(used_calls: int, warns: bool, pauses: bool) -> None:
    """R-313."""
    meter = CallMeter(lambda _: (used_calls, 10_000))
    meter.answered({})
    meter.limit(CallLimits(80, 95))
    assert bool(meter.warning()) == warns
    if pauses:
        with pytest.raises(QuotaError):
            meter.sent()
    else:
        meter.sent()


@pytest.mark.parametrize(
    ("export_options", "rows"),
    [
        ('action = "insert"\nrows_per_call = 2\nengine = "rest"', 60),
        (SMALL, 60),
        ('action = "upsert"\nkey = "Legacy_Id__c"', 300),
    ],
)
def test_a_rehearsal_tells_about_how_many_calls_a_run_makes(
    desk: Desk, org: PracticeOrg, tmp_path: Path, export_options: str, rows: int
) -> None:
    """R-314."""
    contacts_csv(tmp_path / "contacts.csv", range(2_000, 2_000 + rows))
    loaded = desk.jobs.load(str(contacts_job(tmp_path, account="Acme", export=export_options)))
    *_, foretold = desk.rehearsing.rehearse(loaded, CancelToken())
    assert isinstance(foretold, Rehearsed)
    finished, _ = ended(desk.runs.run(loaded, CancelToken(), lambda _: True))
    assert abs(finished.api_calls - foretold.run_calls) <= max(2, 0.1 * finished.api_calls), foretold.run_calls
