"""After a lost answer the org is looked at, and nothing is applied twice or lost."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest

from crmdesk.connectors.contract import Session, Settled
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.errors import RemoteError
from crmdesk.model.account import Account
from crmdesk.model.job import Action, Engine
from tests.connectors.salesforce.conftest import TimeTravel
from tests.connectors.workbench import Secrets, Workbench, lines
from tests.practice.running import PracticeOrg

COLLECTIONS = "composite/sobjects"
LOST = ["lost-answer", "truncate"]
NEVER_THERE = ["drop"]


def people(mark: str, count: int, **more: str | None) -> list[dict[str, str | None]]:
    return [{"LastName": f"{mark} {number}", "FirstName": "Ann", **more} for number in range(count)]


def outcomes(frame: pl.DataFrame) -> list[str]:
    return frame["outcome"].to_list()


@pytest.fixture
def mark() -> str:
    return uuid4().hex[:10]


def assert_created(org: PracticeOrg, name: str) -> None:
    assert org.post("sobjects/Contact", {"LastName": name}).status_code == 201


def count(org: PracticeOrg, mark: str) -> int:
    return org.count(f"Contact WHERE LastName LIKE '{mark}%'")


@pytest.mark.parametrize("weather", LOST)
def test_a_keyless_insert_whose_answer_was_lost_is_found_among_what_we_created(
    org: PracticeOrg, bench: Workbench, mark: str, weather: str
) -> None:
    """R-202."""
    org.weather(weather, path=COLLECTIONS, times=1)
    bad: dict[str, str | None] = {"LastName": f"{mark} bad", "FirstName": "x" * 41}
    rows = [*people(mark, 4), *people(mark, 2), bad]
    done = bench.write("Contact", Action.INSERT, rows, engine=Engine.REST)
    assert outcomes(done) == ["created"] * 6 + ["unsent"]
    assert done["id"].n_unique() == 7  # six ids and one null
    assert count(org, mark) == 6


def test_a_keyless_insert_that_never_arrived_is_unsent(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    org.weather("drop", path=COLLECTIONS, times=1)
    assert outcomes(bench.write("Contact", Action.INSERT, people(mark, 3), engine=Engine.REST)) == ["unsent"] * 3
    assert count(org, mark) == 0


def test_a_record_that_an_earlier_row_of_the_run_became_is_not_taken_for_a_later_row(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    org.weather("drop", path=COLLECTIONS, after=1, times=1)
    rows = people(mark, 1) * 2
    with bench.sink("Contact", Action.INSERT, ["LastName", "FirstName"], None, Engine.REST) as sink:
        first, second = bench.payloads(sink.packing, rows, most=1)
        done = next(sink.write(iter([first]), bench.token))
        bench.diary.known.add(done.rows["id"][0])
        lost = next(sink.write(iter([second]), bench.token))
    assert outcomes(done.rows) == [Settled.CREATED]
    assert outcomes(lost.rows) == [Settled.UNSENT]


def test_a_record_of_ours_that_fits_no_row_leaves_the_missing_rows_unknown(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    """R-202."""
    with bench.sink("Contact", Action.INSERT, ["LastName", "FirstName"], None, Engine.REST) as sink:
        payloads = bench.payloads(sink.packing, people(mark, 2))
        org.weather("drop", path=COLLECTIONS, times=1)
        writing = sink.write(iter(payloads), bench.token)
        bench.diary.watch = lambda _: assert_created(org, f"{mark} other")
        done = next(writing)
    assert outcomes(done.rows) == ["unknown", "unknown"]


def test_of_two_rows_with_one_unique_value_the_one_that_arrived_first_is_found_when_both_answers_are_lost(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    """R-202: the record is older than the second send, and is no less ours."""
    rows: list[dict[str, str | None]] = [
        {"LastName": f"{mark} {name}", "Legacy_Id__c": f"{mark}-twin"} for name in ("first", "second")
    ]
    with bench.sink("Contact", Action.INSERT, ["LastName", "Legacy_Id__c"], None, Engine.REST) as sink:
        first, second = bench.payloads(sink.packing, rows, most=1)
        next(sink.write(iter([first]), bench.token))
        bench.token.sleep(30)
        next(sink.write(iter([second]), bench.token))
        done = bench.settle(sink, [first, second])
    assert (outcomes(done), count(org, mark)) == (["created", "unsent"], 1)


@pytest.mark.parametrize("weather", LOST)
def test_a_unique_value_finds_the_inserted_row(org: PracticeOrg, bench: Workbench, mark: str, weather: str) -> None:
    """R-202."""
    assert org.post("sobjects/Contact", {"LastName": "old", "Legacy_Id__c": f"{mark}-old"}).status_code == 201
    bench.token.sleep(30)
    org.weather(weather, path=COLLECTIONS, times=1)
    rows: list[dict[str, str | None]] = [
        {"LastName": f"{mark} {key}", "Legacy_Id__c": f"{mark}-{key}"} for key in ("a", "old", "b ")
    ]
    done = bench.write("Contact", Action.INSERT, rows, engine=Engine.REST)
    assert outcomes(done) == ["created", "unsent", "created"]
    assert count(org, mark) == 2


@pytest.mark.parametrize("weather", LOST + NEVER_THERE)
def test_an_upsert_tells_created_from_updated(org: PracticeOrg, bench: Workbench, mark: str, weather: str) -> None:
    org.post("sobjects/Contact", {"LastName": "old", "Legacy_Id__c": f"{mark}-1"})
    bench.token.sleep(30)
    org.weather(weather, path=COLLECTIONS, times=1)
    rows: list[dict[str, str | None]] = [
        {"Legacy_Id__c": f" {mark}-{key}", "LastName": f"{mark} {key} "} for key in ("1", "2")
    ]
    done = bench.write("Contact", Action.UPSERT, rows, "Legacy_Id__c", Engine.REST)
    assert outcomes(done) == (["unsent"] * 2 if weather in NEVER_THERE else ["updated", "created"])


@pytest.mark.parametrize("weather", LOST + NEVER_THERE)
def test_an_update_is_recognised_by_the_values_it_left(
    org: PracticeOrg, bench: Workbench, mark: str, weather: str
) -> None:
    """R-202."""
    ids = [org.post("sobjects/Account", {"Name": f"{mark} {number}"}).json()["id"] for number in range(3)]
    org.weather(weather, path=COLLECTIONS, times=1)
    rows: list[dict[str, str | None]] = [
        {"Id": ids[0], "AnnualRevenue": "1.6E3", "Phone": "", "Description": " a\r\nb "},
        {"Id": ids[1][:15], "AnnualRevenue": None, "Phone": "123", "Description": None},
        {"Id": ids[2], "AnnualRevenue": None, "Phone": "1" * 41, "Description": None},
    ]
    done = bench.write("Account", Action.UPDATE, rows, "Id", Engine.REST)
    assert outcomes(done) == (["unsent"] * 3 if weather in NEVER_THERE else ["updated", "updated", "unsent"])


@pytest.mark.parametrize("weather", LOST + NEVER_THERE)
def test_a_delete_counts_only_when_it_was_ours_and_since_then(
    org: PracticeOrg, bench: Workbench, mark: str, weather: str
) -> None:
    ids = [org.post("sobjects/Contact", {"LastName": f"{mark} {number}"}).json()["id"] for number in range(2)]
    org.delete(f"sobjects/Contact/{ids[1]}")
    bench.token.sleep(30)
    org.weather(weather, path=COLLECTIONS, times=1)
    done = bench.write("Contact", Action.DELETE, [{"Id": each} for each in ids], "Id", Engine.REST)
    assert outcomes(done) == ["unsent" if weather in NEVER_THERE else "deleted", "unsent"]


def test_an_answer_with_fewer_results_than_rows_puts_the_whole_call_in_doubt(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    org.weather({"kind": "refuse", "status": 500, "body": "html"}, path=COLLECTIONS, times=1)
    assert outcomes(bench.write("Contact", Action.INSERT, people(mark, 2), engine=Engine.REST)) == ["unsent"] * 2


@pytest.mark.parametrize("status", [200, 204])
def test_a_good_answer_without_results_puts_the_whole_call_in_doubt(
    org: PracticeOrg, bench: Workbench, mark: str, status: int
) -> None:
    org.weather({"kind": "refuse", "status": status, "body": "empty"}, path=COLLECTIONS, times=1)
    assert outcomes(bench.write("Contact", Action.INSERT, people(mark, 2), engine=Engine.REST)) == ["unsent"] * 2


def test_a_write_that_is_sent_elsewhere_is_refused_at_once(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    org.weather({"kind": "refuse", "status": 307, "body": "empty"}, path=COLLECTIONS, times=1)
    with pytest.raises(RemoteError, match="elsewhere"):
        bench.write("Contact", Action.INSERT, people(mark, 2), engine=Engine.REST)


class Watch(TimeTravel):
    """Notes for how long somebody wanted to sleep."""

    slept: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        super().sleep(seconds)


def test_nobody_waits_long_for_an_org_that_says_itself_that_it_broke_off(
    org: PracticeOrg, session: Session, tmp_path: Path, mark: str
) -> None:
    """R-151: each cut of a call over which it breaks off would cost the longest time that a request can take."""

    def waited(**answer: str) -> float:
        bench = Workbench(session, tmp_path, token=Watch(org, session))
        org.weather({"kind": "refuse", "status": 500, **answer}, path=COLLECTIONS, times=1)
        assert outcomes(bench.write("Contact", Action.INSERT, people(mark, 2), engine=Engine.REST)) == ["unsent"] * 2
        assert isinstance(bench.token, Watch)
        return bench.token.slept

    assert waited(code="UNKNOWN_EXCEPTION", message="An unexpected error occurred") < waited(body="html")


def test_a_session_that_has_ended_before_an_undelete_is_renewed(org: PracticeOrg, tmp_path: Path, mark: str) -> None:
    """R-021: SOAP tells it in a fault, and not by 401."""
    record = org.post("sobjects/Contact", {"LastName": mark}).json()["id"]
    assert org.delete(f"sobjects/Contact/{record}").status_code == 204
    account = Account("acme", "Acme", "salesforce", org.url, "password", {"user": "admin@practice.example"})
    with SalesforceConnector().connect(account, Secrets({"password": "practice"})) as session:
        bench = Workbench(session, tmp_path, token=Watch(org, session))
        bench.described("Contact")
        with bench.sink("Contact", Action.UNDELETE, ["Id"], "Id", Engine.SOAP) as sink:
            org.delete("/practice/sessions")
            done = lines(sink.write(iter(bench.payloads(sink.packing, [{"Id": record}])), bench.token))
    assert outcomes(done) == ["updated"]
    assert isinstance(bench.token, Watch)
    assert bench.token.slept == 0
    assert count(org, mark) == 1
