"""What went wrong over all runs: records and runs apart, with everything that is known of each."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from crmdesk.desk.reporting.troubles import troubles
from crmdesk.model.reject import RejectState, Stage
from crmdesk.model.trouble import Wanted
from crmdesk.store import Store
from tests.cli.jobs import UPSERT, contacts_job
from tests.cli.program import Program, profile
from tests.store.profiles import new_run, rejects
from tests.store.steps import counted

ROWS = "Key,Name,Email\nER1,=cmd(),no address\nER2,Two,\nER3,Three,three@example.com\nER4,Four,\n"


@dataclass
class Tried:
    """A profile with a run that has rejects of both stages, and one that failed."""

    program: Program
    rejected: str
    failed: str


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    folder = tmp_path_factory.mktemp("errors")
    with profile(folder / "profile") as program:
        (folder / "contacts.csv").write_text(ROWS, encoding="utf-8")
        org = program.org()
        org.weather({"kind": "trigger-error", "field": "LastName", "value": "Two"}, object="Contact")
        job = contacts_job(folder, name="some go wrong", export=f'{UPSERT}\nspeed = "gentle"\nrows_per_call = 1')
        rejected = program.run(job)
        assert rejected.counts() == {"read": 4, "created": 2, "rejected": 2}
        org.clear_weather()
        org.weather(
            {"kind": "refuse", "status": 400, "code": "API_DISABLED_FOR_ORG", "message": "API is not enabled"},
            path="/composite/sobjects",
        )
        failing = contacts_job(folder, name="all goes wrong", export='action = "insert"\nengine = "rest"')
        failed = program.run(failing)
        assert failed.last["outcome"] == "failed"
        org.clear_weather()
        yield Tried(program, str(rejected.last["run"]), str(failed.last["run"]))


def test_a_reject_has_everything_that_is_known_of_it(tried: Tried) -> None:
    """R-190."""
    begun = datetime.now(UTC)
    found = tried.program.ask("errors", "--run", tried.rejected).lines
    checked, refused = found
    time = datetime.fromisoformat(checked.pop("time"))
    assert begun - timedelta(minutes=5) < time <= begun
    assert checked == {
        "level": "record",
        "run": tried.rejected,
        "job": "some go wrong",
        "account": "practice_org",
        "object": "Contact",
        "row": 1,
        "key": "ER1",
        "id": None,
        "stage": "convert",
        "state": "open",
        "attempt": 1,
        "errorSymbol": "INVALID_EMAIL_ADDRESS",
        "errorCode": None,
        "errorMessage": '"no address" is not an e-mail address.',
        "fields": ["Email"],
        "values": {"Key": "ER1", "Name": "=cmd()", "Email": "no address"},
        "converted": {"Legacy_Id__c": "ER1", "LastName": "=cmd()", "Email": None},
        "sent": {},
    }
    assert (refused["row"], refused["key"], refused["stage"]) == (2, "ER2", "write")
    assert refused["sent"] == refused["converted"] == {"Legacy_Id__c": "ER2", "LastName": "Two", "Email": None}
    [plain] = [line for line in tried.program.ask("rejects", tried.rejected).lines if line["row"] == 2]
    assert (plain["code"], plain["message"]) == (refused["errorSymbol"], refused["errorMessage"])
    assert plain["at"] == refused["time"]


def test_records_and_runs_are_told_apart_and_filtered(tried: Tried) -> None:
    """R-208."""
    ask = tried.program.ask
    levels = [(line["level"], line["run"]) for line in ask("errors").lines]
    failed = [("record", tried.failed), ("job", tried.failed)]
    assert levels == [*[("record", tried.rejected)] * 2, *failed]
    assert [line["level"] for line in ask("errors", "--level", "record").lines] == ["record"] * 3
    [run] = ask("errors", "--level", "job").lines
    assert (run["errorSymbol"], "API is not enabled" in run["errorMessage"]) == ("failed", True)
    assert [
        line["row"] for line in ask("errors", "--type", "INVALID_EMAIL_ADDRESS", "--run", tried.rejected).lines
    ] == [1]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert ask("errors", "--since", tomorrow).lines == []
    assert ask("errors", "--until", "2020-01-01", "--since", "2019-01-01").lines == []
    assert "“nonsense” is no day" in ask("errors", "--since", "nonsense").error["message"]


def test_rejects_of_all_runs_are_chosen_by_what_they_and_their_runs_are(tried: Tried) -> None:
    """R-194."""

    def found(*options: str) -> list[tuple[str, int | None]]:
        return [(line["run"], line["row"]) for line in tried.program.ask("errors", *options).lines]

    everything = found()
    records = [(run, row) for run, row in everything if row is not None]
    assert found("--object", "contact", "--account", "Practice org") == everything
    assert found("--object", "Account") == []
    assert found("--state", "open") == records
    assert found("--state", "resolved", "--state", "ignored") == []
    assert found("--most", "2") == everything[-2:]
    assert "no account" in tried.program.ask("errors", "--account", "nobody").error["message"].casefold()
    assert "--state" in tried.program.ask("errors", "--counts", "--state", "open").error["hint"]


def test_ten_thousand_rejects_are_searched_at_once(tmp_path: Path) -> None:
    """R-194."""
    with closing(Store.open(tmp_path)) as store:
        for number in range(10):
            _, ledger = new_run(store, job=f"job {number % 3}")
            ledger.begin_prepare()
            codes = pl.format("CODE_{}", pl.int_range(pl.len()) % 7).alias("code")
            ledger.add_rejects(Stage.CONVERT, rejects(range(1, 1_001)).with_columns(codes))
            ledger.end_prepare("rest")
        with counted(store) as searching:
            some = list(troubles(store, Wanted(job="job 1", symbol="CODE_3", states=(RejectState.OPEN,))))
            none = list(troubles(store, Wanted(symbol="CODE_9")))
    assert {(trouble.symbol, trouble.job) for trouble in some if trouble.row} == {("CODE_3", "job 1")}
    assert len(some) == 3 * 143
    assert not none
    assert searching.taken < 30 * 10_000  # some steps for a reject, however many questions there are


def test_rejects_and_errors_are_written_with_all_their_columns(tried: Tried, tmp_path: Path) -> None:
    """R-207."""
    place = tmp_path / "errors.csv"
    told = tried.program.ask("errors").lines
    assert tried.program.ask("errors", "--csv", place, "--no-guard").last == {"file": str(place), "rows": len(told)}
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = ("fields", "values", "converted", "sent")
    assert [{name: json.loads(text) if name in texts else text for name, text in row.items()} for row in rows] == [
        {name: value if name in texts else "" if value is None else str(value) for name, value in line.items()}
        for line in told
    ]
    assert place.stat().st_mode & 0o777 == 0o600


def test_rejects_are_counted_by_day_job_and_symbol(tried: Tried) -> None:
    """R-198."""
    told = tried.program.ask("errors", "--counts", "--job", "some go wrong").lines
    day = datetime.now(UTC).date().isoformat()
    symbols = [line["errorSymbol"] for line in tried.program.ask("errors", "--run", tried.rejected).lines]
    assert {(line["day"], line["errorSymbol"], line["rows"]) for line in told} == {(day, each, 1) for each in symbols}
    shown = tried.program.tell("errors", "--counts", "--job", "some go wrong").stdout
    assert "█" in shown
    assert "INVALID_EMAIL_ADDRESS" in shown
