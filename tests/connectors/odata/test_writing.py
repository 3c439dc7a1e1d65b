"""Records are created, changed and deleted one by one, and every row comes back once."""

from __future__ import annotations

import threading
from decimal import Decimal
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.contract import Point, Receipt, Session
from crmdesk.connectors.odata.capabilities import CAPABILITIES
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.urls import ServiceRoot, key_in
from crmdesk.errors import Cancelled, SignInError, TransientError
from crmdesk.model.job import Action
from crmdesk.model.write_options import WriteOption
from tests.connectors.loopback import Script, answer
from tests.connectors.odata.conftest import Desk, outcomes
from tests.servers.odata import ODataServer

ROOT = ServiceRoot.parse("https://crm.example/svc")
NASTY_KEYS = [
    "plain",
    "it's",
    "a/b",
    "..",
    "../Accounts(1)",
    "%2F",
    "?$top=1",
    "#",
    "a b",
    "a+b",
    "äö",
    "')",
    "1,2",
    "a=b",
]


def contact(key: str, **values: object) -> dict[str, object]:
    return {"ID": key, "LastName": "Old", "IsActive": True, **values}


def test_every_kind_of_value_arrives_as_it_was_written(desk: Desk, service: ODataServer) -> None:
    found = desk.put(
        "Contacts",
        Action.INSERT,
        ID=["c1"],
        LastName=['O\'Neil "x"\n'],
        Age=["-7"],
        Revenue=["12.50"],
        Score=["1.5"],
        IsActive=["true"],
        BirthDate=["1999-12-31"],
        SeenAt=["2024-05-06T07:08:09.123Z"],
        Level=["High"],
        Email=[None],
        FirstName=[""],
    )
    assert (found[0]["outcome"], found[0]["id"]) == ("created", "c1")
    held = service.rows("Contacts")[0]
    assert held["LastName"] == 'O\'Neil "x"\n'
    assert (held["Age"], held["Revenue"], held["Score"]) == (-7, Decimal("12.50"), Decimal("1.5"))
    assert held["IsActive"] is True
    assert (held["BirthDate"], held["SeenAt"], held["Level"]) == ("1999-12-31", "2024-05-06T07:08:09.123Z", "High")


def test_a_key_the_service_makes_comes_back_with_the_row(desk: Desk, service: ODataServer) -> None:
    names = [f"Company {number}" for number in range(9)]
    found = desk.put("Accounts", Action.INSERT, Name=names)
    held = {str(row["ID"]): row["Name"] for row in service.rows("Accounts")}
    assert [held[line["id"] or ""] for line in found.values()] == names
    assert len(held) == 9


def test_a_change_touches_only_the_fields_it_names(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[contact("a", FirstName="Ann", Age=3), contact("b", FirstName="Bob", Age=4)])
    found = desk.put("Contacts", Action.UPDATE, ID=["a", "b"], LastName=["New", None], FirstName=["", "Rob"])
    assert [line["outcome"] for line in found.values()] == ["updated", "updated"]
    first, second = service.rows("Contacts")
    assert (first["LastName"], first.get("FirstName"), first["Age"]) == ("New", None, 3)
    assert (second["LastName"], second["FirstName"], second["Age"]) == ("Old", "Rob", 4)


def test_a_change_of_a_record_that_is_gone_is_rejected_and_creates_nothing(desk: Desk, service: ODataServer) -> None:
    """R-147."""
    found = desk.put("Contacts", Action.UPDATE, ID=["ghost"], LastName=["New"])
    assert (found[0]["outcome"], found[0]["code"]) == ("rejected", "404")
    assert service.rows("Contacts") == []


def test_a_record_is_deleted_once_and_then_rejected_as_gone(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[contact("a"), contact("b")])
    assert desk.put("Contacts", Action.DELETE, ID=["a"])[0]["outcome"] == "deleted"
    assert desk.put("Contacts", Action.DELETE, ID=["a"])[0]["outcome"] == "rejected"
    assert [row["ID"] for row in service.rows("Contacts")] == ["b"]


def test_a_refusal_carries_the_services_own_code_and_words(desk: Desk, service: ODataServer) -> None:
    """R-191."""
    service.fill(Contacts=[contact("a")])
    found = desk.put("Contacts", Action.INSERT, ID=["a", "b"], LastName=["x", "x"], IsActive=["true", "maybe"])
    assert (found[0]["outcome"], found[0]["code"]) == ("rejected", "409")
    assert "already exists" in (found[0]["message"] or "")
    assert found[1]["outcome"] == "rejected"
    assert [row["ID"] for row in service.rows("Contacts")] == ["a"]


@pytest.mark.parametrize("key", NASTY_KEYS)
def test_a_key_reaches_its_own_record_whatever_it_is_made_of(desk: Desk, service: ODataServer, key: str) -> None:
    service.fill(Contacts=[contact("bystander")], Accounts=[{"ID": 1, "Name": "Bystander"}])
    assert desk.put("Contacts", Action.INSERT, ID=[key], LastName=["x"], IsActive=["true"])[0]["id"] == key
    assert desk.put("Contacts", Action.UPDATE, ID=[key], LastName=["New"])[0]["outcome"] == "updated"
    assert {row["ID"]: row["LastName"] for row in service.rows("Contacts")} == {"bystander": "Old", key: "New"}
    assert desk.put("Contacts", Action.DELETE, ID=[key])[0]["outcome"] == "deleted"
    assert [row["ID"] for row in service.rows("Contacts")] == ["bystander"]
    assert len(service.rows("Accounts")) == 1


@pytest.mark.parametrize(("action", "method"), [(Action.UPDATE, "PATCH"), (Action.DELETE, "DELETE")])
def test_a_change_and_a_delete_say_that_the_record_must_exist(
    scripted: Session, script: Script, tmp_path: Path, action: Action, method: str
) -> None:
    script.say("/svc/Ts(7)", answer(204))
    Desk(scripted, tmp_path).put("Ts", action, K=["7"])
    seen = [(how, headers["If-Match"]) for how, path, headers, _ in script.seen if path == "/svc/Ts(7)"]
    assert seen == [(method, "*")]


def test_a_change_that_made_a_record_is_told_as_such(scripted: Session, script: Script, tmp_path: Path) -> None:
    """A service may pass over If-Match; OData Protocol 4.0, 11.4.3: what it makes, it answers with 201."""
    script.say("/svc/Ts(7)", answer(201, b'{"K":7}', Content_Type="application/json"))
    assert Desk(scripted, tmp_path).put("Ts", Action.UPDATE, K=["7"], V=["1"])[0]["outcome"] == "created"


def test_a_key_is_read_from_the_address_when_the_answer_has_no_body(
    scripted: Session, script: Script, tmp_path: Path
) -> None:
    script.say("/svc/Ts", answer(204, OData_EntityId=f"{script.url}/svc/Ts(42)"))
    assert Desk(scripted, tmp_path).put("Ts", Action.INSERT, V=["1.5"])[0]["id"] == "42"
    assert script.seen[-1][3] == b'{"V":1.5}'


@given(key=st.text(min_size=1))
def test_a_key_never_changes_the_path(key: str) -> None:
    """R-334."""
    address = ROOT.entity(EntitySet("Ts", ("K",), (Property("K", "Edm.String", Kind.TEXT),)), key)
    parts = urlsplit(address)
    assert (parts.netloc, parts.query, parts.fragment) == ("crm.example", "", "")
    assert parts.path.startswith("/svc/Ts('")
    assert parts.path.count("/") == 2
    assert key_in(address, Property("K", "Edm.String", Kind.TEXT)) == key


def test_a_key_that_is_not_of_the_keys_type_is_rejected_without_a_request(desk: Desk, service: ODataServer) -> None:
    service.fill(Accounts=[{"ID": 1, "Name": "Bystander"}])
    desk.session.objects()
    before = desk.session.api_calls
    found = desk.put("Accounts", Action.DELETE, ID=["1 or 1", "1)/x"])
    assert [(line["outcome"], line["field"]) for line in found.values()] == [("rejected", "ID")] * 2
    assert desk.session.api_calls == before
    assert len(service.rows("Accounts")) == 1


def test_a_send_is_logged_before_its_request_and_passes_its_points(desk: Desk, service: ODataServer) -> None:
    seen: list[int] = []
    desk.diary.watch = lambda _: seen.append(len(service.log()))
    desk.session.objects()
    desk.put("Accounts", Action.INSERT, Name=["x"])
    assert desk.diary.lines == [(100, "intended"), (100, "uploaded"), (100, "fetched")]
    assert len(service.log()) == seen[0] + 1


def test_a_stop_starts_nothing_new_and_leaves_the_rest_unsent(desk: Desk, service: ODataServer) -> None:
    done: list[Receipt] = []
    with desk.open("Accounts", Action.INSERT, ["Name"]) as sink:
        payloads = desk.stored(sink, Name=[f"n{number}" for number in range(200)])
        stream = sink.write(iter(payloads), desk.token)
        done.extend(islice(stream, 10))
        desk.token.cancel()
        with pytest.raises(Cancelled):
            done.extend(stream)
    sent = {line for line in desk.diary.lines if line[1] == "intended"}
    assert 10 <= len(outcomes(done)) <= len(sent) <= 20  # what was only meant to go when the stop came is settled later
    assert len(outcomes(done)) == len(service.rows("Accounts"))


def test_a_sign_in_that_ends_stops_the_run_and_leaves_the_row_unsent(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=401, body={"error": {"code": "401", "message": "Expired"}})
    with desk.open("Accounts", Action.INSERT, ["Name"]) as sink:
        stream = sink.write(iter(desk.stored(sink, Name=["a"])), desk.token)
        assert outcomes([next(stream)])[0]["outcome"] == "unsent"
        with pytest.raises(SignInError, match="Expired"):
            next(stream)
    assert service.rows("Accounts") == []


def test_a_busy_service_is_asked_again_after_the_time_it_names(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=429, body={}, headers={"Retry-After": "0"}, times=2)
    assert desk.put("Accounts", Action.INSERT, Name=["a"])[0]["outcome"] == "created"
    assert [row["Name"] for row in service.rows("Accounts")] == ["a"]


def test_a_service_that_stays_busy_ends_the_run_with_the_row_unsent(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=429, body={}, headers={"Retry-After": "3600"})
    with desk.open("Accounts", Action.INSERT, ["Name"]) as sink:
        stream = sink.write(iter(desk.stored(sink, Name=["a"])), desk.token)
        assert outcomes([next(stream)])[0]["outcome"] == "unsent"
        with pytest.raises(TransientError) as caught:
            next(stream)
    assert caught.value.retry_after == 3600
    assert service.rows("Accounts") == []


def test_no_more_than_four_requests_are_on_the_way(desk: Desk, service: ODataServer) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def enter(point: Point) -> None:
        nonlocal inside, most
        if point is not Point.INTENDED:
            return
        with lock:
            inside += 1
            most = max(most, inside)
        barrier.wait(5)
        with lock:
            inside -= 1

    barrier = threading.Barrier(4)
    desk.diary.watch = enter
    desk.put("Accounts", Action.INSERT, Name=[f"n{number}" for number in range(20)])
    assert most == 4


@pytest.mark.parametrize("option", sorted(set(WriteOption) - {WriteOption.SERIAL, WriteOption.ROWS_PER_CALL}))
def test_what_no_odata_service_can_be_asked_for_is_refused_with_the_reason(option: WriteOption) -> None:
    """R-156: nothing that a job asks for is left out without a word."""
    ways = CAPABILITIES.matrix.ways(Action.DELETE, {option})
    assert (ways, len(CAPABILITIES.matrix.reasons(Action.DELETE, {option}))) == ((), 1)
