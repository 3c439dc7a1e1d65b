"""Bulk jobs survive whatever happens between their steps, and their results find their rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import uuid4

import polars as pl
import pytest

from crmdesk.connectors.contract import CursorGone, OpenSend, Point, Query, Receipt, WriteRequest
from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.oauth.bearer import AccessToken
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.salesforce.reading.jobs import bulk_batches
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, RemoteJobError, TransientError
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action, Engine
from crmdesk.model.write_options import Wishes
from crmdesk.tabular.batch import ROW
from tests.connectors.salesforce.conftest import account_of
from tests.connectors.workbench import Killed, Secrets, Workbench, lines
from tests.practice.asking import signed_in_as
from tests.practice.bulk import ingest
from tests.practice.running import PracticeOrg

NAMES = ["LastName", "FirstName"]
BEFORE_THE_CLOSE = [Point.INTENDED, Point.CREATED, Point.HANDLE_STORED, Point.UPLOADED]
AFTER_THE_CLOSE = [Point.CLOSED, Point.POLLED, Point.FETCHED]


@pytest.fixture
def mark() -> str:
    return uuid4().hex[:10]


def people(mark: str, count: int) -> list[dict[str, str | None]]:
    """Every second row has a twin."""
    return [{"LastName": f"{mark} {number // 2}", "FirstName": "Ann"} for number in range(count)]


def there(org: PracticeOrg, mark: str) -> int:
    return org.count(f"Contact WHERE LastName LIKE '{mark}%'")


def killed_at(bench: Workbench, point: Point, rows: list[dict[str, str | None]]) -> tuple[object, list[OpenSend]]:
    """Write until the point is reached, then die."""

    def watch(reached: Point) -> None:
        if reached is point:
            raise Killed

    bench.diary.watch = watch
    with bench.sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink:
        payloads = bench.payloads(sink.packing, rows)
        with pytest.raises(Killed):
            list(sink.write(iter(payloads), bench.token))
    bench.diary.watch = lambda _: None
    return sink, [
        OpenSend(each, bench.diary.handles.get(each.send), bench.diary.sent_at[each.send]) for each in payloads
    ]


@pytest.mark.parametrize("point", BEFORE_THE_CLOSE + AFTER_THE_CLOSE)
def test_a_keyless_insert_killed_at_any_point_is_applied_once_and_known(
    org: PracticeOrg, bench: Workbench, mark: str, point: Point
) -> None:
    rows = people(mark, 6)
    _, opened = killed_at(bench, point, rows)
    with (
        SalesforceConnector().connect(account_of(org), Secrets({"token": org.token})) as next_life,
        Workbench(next_life, bench.folder).sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink,
    ):
        settled = lines(sink.settle(opened, CancelToken()))
    assert settled["outcome"].unique().to_list() == ["created" if point in AFTER_THE_CLOSE else "unsent"]
    assert settled.height == 6
    assert there(org, mark) == (6 if point in AFTER_THE_CLOSE else 0)


def test_shuffled_results_find_their_rows(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    """R-164."""
    rows: list[dict[str, str | None]] = [
        {"LastName": f"{mark} {number}", "FirstName": "x" * 41 if number % 7 == 0 else None} for number in range(50)
    ]
    done = bench.write("Contact", Action.INSERT, rows, engine=Engine.BULK)
    by_id = {
        row["Id"]: row["LastName"]
        for row in org.rows("SELECT Id, LastName FROM Contact")
        if row["LastName"].startswith(mark)
    }
    for row, line in zip(rows, done.iter_rows(named=True), strict=True):
        if row["FirstName"]:
            assert (line["outcome"], line["code"], line["field"]) == ("rejected", "STRING_TOO_LONG", "FirstName")
        else:
            assert by_id.pop(line["id"]) == row["LastName"]
    assert not by_id


def test_equal_rows_are_counted_not_confused(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    done = bench.write("Contact", Action.INSERT, people(mark, 2) * 5, engine=Engine.BULK)
    assert done["outcome"].to_list() == ["created"] * 10
    assert done["id"].n_unique() == 10
    assert there(org, mark) == 10


def test_text_arrives_as_it_was_written(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    text = f'{mark} "q", ; \' ünï 🙂\r\nline 2\nline 3'
    done = bench.write("Account", Action.INSERT, [{"Name": mark, "Description": text}], engine=Engine.BULK)
    held = org.get(f"sobjects/Account/{done['id'][0]}").json()["Description"]
    assert held.replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_a_row_without_any_value_is_still_a_row(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    done = bench.write(
        "Contact", Action.INSERT, [{"LastName": mark}, {"LastName": None}, {"LastName": ""}], engine=Engine.BULK
    )
    assert done["outcome"].to_list() == ["created", "rejected", "rejected"]
    assert done["code"][1] == "REQUIRED_FIELD_MISSING"


def test_null_leaves_a_value_alone_and_an_empty_text_clears_it(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    """R-056."""
    ids = [org.post("sobjects/Contact", {"LastName": mark, "FirstName": "Ann"}).json()["id"] for _ in range(2)]
    rows: list[dict[str, str | None]] = [{"Id": ids[0], "FirstName": None}, {"Id": ids[1], "FirstName": ""}]
    assert bench.write("Contact", Action.UPDATE, rows, "Id", Engine.BULK)["outcome"].to_list() == ["updated"] * 2
    assert [org.get(f"sobjects/Contact/{each}").json()["FirstName"] for each in ids] == ["Ann", None]


def test_an_upsert_by_bulk_tells_created_from_updated(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    org.post("sobjects/Contact", {"LastName": "old", "Legacy_Id__c": f"{mark}-1"})
    rows: list[dict[str, str | None]] = [{"Legacy_Id__c": f"{mark}-{key}", "LastName": mark} for key in ("1", "2")]
    done = bench.write("Contact", Action.UPSERT, rows, "Legacy_Id__c", Engine.BULK)
    assert done["outcome"].to_list() == ["updated", "created"]


def only_job(bench: Workbench) -> str:
    [handle] = bench.diary.handles.values()
    return f"jobs/ingest/{handle}"


def receipts(bench: Workbench, rows: list[dict[str, str | None]]) -> list[Receipt]:
    with bench.sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink:
        return list(sink.write(iter(bench.payloads(sink.packing, rows)), bench.token))


def test_a_job_that_fails_halfway_says_which_rows_it_wrote(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    """R-164."""
    org.weather({"kind": "fail-job", "rows": 4, "message": "InternalServerError : Boom"}, object="Contact", times=1)
    [receipt] = receipts(bench, people(mark, 10))
    assert receipt.failure == "InternalServerError : Boom"
    counts = dict(receipt.rows["outcome"].value_counts().iter_rows())
    assert counts == {"created": 4, "unsent": 6}
    assert there(org, mark) == 4


@pytest.mark.parametrize("weather", ["lost-answer", "drop"])
def test_a_broken_upload_is_given_up_and_nothing_of_it_is_written(
    org: PracticeOrg, bench: Workbench, mark: str, weather: str
) -> None:
    org.weather(weather, method="PUT", path="batches", times=1)
    [receipt] = receipts(bench, people(mark, 4))
    assert receipt.failure
    assert receipt.rows["outcome"].to_list() == ["unsent"] * 4
    assert there(org, mark) == 0


@pytest.mark.parametrize("step", [{"method": "POST", "path": "ingest$"}, {"method": "PATCH"}, {"method": "GET"}])
@pytest.mark.parametrize("weather", ["lost-answer", "drop", "unavailable", "truncate"])
def test_breaks_around_the_upload_are_ridden_out(
    org: PracticeOrg, bench: Workbench, mark: str, step: dict[str, str], weather: str
) -> None:
    org.weather(weather, **({"path": "ingest"} | step), times=2)
    [receipt] = receipts(bench, people(mark, 4))
    assert receipt.rows["outcome"].to_list() == ["created"] * 4
    assert there(org, mark) == 4


def test_a_job_that_the_org_has_forgotten_is_looked_for_among_the_records(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    _, opened = killed_at(bench, Point.FETCHED, people(mark, 3))
    assert org.delete(f"jobs/ingest/{opened[0].handle}").status_code == 204
    with bench.sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink:
        settled = lines(sink.settle(opened, bench.token))
    assert settled["outcome"].to_list() == ["created"] * 3


def test_a_job_that_somebody_deletes_before_its_results_are_read_is_looked_for_among_the_records(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    """R-153."""

    def meddle(point: Point) -> None:
        if point is Point.POLLED:  # refused as long as the job goes on
            org.delete(only_job(bench))

    bench.diary.watch = meddle
    [receipt] = receipts(bench, people(mark, 6))
    assert org.get(only_job(bench)).status_code == 404
    assert receipt.rows["outcome"].to_list() == ["created"] * 6
    assert there(org, mark) == 6


def test_records_that_a_forgotten_job_has_deleted_for_good_are_told_by_their_absence(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    """R-153: they leave no trace, not even in the recycle bin."""
    there_still, binned, gone = (org.post("sobjects/Contact", {"LastName": mark}).json()["id"] for _ in range(3))
    org.delete(f"sobjects/Contact/{binned}")
    with signed_in_as(org, "integration") as integration:
        assert ingest(integration, "Contact", "hardDelete", ["Id"], [[gone]])["numberRecordsFailed"] == 0
    target = bench.described("Contact")
    key = target.field("Id")
    assert key is not None
    hard = WriteRequest(target, Action.DELETE, (key,), key, Engine.BULK, 3, wishes=Wishes(is_hard=True))
    with bench.session.sink(hard, bench.diary) as sink:
        [payload] = bench.payloads(sink.packing, [{"Id": each} for each in (there_still, binned, gone)])
        lost = OpenSend(payload, "7507x00000zzzzzAAA", bench.session.server_time())
        settled = lines(sink.settle([lost], bench.token))
    assert settled["outcome"].to_list() == ["unsent", "unsent", "deleted"]


def test_a_job_that_somebody_else_aborts_is_not_sent_again_unasked(
    org: PracticeOrg, bench: Workbench, mark: str
) -> None:
    """R-153."""
    org.weather({"kind": "hold-job", "seconds": 60, "state": "UploadComplete"}, object="Contact", times=1)

    def meddle(point: Point) -> None:
        if point is Point.POLLED:
            org.patch(only_job(bench), {"state": "Aborted"})

    bench.diary.watch = meddle
    found: list[Receipt] = []
    with (
        bench.sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink,
        pytest.raises(RemoteJobError, match="Somebody has aborted the job"),
    ):
        found.extend(sink.write(iter(bench.payloads(sink.packing, people(mark, 4))), bench.token))
    assert [each for receipt in found for each in receipt.rows["outcome"]] == ["unsent"] * 4
    assert there(org, mark) == 0


def test_an_upload_that_something_else_answers_is_given_up(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    org.weather({"kind": "refuse", "status": 200, "body": "html"}, method="PUT", times=1)
    [receipt] = receipts(bench, people(mark, 4))
    assert receipt.rows["outcome"].to_list() == ["unsent"] * 4
    assert there(org, mark) == 0


def test_a_close_that_something_else_answers_is_asked_for_again(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    org.weather({"kind": "refuse", "status": 200, "body": "html"}, method="PATCH", times=1)
    [receipt] = receipts(bench, people(mark, 4))
    assert receipt.rows["outcome"].to_list() == ["created"] * 4
    assert there(org, mark) == 4


@pytest.mark.parametrize("times", [1, 2])
def test_results_that_break_off_without_a_word_are_asked_for_again(
    org: PracticeOrg, bench: Workbench, mark: str, times: int
) -> None:
    org.weather({"kind": "truncate", "quietly": True}, path="successfulResults", times=times)
    [receipt] = receipts(bench, people(mark, 7))
    assert receipt.rows["outcome"].to_list() == ["created"] * 7


def test_results_that_never_arrive_whole_leave_the_send_open(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    org.weather({"kind": "truncate", "quietly": True}, path="successfulResults")
    with bench.sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink:
        payloads = bench.payloads(sink.packing, people(mark, 1))
        with pytest.raises(TransientError, match="cut short"):
            list(sink.write(iter(payloads), bench.token))
        org.delete("/practice/weather")
        assert bench.settle(sink, payloads)["outcome"].to_list() == ["created"]
    assert there(org, mark) == 1


def test_stop_aborts_the_job_and_resuming_reads_what_it_did(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    org.weather({"kind": "hold-job", "seconds": 60, "state": "UploadComplete"}, object="Contact", times=1)
    token = CancelToken()
    bench.diary.watch = lambda point: token.cancel() if point is Point.POLLED else None
    with bench.sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink:
        payloads = bench.payloads(sink.packing, people(mark, 4))
        with pytest.raises(Cancelled):
            list(sink.write(iter(payloads), token))
        settled = bench.settle(sink, payloads)
    assert settled["outcome"].to_list() == ["unsent"] * 4
    assert there(org, mark) == 0


def test_several_payloads_are_several_jobs(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    done = bench.write("Contact", Action.INSERT, people(mark, 10), engine=Engine.BULK, most=2)
    assert done["outcome"].to_list() == ["created"] * 10
    assert len(set(bench.diary.handles.values())) == 5


def test_a_damaged_payload_is_never_uploaded(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    with bench.sink("Contact", Action.INSERT, NAMES, None, Engine.BULK) as sink:
        [payload] = bench.payloads(sink.packing, people(mark, 4))
        payload.body.path.write_bytes(payload.body.path.read_bytes().replace(b"Ann", b"Bob"))
        with pytest.raises(Exception, match="damaged"):
            list(sink.write(iter([payload]), bench.token))
    assert there(org, mark) == 0


def test_an_object_that_jobs_refuse_stops_the_write_with_nothing_sent(bench: Workbench, org: PracticeOrg) -> None:
    org.weather(
        {"kind": "refuse", "status": 400, "code": "INVALIDENTITY", "message": "Entity not supported"}, path="ingest"
    )
    others = threading.active_count()
    with pytest.raises(RemoteJobError, match="Entity not supported"):
        receipts(bench, people("nobody", 2))
    assert threading.active_count() < others + 10


def test_results_of_a_bulk_read_are_every_row_once_with_its_number(org: PracticeOrg, bench: Workbench) -> None:
    query = Query("Contact", ("Id", "LastName", "Account.Name"), engine=Engine.BULK)
    frame = pl.concat([batch.frame for batch in bench.session.source(query).batches(CancelToken())])
    assert frame[ROW].to_list() == list(range(1, frame.height + 1))
    held = {row["Id"]: row["Account"] for row in org.rows("SELECT Id, Account.Name FROM Contact")}
    assert {row["Id"]: row["Account.Name"] for row in frame.to_dicts()} == {
        record: account["Name"] if account else None for record, account in held.items()
    }


@pytest.fixture
def rest(org: PracticeOrg) -> Iterator[Rest]:
    http = HttpSession(Origin.parse(org.url), authorization=AccessToken(org.token))
    yield Rest(http)
    http.close()


def test_a_bulk_read_goes_on_behind_any_page(rest: Rest) -> None:
    query = Query("Contact", ("Id",), limit=250)
    batches = list(bulk_batches(rest, query, CancelToken(), None, page_rows=100))
    assert [batch.frame.height for batch in batches] == [100, 100, 50]
    assert batches[-1].cursor is None
    for number, batch in enumerate(batches[:-1], 1):
        later = [each.frame for each in bulk_batches(rest, query, CancelToken(), batch.cursor, page_rows=100)]
        assert pl.concat(later).equals(pl.concat([each.frame for each in batches[number:]]))


@pytest.mark.parametrize("cursor", ["bulk 100 7507x000000ZZZZAAA 300 0 0 x", "bulk 100 JOB 300 0 0 nonsense"])
def test_a_bulk_job_that_is_gone_takes_its_places_with_it(rest: Rest, cursor: str) -> None:
    query = Query("Contact", ("Id",))
    [batch, *_] = bulk_batches(rest, query, CancelToken(), None, page_rows=100)
    assert batch.cursor is not None
    real = cursor.replace("JOB", batch.cursor.split()[2])
    with pytest.raises(CursorGone):
        list(bulk_batches(rest, query, CancelToken(), real, page_rows=100))


def test_a_query_too_long_for_an_address_goes_by_a_job(org: PracticeOrg, bench: Workbench, mark: str) -> None:
    assert org.post("sobjects/Contact", {"LastName": mark}).status_code == 201
    keys = tuple(f"{'ü' * 70}{number}" for number in range(100))
    query = Query("Contact", ("LastName",), Condition("LastName", Operator.IN, (*keys, mark)), engine=Engine.REST)
    frames = [batch.frame for batch in bench.session.source(query).batches(CancelToken())]
    assert [frame["LastName"].to_list() for frame in frames] == [[mark]]
