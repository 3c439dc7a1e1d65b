"""Reading by every way there is: whatever happens on the wire, each row arrives once and in its order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from crmdesk.connectors.contract import Query, Session
from crmdesk.connectors.http import HttpSession
from crmdesk.connectors.missing_records import WhyMissing
from crmdesk.connectors.oauth.bearer import AccessToken
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.routes import TellsRoute
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.salesforce.reading import result_pages, source, wide
from crmdesk.connectors.salesforce.reading.jobs import bulk_batches
from crmdesk.connectors.salesforce.reading.missing_records import why_missing
from crmdesk.connectors.salesforce.reading.pages import rest_batches
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import RemoteError, RemoteJobError, TransientError, UserError
from crmdesk.model.filter import Condition, Group, Joined, Operator, Order
from crmdesk.model.job import Engine
from crmdesk.tabular.batch import ROW
from tests.connectors.loopback import answer, scripted_server
from tests.connectors.salesforce.conftest import account_of
from tests.connectors.workbench import Secrets
from tests.practice.running import PracticeOrg, start_practice_org

CONTACTS = 5300
FIELDS = ("Id", "LastName", "Account.Name", "CreatedDate", "HasOptedOutOfEmail", "MailingLatitude")


@pytest.fixture(scope="module")
def large_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", str(CONTACTS), "--accounts", "50")
    yield org
    org.end()


@pytest.fixture
def org(large_org: PracticeOrg) -> Iterator[PracticeOrg]:
    yield large_org
    large_org.delete("/practice/weather")


@pytest.fixture
def session(org: PracticeOrg) -> Iterator[Session]:
    with SalesforceConnector().connect(account_of(org), Secrets({"token": org.token})) as opened:
        yield opened


@pytest.fixture
def rest(org: PracticeOrg) -> Iterator[Rest]:
    http = HttpSession(Origin.parse(org.url), authorization=AccessToken(org.token))
    yield Rest(http)
    http.close()


@pytest.fixture(scope="module")
def truth(large_org: PracticeOrg) -> pl.DataFrame:
    """The contacts as plain HTTP tells them, by id."""
    rows = large_org.rows("SELECT Id, LastName, Account.Name FROM Contact ORDER BY Id")
    return pl.DataFrame(
        {
            "Id": [row["Id"] for row in rows],
            "LastName": [row["LastName"] for row in rows],
            "Account.Name": [row["Account"] and row["Account"]["Name"] for row in rows],
        }
    )


def read(session: Session, query: Query, after: str | None = None) -> pl.DataFrame:
    return pl.concat([batch.frame for batch in session.source(query).batches(CancelToken(), after)])


class Hasty(CancelToken):
    """Who sleeps by it does not."""

    def sleep(self, seconds: float) -> None:
        self.check()


def assert_whole(frame: pl.DataFrame, truth: pl.DataFrame) -> None:
    """Every contact once, rows numbered without a gap."""
    assert frame[ROW].to_list() == list(range(1, frame.height + 1))
    assert frame.sort("Id").select(truth.columns).equals(truth)


def log(org: PracticeOrg) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = org.get("/practice/log", params={"last": "2000"}).json()["requests"]
    return lines


@pytest.mark.parametrize("engine", [Engine.REST, Engine.BULK])
def test_every_row_arrives_once_by_either_engine(session: Session, truth: pl.DataFrame, engine: Engine) -> None:
    """R-126, R-130, R-136."""
    assert_whole(read(session, Query("Contact", FIELDS, engine=engine)), truth)


def test_a_page_has_as_many_rows_as_the_org_gives(org: PracticeOrg, session: Session) -> None:
    """R-316."""
    before = len(log(org))
    batches = list(session.source(Query("Contact", ("Id",), engine=Engine.REST)).batches(CancelToken()))
    assert [batch.frame.height for batch in batches] == [2000, 2000, CONTACTS - 4000]
    assert len([line for line in log(org)[before:] if "/query" in line["path"]]) == len(batches)


def test_rest_and_bulk_tell_the_same_values(session: Session) -> None:
    """R-142."""
    by_rest, by_bulk = (
        read(session, Query("Contact", ("Id", "LastName", "HasOptedOutOfEmail", "Account.Name"), engine=engine))
        for engine in (Engine.REST, Engine.BULK)
    )
    assert by_rest.drop(ROW).sort("Id").equals(by_bulk.drop(ROW).sort("Id"))


STORM: list[tuple[object, dict[str, object]]] = [
    ("unavailable", {"path": "/query", "after": 1, "times": 1}),
    ({"kind": "throttle", "body": "empty", "retry_after": 0}, {"path": "/query", "after": 2, "times": 2}),
    ("drop", {"path": "/query", "after": 3, "times": 1}),
    ("truncate", {"path": "/(query|results)", "after": 3, "times": 1}),
    ({"kind": "truncate", "quietly": True}, {"path": "/query/|/results$", "after": 1, "times": 2}),
    ({"kind": "truncate", "quietly": True}, {"path": "/jobs/query$", "times": 1}),
]


@pytest.mark.parametrize("engine", [Engine.REST, Engine.BULK])
@pytest.mark.parametrize("turn", range(3))
def test_whatever_strikes_in_whatever_order_the_rows_are_the_same(
    org: PracticeOrg, session: Session, truth: pl.DataFrame, engine: Engine, turn: int
) -> None:
    for do, when in STORM[turn:] + STORM[:turn]:
        org.weather(do, **when)
    assert_whole(read(session, Query("Contact", FIELDS, engine=engine)), truth)
    struck = {each for line in log(org) for each in line["weather"]}
    assert {"truncate", "refuse"} <= struck


def test_pages_of_a_job_are_fetched_at_once_and_handed_out_in_order(
    session: Session, org: PracticeOrg, truth: pl.DataFrame, monkeypatch: pytest.MonkeyPatch, rest: Rest
) -> None:
    monkeypatch.setattr(result_pages, "_LISTED_FROM", 1)
    assert_whole(read(session, Query("Contact", FIELDS, engine=Engine.BULK)), truth)
    assert any(line["path"].endswith("/resultPages") for line in log(org))


def test_a_job_whose_pages_are_not_listed_is_read_one_page_after_the_other(
    session: Session, org: PracticeOrg, truth: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_pages, "_LISTED_FROM", 1)
    org.weather({"kind": "refuse", "status": 404, "code": "NOT_FOUND", "message": "x"}, path="/resultPages$")
    assert_whole(read(session, Query("Contact", FIELDS, engine=Engine.BULK)), truth)


def test_a_page_of_a_job_that_is_short_each_time_is_an_error(org: PracticeOrg, rest: Rest) -> None:
    org.weather({"kind": "truncate", "quietly": True}, path="/results$")
    with pytest.raises(TransientError, match="cut short"):
        list(bulk_batches(rest, Query("Contact", FIELDS), Hasty()))


def test_a_result_that_ends_before_its_records_do_is_an_error(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that forgets the locator of the next page may not cost rows."""
    found = result_pages.ResultPages.fetch

    def forgetful(pages: result_pages.ResultPages, via: Rest, locator: str) -> result_pages.ResultPage:
        page = found(pages, via, locator)
        return result_pages.ResultPage(page.locator, page.file, page.rows, "")

    monkeypatch.setattr(result_pages.ResultPages, "fetch", forgetful)
    with pytest.raises(RemoteJobError, match="5,300 records, and its pages held 100"):
        list(bulk_batches(rest, Query("Contact", FIELDS), CancelToken(), page_rows=100))


def test_pages_by_id_go_on_when_the_org_forgets_its_locator(org: PracticeOrg, rest: Rest, truth: pl.DataFrame) -> None:
    query = Query("Contact", FIELDS)
    org.weather(
        {"kind": "refuse", "status": 400, "code": "INVALID_QUERY_LOCATOR", "message": "x"},
        path="/query/", after=1, times=1,
    )  # fmt: skip
    frames = [batch.frame for batch in rest_batches(rest, query, CancelToken())]
    assert_whole(pl.concat(frames), truth)


@pytest.mark.parametrize("engine", [Engine.REST, Engine.BULK])
def test_a_query_that_takes_too_long_is_read_by_ranges_of_ids(
    org: PracticeOrg, session: Session, truth: pl.DataFrame, engine: Engine
) -> None:
    org.weather({"kind": "slow-query", "rows": 900}, object="Contact")
    source = session.source(Query("Contact", FIELDS, engine=engine))
    batches = list(source.batches(CancelToken()))
    assert_whole(pl.concat([batch.frame for batch in batches]), truth)
    for number in (0, len(batches) // 2, len(batches) - 2):
        later = read(session, Query("Contact", FIELDS, engine=engine), batches[number].cursor)
        assert later.equals(pl.concat([batch.frame for batch in batches[number + 1 :]]))


def test_a_page_that_takes_too_long_is_followed_by_ranges_behind_it(
    org: PracticeOrg, session: Session, truth: pl.DataFrame
) -> None:
    org.weather({"kind": "refuse", "status": 400, "code": "QUERY_TIMEOUT", "message": "slow"}, path="/query/", times=1)
    assert_whole(read(session, Query("Contact", FIELDS, engine=Engine.REST)), truth)


def test_a_sorted_query_that_takes_too_long_says_what_to_do(org: PracticeOrg, session: Session) -> None:
    org.weather({"kind": "slow-query", "rows": 900}, object="Contact")
    with pytest.raises(RemoteError, match="takes too long") as caught:
        read(session, Query("Contact", FIELDS, order_by=(Order("LastName"),)))
    assert "order_by" in caught.value.hint


def test_more_fields_than_an_address_holds_are_joined_by_id(
    org: PracticeOrg, session: Session, truth: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wide, "LONGEST_ADDRESS", 110)
    fields = (*FIELDS, "FirstName", "Legacy_Id__c", "Email", "Phone")
    frame = read(session, Query("Contact", fields, engine=Engine.REST))
    assert_whole(frame, truth)
    monkeypatch.undo()
    assert frame.equals(read(session, Query("Contact", fields, engine=Engine.REST)))


def test_the_calls_that_many_fields_cost_are_told_before(
    org: PracticeOrg, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wide, "LONGEST_ADDRESS", 110)
    monkeypatch.setattr(wide, "_FIELDS_AT_ONCE", 2)
    rows = session.source(
        Query("Contact", (*FIELDS, "FirstName", "Legacy_Id__c", "Email", "Phone"), engine=Engine.REST)
    )
    assert isinstance(rows, TellsRoute)
    told, before = rows.route().calls, session.api_calls
    assert sum(batch.frame.height for batch in rows.batches(CancelToken())) == CONTACTS
    assert session.api_calls - before == told


def test_a_preview_of_very_many_fields_needs_no_job(org: PracticeOrg, session: Session) -> None:
    """R-095."""
    names = tuple(field["name"] for field in org.get("sobjects/Contact/describe").json()["fields"])
    plain = tuple(name for name in names if not name.endswith(("Address", "Name")) or name == "LastName")
    repeated = Group(Joined.ANY, tuple(Condition("LastName", Operator.EQUAL, "ü" * 60) for _ in range(35)))
    query = Query("Contact", plain, Group(Joined.ANY, (repeated, Condition("Id", Operator.IS_NOT_EMPTY))), limit=7)
    before = len([line for line in log(org) if "/jobs/query" in line["path"]])
    assert read(session, query).height == 7
    assert len([line for line in log(org) if "/jobs/query" in line["path"]]) == before


def test_a_list_longer_than_a_statement_is_asked_in_parts(session: Session, truth: pl.DataFrame) -> None:
    """R-095."""
    unknown = tuple(f"0037x00000{number:05}" for number in range(14_000))
    wanted = tuple(truth["Id"].to_list())
    query = Query("Contact", ("Id", "LastName", "Account.Name"), Condition("Id", Operator.IN, (*unknown, *wanted)))
    batches = list(session.source(query).batches(CancelToken()))
    assert_whole(pl.concat([batch.frame for batch in batches]), truth)
    assert session.source(query).count() in (CONTACTS, None)
    later = read(session, query, batches[0].cursor)
    assert later.equals(pl.concat([batch.frame for batch in batches[1:]]))


def test_a_statement_that_cannot_be_split_is_refused_before_it_is_sent(session: Session) -> None:
    """R-095."""
    words = tuple(f"{number:050}" for number in range(2100))
    with pytest.raises(UserError, match="Salesforce takes 100,000") as caught:
        session.source(Query("Contact", ("Id",), Condition("LastName", Operator.NOT_IN, words)))
    assert "population" in caught.value.hint


def test_the_engine_is_chosen_by_the_number_of_rows_and_its_cost_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-318."""
    few = session.source(Query("Contact", ("Id",))).route()  # type: ignore[attr-defined]
    assert (few.engine, few.rows, few.calls) == (Engine.REST, CONTACTS, 3)
    monkeypatch.setattr(source, "BULK_FROM", 5000)
    many = session.source(Query("Contact", ("Id",))).route()  # type: ignore[attr-defined]
    assert (many.engine, many.rows, many.calls_by_pages) == (Engine.BULK, CONTACTS, 3)
    assert many.sentence == f"Read by Bulk: 5,300 rows, about {many.calls} calls (page by page: 3)."
    forced = session.source(Query("Contact", ("Id",), engine=Engine.REST)).route()  # type: ignore[attr-defined]
    assert forced.engine is Engine.REST


@pytest.mark.parametrize("engine", [Engine.REST, Engine.BULK])
def test_the_text_that_is_shown_is_the_text_that_is_sent(org: PracticeOrg, session: Session, engine: Engine) -> None:
    """R-090, R-089."""
    query = Query("Contact", ("Id", "Name"), Condition("LastName", Operator.EQUAL, "O'Neil \\ 1"), engine=engine)
    shown = session.source(query).route().text  # type: ignore[attr-defined]
    list(session.source(query).batches(CancelToken()))
    if engine is Engine.REST:
        sent = [line["query"] for line in log(org) if line["path"].endswith("/query")]
        assert any(parse_qs(line).get("q") == [shown] for line in sent)
    else:
        assert shown == soql(query)


def test_an_answer_of_another_page_is_never_taken_for_rows(tmp_path: Path) -> None:
    with scripted_server() as script:
        script.say("/services/data/v64.0/query", answer(200, b"<html>Sign in to the wireless network</html>"))
        http = HttpSession(Origin.parse(script.url), authorization=AccessToken("t"))
        with pytest.raises(TransientError, match="cut short"):
            list(rest_batches(Rest(http), Query("Contact", ("Id",)), Hasty()))
        http.close()


def test_an_order_of_several_fields_is_the_orgs(org: PracticeOrg, session: Session) -> None:
    """R-096."""
    order = (Order("CreatedDate"), Order("Level__c", is_descending=True))
    source = session.source(Query("Contact", ("Id", "CreatedDate", "Level__c"), order_by=order))
    assert " ORDER BY CreatedDate ASC, Level__c DESC" in source.route().text  # type: ignore[attr-defined]
    frame = pl.concat([batch.frame for batch in source.batches(CancelToken())])
    expected = org.rows("SELECT Id FROM Contact ORDER BY CreatedDate ASC, Level__c DESC, Id ASC")
    assert frame["Id"].to_list() == [row["Id"] for row in expected]


@pytest.mark.parametrize("order", [(), (Order("Title"),)])
def test_rows_that_change_while_pages_are_read_come_once_each(
    org: PracticeOrg, session: Session, truth: pl.DataFrame, order: tuple[Order, ...]
) -> None:
    """R-100."""
    org.weather({"kind": "second-user", "per_second": 200, "field": "Title"}, object="Contact")
    org.weather({"kind": "latency", "seconds": 0.2}, path="/query/")
    frame = read(session, Query("Contact", ("Id", "Title"), order_by=order, engine=Engine.REST))
    assert sorted(frame["Id"]) == truth["Id"].to_list()


def test_deleted_and_hidden_records_are_told_from_ones_that_never_were() -> None:
    """R-105."""
    deleted, hidden, unknown = (f"00300000000000{number}AAA" for number in range(3))

    def page(field: str, record_id: str) -> bytes:
        record = {"attributes": {"type": "X"}, field: record_id, "HasReadAccess": False}
        return json.dumps({"totalSize": 1, "done": True, "records": [record]}).encode()

    with scripted_server() as script:
        script.say("/services/data/v64.0/queryAll", answer(200, page("Id", deleted)))
        script.say("/services/data/v64.0/query", answer(200, page("RecordId", hidden)))
        http = HttpSession(Origin.parse(script.url), authorization=AccessToken("t"))
        found = why_missing(
            Rest(http), "005000000000000AAA", "Contact", "Id", [deleted, hidden, unknown], CancelToken()
        )
        http.close()
        assert found == {deleted: WhyMissing.DELETED, hidden: WhyMissing.NO_ACCESS}
        asked = [parse_qs(urlsplit(path).query)["q"][0] for _, path, _, _ in script.seen]
    assert "IsDeleted = true" in asked[0]
    assert "UserRecordAccess" in asked[1]
    assert deleted not in asked[1]
