"""The rejects of all runs, searched; one of them beside the record as it is now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from crmdesk.model.reject import RejectState, Stage
from crmdesk.model.reject_search import RejectSearch
from crmdesk.store import Store
from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program, profile
from tests.store.profiles import new_run, rejects


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("review") / "profile") as made:
        yield made


def found(program: Program, *options: str) -> list[tuple[str, int]]:
    return [(line["run"], line["row"]) for line in program.ask("review", *options).lines]


def test_rejects_of_all_runs_are_found_by_what_they_and_their_runs_are(program: Program, tmp_path: Path) -> None:
    """R-194."""
    contacts_csv(tmp_path / "contacts.csv", range(2), mail="no address {key}")
    first = program.run(contacts_job(tmp_path, name="one")).last["run"]
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\nK7,,a@example.com\nK8,Ada,no address\n", encoding="utf-8")
    second = program.run(contacts_job(tmp_path, name="two")).last["run"]
    everything = [(second, 2), (second, 1), (first, 2), (first, 1)]
    assert found(program) == everything
    assert found(program, "--most", "3") == everything[:3]
    assert found(program, "--job", "one") == everything[2:]
    assert found(program, "--code", "REQUIRED_FIELD_MISSING") == [(second, 1)]
    assert found(program, "--object", "contact", "--account", "Practice org", "--state", "open") == everything
    assert found(program, "--state", "resolved") == found(program, "--until", "2020-01-31") == []
    assert found(program, "--since", "2020-01-31") == everything
    assert "no account" in program.ask("review", "--account", "nobody").error["message"].casefold()


def test_a_reject_stands_beside_the_record_as_it_is_now(program: Program, tmp_path: Path) -> None:
    """R-194."""
    program.org().post("sobjects/Contact", {"LastName": "Now", "Email": "now@example.com", "Legacy_Id__c": "B1"})
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\nB1,Then,no address\nB2,New,none\n", encoding="utf-8")
    run = program.run(contacts_job(tmp_path, name="three")).last["run"]
    *fields, last = program.ask("beside", run, "1").lines
    assert {each["field"]: (each["source"], each["now"]) for each in fields} == {
        "Legacy_Id__c": ("B1", "B1"),
        "LastName": ("Then", "Now"),
        "Email": ("no address", "now@example.com"),
    }
    assert program.org().rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'B1'") == [{"Id": last["record"]}]
    *_, nothing = program.ask("beside", run, "2").lines
    assert (nothing["record"], nothing["reason"]) == (None, "No Contact with this Legacy_Id__c is there.")


def test_ten_thousand_rejects_are_searched_at_once(tmp_path: Path) -> None:
    """R-194."""
    with closing(Store.open(tmp_path)) as store:
        for number in range(10):
            _, ledger = new_run(store, job=f"job {number % 3}")
            ledger.begin_prepare()
            frame = rejects(range(1, 1_001)).with_columns(
                pl.format("CODE_{}", pl.int_range(pl.len()) % 7).alias("code")
            )
            ledger.add_rejects(Stage.CONVERT, frame)
        begun = time.process_time()
        page = store.rejects.search(RejectSearch())
        few = store.rejects.search(RejectSearch(job="job 1", code="CODE_3", states=(RejectState.OPEN,)))
        counted = store.rejects.count_found(RejectSearch(code="CODE_3"))
        spent = time.process_time() - begun
    assert [(reject.run, reject.row) for reject in page] == [("10", row) for row in range(1_000, 800, -1)]
    assert {reject.code for reject in few} == {"CODE_3"}
    assert {reject.run for reject in few} <= {"2", "5", "8"}
    assert counted == 1_430
    assert spent < 0.5
