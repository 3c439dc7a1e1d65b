"""Records are created, changed and deleted one by one, and every row comes back once."""

from __future__ import annotations

import threading
from decimal import Decimal
from itertools import islice

import pytest

from crmdesk.connectors.contract import Payload, Receipt
from crmdesk.errors import Cancelled, SignInError, TransientError, UserError
from crmdesk.model.job import Action
from tests.connectors.odata.conftest import Desk, outcomes
from tests.servers.odata import ODataServer

NASTY_KEYS = [
    "plain", "it's", "a/b", "..", "../Accounts(1)", "%2F", "?$top=1", "#", "a b", "a+b", "äö", "')", "1,2", "a=b",
]


def contact(key: str, **values: object) -> dict[str, object]:
    return {"ID": key, "LastName": "Old", "IsActive": True, **values}


def test_every_kind_of_value_arrives_as_it_was_written(desk: Desk, service: ODataServer) -> None:
    found = desk.write(
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
    found = desk.write("Accounts", Action.INSERT, Name=names)
    held = {str(row["ID"]): row["Name"] for row in service.rows("Accounts")}
    assert [held[line["id"] or ""] for line in found.values()] == names
    assert len(held) == 9


def test_a_change_touches_only_the_fields_it_names(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[contact("a", FirstName="Ann", Age=3), contact("b", FirstName="Bob", Age=4)])
    found = desk.write("Contacts", Action.UPDATE, ID=["a", "b"], LastName=["New", None], FirstName=["", "Rob"])
    assert [line["outcome"] for line in found.values()] == ["updated", "updated"]
    first, second = service.rows("Contacts")
    assert (first["LastName"], first.get("FirstName"), first["Age"]) == ("New", None, 3)
    assert (second["LastName"], second["FirstName"], second["Age"]) == ("Old", "Rob", 4)


def test_a_change_of_a_record_that_is_gone_is_rejected_and_creates_nothing(desk: Desk, service: ODataServer) -> None:
    found = desk.write("Contacts", Action.UPDATE, ID=["ghost"], LastName=["New"])
    assert (found[0]["outcome"], found[0]["code"]) == ("rejected", "404")
    assert service.rows("Contacts") == []


def test_a_record_is_deleted_once_and_then_rejected_as_gone(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[contact("a"), contact("b")])
    assert desk.write("Contacts", Action.DELETE, ID=["a"])[0]["outcome"] == "deleted"
    assert desk.write("Contacts", Action.DELETE, ID=["a"])[0]["outcome"] == "rejected"
    assert [row["ID"] for row in service.rows("Contacts")] == ["b"]


def test_a_refusal_carries_the_services_own_code_and_words(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[contact("a")])
    found = desk.write("Contacts", Action.INSERT, ID=["a", "b"], LastName=["x", "x"], IsActive=["true", "maybe"])
    assert (found[0]["outcome"], found[0]["code"]) == ("rejected", "409")
    assert "already exists" in (found[0]["message"] or "")
    assert found[1]["outcome"] == "rejected"
    assert [row["ID"] for row in service.rows("Contacts")] == ["a"]


@pytest.mark.parametrize("key", NASTY_KEYS)
def test_a_key_reaches_its_own_record_whatever_it_is_made_of(desk: Desk, service: ODataServer, key: str) -> None:
    service.fill(Contacts=[contact("bystander")], Accounts=[{"ID": 1, "Name": "Bystander"}])
    assert desk.write("Contacts", Action.INSERT, ID=[key], LastName=["x"], IsActive=["true"])[0]["id"] == key
    assert desk.write("Contacts", Action.UPDATE, ID=[key], LastName=["New"])[0]["outcome"] == "updated"
    assert {row["ID"]: row["LastName"] for row in service.rows("Contacts")} == {"bystander": "Old", key: "New"}
    assert desk.write("Contacts", Action.DELETE, ID=[key])[0]["outcome"] == "deleted"
    assert [row["ID"] for row in service.rows("Contacts")] == ["bystander"]
    assert len(service.rows("Accounts")) == 1


def test_a_key_that_is_not_of_the_keys_type_is_rejected_without_a_request(desk: Desk, service: ODataServer) -> None:
    service.fill(Accounts=[{"ID": 1, "Name": "Bystander"}])
    desk.session.objects()
    before = desk.session.api_calls
    found = desk.write("Accounts", Action.DELETE, ID=["1 or 1", "1)/x"])
    assert [(line["outcome"], line["field"]) for line in found.values()] == [("rejected", "ID")] * 2
    assert desk.session.api_calls == before
    assert len(service.rows("Accounts")) == 1


def test_a_send_is_logged_before_its_request_and_passes_its_points(desk: Desk, service: ODataServer) -> None:
    desk.diary.on_intend = lambda _: seen.append(len(service.log()))
    seen: list[int] = []
    desk.session.objects()
    desk.write("Accounts", Action.INSERT, Name=["x"])
    assert desk.diary.lines == [(100, "intended"), (100, "uploaded"), (100, "fetched")]
    assert len(service.log()) == seen[0] + 1


def test_a_stop_starts_nothing_new_and_leaves_the_rest_unsent(desk: Desk, service: ODataServer) -> None:
    fields, rows = ["Name"], [[f"n{number}"] for number in range(200)]
    done: list[Receipt] = []
    with desk.sink("Accounts", Action.INSERT, fields) as sink:
        stream = sink.write(iter(desk.payloads(sink, fields, rows)), desk.token)
        done.extend(islice(stream, 10))
        desk.token.cancel()
        with pytest.raises(Cancelled):
            done.extend(stream)
    sent = {line for line in desk.diary.lines if line[1] == "intended"}
    assert 10 <= len(sent) <= 20
    assert len(outcomes(done)) == len(sent) == len(service.rows("Accounts"))


def test_a_sign_in_that_ends_stops_the_run_and_leaves_the_row_unsent(desk: Desk, service: ODataServer) -> None:
    fields = ["Name"]
    service.storm("POST", status=401, body={"error": {"code": "401", "message": "Expired"}})
    with desk.sink("Accounts", Action.INSERT, fields) as sink:
        stream = sink.write(iter(desk.payloads(sink, fields, [["a"]])), desk.token)
        assert outcomes([next(stream)])[0]["outcome"] == "unsent"
        with pytest.raises(SignInError, match="Expired"):
            next(stream)
    assert service.rows("Accounts") == []


def test_a_busy_service_is_asked_again_after_the_time_it_names(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=429, body={}, headers={"Retry-After": "0"}, times=2)
    assert desk.write("Accounts", Action.INSERT, Name=["a"])[0]["outcome"] == "created"
    assert [row["Name"] for row in service.rows("Accounts")] == ["a"]


def test_a_service_that_stays_busy_ends_the_run_with_the_row_unsent(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=429, body={}, headers={"Retry-After": "3600"})
    with desk.sink("Accounts", Action.INSERT, ["Name"]) as sink:
        stream = sink.write(iter(desk.payloads(sink, ["Name"], [["a"]])), desk.token)
        assert outcomes([next(stream)])[0]["outcome"] == "unsent"
        with pytest.raises(TransientError) as caught:
            next(stream)
    assert caught.value.retry_after == 3600
    assert service.rows("Accounts") == []


def test_no_more_than_four_requests_are_on_the_way(desk: Desk, service: ODataServer) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def enter(_: Payload) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        barrier.wait(5)
        with lock:
            inside -= 1

    barrier = threading.Barrier(4)
    desk.diary.on_intend = enter
    desk.write("Accounts", Action.INSERT, Name=[f"n{number}" for number in range(20)])
    assert most == 4


def test_an_upsert_is_refused_with_the_reason(desk: Desk) -> None:
    with pytest.raises(UserError, match="insert the new records"):
        desk.sink("Contacts", Action.UPSERT, ["ID", "LastName"])
