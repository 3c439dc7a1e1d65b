"""Every row is read once, page by page, as it is written on the wire."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from crmdesk.connectors.contract import CursorGone, Query, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, PlanError, RemoteError
from crmdesk.model.filter import Condition, Group, Joined, Operator, Order
from crmdesk.tabular.batch import ROW
from tests.connectors.loopback import Script, answer
from tests.servers.odata import PAGE, ODataServer

QUERY = Query("Ts", ("K", "V"))


def contacts(number: int) -> list[dict[str, object]]:
    return [{"ID": f"c{i:03}", "LastName": f"n{i}", "IsActive": i % 2 == 0, "Age": i} for i in range(number)]


@pytest.mark.parametrize("number", [0, 1, PAGE, PAGE + 1, 5 * PAGE])
def test_every_row_comes_once_and_in_order(session: Session, service: ODataServer, number: int) -> None:
    """R-091, R-316: pages are as small as the service makes them."""
    service.fill(Contacts=contacts(number))
    source = session.source(Query("Contacts", ("LastName", "ID")))
    batches = list(source.batches(CancelToken()))
    assert source.count() == number
    assert all(batch.frame.columns == [ROW, "LastName", "ID"] for batch in batches)
    assert [key for batch in batches for key in batch.frame["ID"]] == [row["ID"] for row in contacts(number)]
    assert [row for batch in batches for row in batch.frame[ROW]] == list(range(1, number + 1))


def test_reading_goes_on_behind_any_cursor(session: Session, service: ODataServer) -> None:
    """R-100."""
    service.fill(Contacts=contacts(4 * PAGE))
    query = Query("Contacts", ("ID",), order_by=(Order("Age", is_descending=True),))
    batches = list(session.source(query).batches(CancelToken()))
    for before, after in pairwise(batches):
        again = next(session.source(query).batches(CancelToken(), before.cursor))
        assert again.frame.equals(after.frame)
    assert batches[-1].cursor is None


def test_a_list_of_values_that_no_address_holds_is_asked_for_in_parts(session: Session, service: ODataServer) -> None:
    """R-100, R-317: each record once, behind any cursor too; no request has an address that services refuse."""
    wanted = [f"c{i:03}{'Ж' * 60}" for i in range(3 * PAGE)]
    service.fill(Contacts=[{"ID": each, "LastName": "n", "IsActive": True} for each in [*wanted, "other"]])
    named = Condition("ID", Operator.IN, tuple(wanted))
    query = Query("Contacts", ("ID",), Group(Joined.ALL, (Condition("LastName", Operator.EQUAL, "n"), named)))
    source = session.source(query)
    batches = list(source.batches(CancelToken()))
    assert sorted(key for batch in batches for key in batch.frame["ID"]) == wanted
    assert [row for batch in batches for row in batch.frame[ROW]] == list(range(1, source.count() + 1))  # type: ignore[operator]
    for before, after in pairwise(batches):
        assert next(session.source(query).batches(CancelToken(), before.cursor)).frame.equals(after.frame)
    assert max(len(line) for line in service.log()) < 4200


@pytest.mark.parametrize("limit", [0, 1, PAGE - 1, PAGE, 2 * PAGE + 3, 1000])
def test_a_limit_is_kept_across_pages(session: Session, service: ODataServer, limit: int) -> None:
    service.fill(Contacts=contacts(3 * PAGE))
    source = session.source(Query("Contacts", ("ID",), limit=limit))
    rows = sum(batch.frame.height for batch in source.batches(CancelToken()))
    assert rows == source.count() == min(limit, 3 * PAGE)


def test_rows_that_come_and_go_while_reading_neither_double_nor_hide_the_others(
    session: Session, service: ODataServer
) -> None:
    """R-100."""
    service.fill(Contacts=contacts(3 * PAGE))
    stream = session.source(Query("Contacts", ("ID",))).batches(CancelToken())
    first = next(stream).frame["ID"].to_list()
    service.fill(Contacts=[*({**contacts(1)[0], "ID": f"a{i}"} for i in range(3)), *contacts(3 * PAGE)[3:]])
    rest = [key for batch in stream for key in batch.frame["ID"]]
    assert first + rest == [row["ID"] for row in contacts(3 * PAGE)]


def test_values_are_the_wires_own_text(scripted: Session, script: Script) -> None:
    rows = b'{"K":1,"V":1.500},{"K":2,"V":"1234.5678"},{"K":3,"V":null},{"K":4},{"K":5,"V":6.0E7},{"K":6,"V":true}'
    script.say("/svc/Ts", answer(body=b'{"value":[' + rows + b"]}"))
    frame = next(scripted.source(QUERY).batches(CancelToken())).frame
    assert frame["K"].to_list() == ["1", "2", "3", "4", "5", "6"]
    assert frame["V"].to_list() == ["1.500", "1234.5678", None, None, "6.0E7", "true"]


def test_relative_links_are_followed_and_empty_pages_passed_over(scripted: Session, script: Script) -> None:
    script.say("/svc/Ts", answer(body=b'{"value":[],"@odata.nextLink":"Ts/p2?$skiptoken=a%20b"}'))
    script.say("/svc/Ts/p2", answer(body=b'{"value":[{"K":1}],"@odata.nextLink":"/svc/Ts/p3"}'))
    script.say("/svc/Ts/p3", answer(body=b'{"value":[]}'))
    batches = list(scripted.source(QUERY).batches(CancelToken()))
    assert [batch.frame["K"].to_list() for batch in batches] == [["1"]]
    assert "/svc/Ts/p2?$skiptoken=a%20b" in [path for _, path, _, _ in script.seen], "followed as it is written"


@pytest.mark.parametrize("link", ["https://elsewhere.example/x", "//127.0.0.1:9/x", "http://localhost:9/x", "ftp://x/"])
def test_a_link_to_another_host_is_refused(scripted: Session, script: Script, link: str) -> None:
    script.say("/svc/Ts", answer(body=json.dumps({"value": [], "@odata.nextLink": link}).encode()))
    with pytest.raises(RemoteError, match="another address"):
        list(scripted.source(QUERY).batches(CancelToken()))


def test_a_limit_is_kept_by_us_where_the_service_forgets_it(scripted: Session, script: Script) -> None:
    script.say("/svc/Ts", answer(body=b'{"value":[{"K":1},{"K":2}],"@odata.nextLink":"Ts/p2"}'))
    script.say("/svc/Ts/p2", answer(body=b'{"value":[{"K":3},{"K":4}],"@odata.nextLink":"Ts/p3"}'))
    batches = scripted.source(Query("Ts", ("K",), limit=3)).batches(CancelToken())
    assert [key for batch in batches for key in batch.frame["K"]] == ["1", "2", "3"]


def test_a_page_that_was_cut_short_without_a_word_is_asked_for_again(scripted: Session, script: Script) -> None:
    half = answer(body=b'{"value":[{"K":1},{"K"', Content_Type="application/json")
    marked = b'\xef\xbb\xbf{"value":[{"K":1},{"K":2}]}'  # some put a byte order mark before it
    script.say("/svc/Ts", half, answer(body=marked, Content_Type="application/json"))
    (batch,) = scripted.source(QUERY).batches(CancelToken())
    assert batch.frame["K"].to_list() == ["1", "2"]
    whole_but_strange = answer(body=b'{"d":[]}', Content_Type="application/json")
    script.say("/svc/Ts", whole_but_strange, answer(body=b'{"value":[]}'))
    with pytest.raises(RemoteError, match="where OData was expected"):
        next(scripted.source(QUERY).batches(CancelToken()))


def test_pages_that_name_each_other_as_the_next_one_end_the_reading(scripted: Session, script: Script) -> None:
    script.say("/svc/Ts", answer(body=b'{"value":[{"K":1}],"@odata.nextLink":"Ts/p2"}'))
    script.say("/svc/Ts/p2", answer(body=b'{"value":[{"K":2}],"@odata.nextLink":"/svc/Ts/p3"}'))
    script.say("/svc/Ts/p3", answer(body=b'{"value":[{"K":3}],"@odata.nextLink":"/svc/Ts/p2"}'))
    with pytest.raises(RemoteError, match="circle"):
        list(scripted.source(QUERY).batches(CancelToken()))


def test_a_page_that_names_itself_as_the_next_one_ends_the_reading(scripted: Session, script: Script) -> None:
    script.say("/svc/Ts", answer(body=b'{"value":[{"K":1}],"@odata.nextLink":"Ts"}'))
    with pytest.raises(RemoteError, match="circle"):
        list(scripted.source(QUERY).batches(CancelToken()))


def test_a_service_that_gives_its_first_page_under_every_address_ends_the_reading(
    scripted: Session, script: Script
) -> None:
    """R-130: one that ignores its own $skiptoken would be read for ever."""
    for number, place in enumerate(("/svc/Ts", "/svc/Ts/p1", "/svc/Ts/p2")):
        link = f'"@odata.nextLink":"/svc/Ts/p{number + 1}"'
        script.say(place, answer(body=f'{{"value":[{{"K":1}},{{"K":2}}],{link}}}'.encode()))
    batches = scripted.source(QUERY).batches(CancelToken())
    assert next(batches).frame["K"].to_list() == ["1", "2"]
    with pytest.raises(RemoteError, match="same page again"):
        next(batches)


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_cursor_the_service_has_forgotten_is_told_before_the_first_batch(
    scripted: Session, script: Script, status: int
) -> None:
    script.say("/svc/Ts", answer(body=b'{"value":[{"K":1}],"@odata.nextLink":"Ts/p2"}'))
    cursor = next(scripted.source(QUERY).batches(CancelToken())).cursor
    script.say("/svc/Ts/p2", answer(status, b'{"error":{"code":"gone","message":"gone"}}'))
    with pytest.raises(CursorGone):
        next(scripted.source(QUERY).batches(CancelToken(), cursor))


def test_a_break_while_reading_is_tried_again(session: Session, service: ODataServer) -> None:
    service.fill(Contacts=contacts(3 * PAGE))
    session.objects()
    service.storm("GET", times=2)
    service.storm("GET", status=503, body={})
    source = session.source(Query("Contacts", ("ID",)))
    keys = [key for batch in source.batches(CancelToken()) for key in batch.frame["ID"]]
    assert len(keys) == len(set(keys)) == 3 * PAGE


def test_a_service_that_cannot_count_is_read_all_the_same(scripted: Session, script: Script) -> None:
    script.say("/svc/Ts/$count", answer(404))
    assert scripted.source(QUERY).count() is None


def test_a_page_that_is_not_odata_is_refused_in_a_sentence(scripted: Session, script: Script) -> None:
    script.say("/svc/Ts", answer(body=b"<html>Sign in</html>", Content_Type="text/html"))
    with pytest.raises(RemoteError, match="answered with text/html"):
        next(scripted.source(QUERY).batches(CancelToken()))


def test_a_refusal_while_reading_is_given_in_the_services_words(scripted: Session, script: Script) -> None:
    script.say("/svc/Ts", answer(400, b'{"error":{"code":"E7","message":"Not by that field"}}'))
    with pytest.raises(RemoteError, match="Not by that field") as caught:
        next(scripted.source(QUERY).batches(CancelToken()))
    assert caught.value.code == "E7"


def test_a_stop_ends_the_reading(session: Session, service: ODataServer) -> None:
    service.fill(Contacts=contacts(3 * PAGE))
    token = CancelToken()
    stream = session.source(Query("Contacts", ("ID",))).batches(token)
    next(stream)
    token.cancel()
    with pytest.raises(Cancelled):
        next(stream)


def test_fields_that_do_not_exist_are_all_named(session: Session) -> None:
    with pytest.raises(PlanError) as caught:
        session.source(Query("Contacts", ("Nope", "Account.Name"), order_by=(Order("Never"),)))
    assert len(caught.value.problems) == 3
