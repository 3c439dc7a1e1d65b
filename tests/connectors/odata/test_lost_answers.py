"""Where an answer was lost, the service is looked at before anything is sent again, and not too early."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from crmdesk.connectors.contract import OpenSend
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, LostAnswer
from crmdesk.model.job import Action
from tests.connectors.odata.conftest import Desk, TimeTravel, outcomes
from tests.servers.odata import ODataServer

LONG_AGO = "2020-01-01T00:00:00+00:00"
ANN: dict[str, Any] = {
    "ID": "ann",
    "LastName": "Ann",
    "IsActive": True,
    "Revenue": "1.50",
    "SeenAt": "2024-05-06T07:08:09Z",
}
SENT: dict[str, str | None] = {
    "ID": "ann",
    "LastName": "Ann",
    "IsActive": "true",
    "Revenue": "1.5",
    "SeenAt": "2024-05-06T09:08:09+02:00",
}
OTHER = {**ANN, "LastName": "Somebody"}


def settled(
    desk: Desk, name: str, action: Action, row: Mapping[str, str | None], sent_at: str = LONG_AGO
) -> str | None:
    """What a send of one row is found to have become."""
    with desk.open(name, action, list(row)) as sink:
        payload = desk.payloads(sink.packing, [row])[0]
        return outcomes(list(sink.settle([OpenSend(payload, None, sent_at)], desk.token)))[0]["outcome"]


@pytest.mark.parametrize(
    ("action", "sent", "held", "expected"),
    [
        (Action.INSERT, SENT, [ANN], "created"),
        (Action.INSERT, SENT, [OTHER], "unsent"),
        (Action.INSERT, SENT, [], "unsent"),
        (Action.UPDATE, SENT, [ANN], "updated"),
        (Action.UPDATE, SENT, [OTHER], "unsent"),
        (Action.UPDATE, SENT, [], "unsent"),
        (Action.UPDATE, {"ID": "ann", "FirstName": ""}, [ANN], "updated"),
        (Action.UPDATE, {"ID": "ann", "FirstName": ""}, [{**ANN, "FirstName": "x"}], "unsent"),
        (Action.UPDATE, {"ID": "ann", "FirstName": None}, [{**ANN, "FirstName": "x"}], "updated"),
        (Action.DELETE, {"ID": "ann"}, [], "deleted"),
        (Action.DELETE, {"ID": "ann"}, [ANN], "unsent"),
    ],
)
def test_what_the_service_holds_decides(
    desk: Desk,
    service: ODataServer,
    action: Action,
    sent: dict[str, str | None],
    held: list[dict[str, Any]],
    expected: str,
) -> None:
    service.fill(Contacts=held)
    assert settled(desk, "Contacts", action, sent) == expected
    assert not [line for line in service.log() if not line.startswith("GET ")], "looking writes nothing"


LINE: dict[str, Any] = {"OrderNo": 7, "Product": "O'Neill, 100 %", "Quantity": 3}
NEW_LINE: dict[str, str | None] = {"OrderNo": "7", "Product": "O'Neill, 100 %", "Quantity": "3"}
THAT_LINE = {"OrderNo_Product": "OrderNo=7,Product='O''Neill, 100 %'"}


@pytest.mark.parametrize(
    ("action", "sent", "held", "expected"),
    [
        (Action.INSERT, NEW_LINE, [LINE], "created"),
        (Action.INSERT, NEW_LINE, [{**LINE, "Quantity": 4}], "unsent"),
        (Action.INSERT, NEW_LINE, [{**LINE, "OrderNo": 8}], "unsent"),
        (Action.UPDATE, {**THAT_LINE, "Quantity": "3"}, [LINE], "updated"),
        (Action.UPDATE, {**THAT_LINE, "Quantity": "4"}, [LINE], "unsent"),
        (Action.DELETE, THAT_LINE, [{**LINE, "OrderNo": 8}], "deleted"),
        (Action.DELETE, THAT_LINE, [LINE], "unsent"),
    ],
)
def test_a_record_with_a_key_of_several_parts_is_looked_at_by_all_of_them(
    desk: Desk,
    service: ODataServer,
    action: Action,
    sent: Mapping[str, str | None],
    held: list[dict[str, Any]],
    expected: str,
) -> None:
    service.fill(Lines=held)
    assert settled(desk, "Lines", action, sent) == expected


def test_new_records_of_a_lost_batch_are_found_by_their_keys_of_several_parts(desk: Desk, service: ODataServer) -> None:
    service.storm("write", applies=True)
    with desk.open("Lines", Action.INSERT, list(NEW_LINE)) as sink:
        rows = [{**NEW_LINE, "OrderNo": str(number)} for number in range(3)]
        payload = desk.payloads(sink.packing, rows, most=3)
        told = outcomes(list(sink.write(iter(payload), TimeTravel(service, desk.session))))
    assert [line["outcome"] for line in told.values()] == ["created"] * 3
    assert told[0]["id"] == "OrderNo=0,Product='O''Neill, 100 %'"
    assert len(service.rows("Lines")) == 3


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"Name": "Acme", "Industry": "Steel"}, "unknown"),
        ({"Name": "Acme", "Industry": "Wool"}, "unsent"),
        ({"Name": "Acme "}, "unknown"),
        ({"Name": "x" * 500}, "unknown"),
        ({"Industry": ""}, "unknown"),
        ({"Name": "O'Neil & Co +/?"}, "unsent"),
    ],
)
def test_a_new_record_with_a_key_of_the_service_is_sent_again_only_when_nothing_like_it_is_there(
    desk: Desk, service: ODataServer, sent: dict[str, str | None], expected: str
) -> None:
    service.fill(Accounts=[{"ID": 1, "Name": "Acme", "Industry": "Steel", "Employees": 5}])
    assert settled(desk, "Accounts", Action.INSERT, sent) == expected


def test_a_record_of_another_row_of_the_run_is_not_taken_for_the_lost_one(desk: Desk, service: ODataServer) -> None:
    service.fill(Accounts=[{"ID": 1, "Name": "Acme"}, {"ID": 2, "Name": "Acme"}], Contacts=[ANN])
    desk.diary.known.update({"1", "ann"})
    assert settled(desk, "Accounts", Action.INSERT, {"Name": "Acme"}) == "unknown"
    assert settled(desk, "Contacts", Action.INSERT, SENT) == "unsent"
    desk.diary.known.update({"1", "2"})
    assert settled(desk, "Accounts", Action.INSERT, {"Name": "Acme"}) == "unsent"


def test_nobody_looks_while_the_service_may_still_be_working(desk: Desk, service: ODataServer) -> None:
    desk.session.whoami()
    just_now = desk.session.whoami().server_time
    service.fill()
    began = time.monotonic()
    desk.token = CancelToken()
    with desk.open("Contacts", Action.DELETE, ["ID"]) as sink:
        payload = desk.stored(sink, ID=["ann"])[0]
        receipts = sink.settle([OpenSend(payload, None, just_now)], desk.token)
        assert next(receipts).rows["outcome"].to_list() == ["deleted"]
    assert time.monotonic() - began > 5, "five seconds on the service's clock"


def test_waiting_to_look_ends_with_a_stop(desk: Desk) -> None:
    now = desk.session.whoami().server_time
    desk.token.cancel()
    with pytest.raises(Cancelled):
        settled(desk, "Contacts", Action.DELETE, {"ID": "ann"}, now)


@pytest.mark.parametrize("applies", [True, False])
def test_an_answer_lost_in_mid_run_is_cleared_up_before_the_run_ends(
    desk: Desk, service: ODataServer, applies: bool
) -> None:
    service.storm("POST", status=503, body="gone", applies=applies)
    service.hurry()
    count = 12
    found = desk.put(
        "Contacts",
        Action.INSERT,
        ID=[f"c{number}" for number in range(count)],
        LastName=["x"] * count,
        IsActive=["true"] * count,
    )
    held = {row["ID"] for row in service.rows("Contacts")}
    assert [f"c{number}" for number, line in found.items() if line["outcome"] == "created"] == sorted(
        held, key=lambda key: int(key[1:])
    )
    assert [line["outcome"] for line in found.values()].count("unsent") == (0 if applies else 1)


@pytest.mark.parametrize("applies", [False, True])
@pytest.mark.parametrize(("action", "held"), [(Action.INSERT, []), (Action.UPDATE, [OTHER]), (Action.DELETE, [ANN])])
def test_a_page_that_asks_for_a_sign_in_says_nothing_of_the_record(
    desk: Desk, service: ODataServer, action: Action, held: list[dict[str, Any]], *, applies: bool
) -> None:
    """R-153: such a page comes with a status as good as any."""
    service.fill(Contacts=held)
    desk.token = TimeTravel(service, desk.session)
    page = {"status": 200, "body": "<!DOCTYPE html><p>Sign in", "headers": {"content-type": "text/html"}}
    service.storm("write", **page, applies=applies)
    row = {name: [text or ""] for name, text in SENT.items() if action is not Action.DELETE or name == "ID"}
    done = {Action.INSERT: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}[action]
    assert desk.put("Contacts", action, **row)[0]["outcome"] == (done if applies else "unsent")


def test_an_empty_answer_to_a_new_record_is_not_taken_for_a_yes(desk: Desk, service: ODataServer) -> None:
    desk.token = TimeTravel(service, desk.session)
    service.storm("POST", status=200, body="", applies=False)
    assert desk.put("Contacts", Action.INSERT, ID=["ann"], LastName=["Ann"])[0]["outcome"] == "unsent"


def test_a_connection_cut_behind_the_commit_of_a_change_counts_it_once(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[ANN])
    service.storm("PATCH", applies=True)
    desk.token = TimeTravel(service, desk.session)
    found = desk.put("Contacts", Action.UPDATE, ID=["ann"], LastName=["New"])
    assert found[0]["outcome"] == "updated"
    assert [line.split()[0] for line in service.log()].count("PATCH") == 1


def test_a_service_that_breaks_down_in_its_own_words_rejects_the_record_in_them(
    desk: Desk, service: ODataServer
) -> None:
    body = {"error": {"code": "SQLITE", "message": "Constraint failed", "target": "Name"}}
    service.storm("POST", status=500, body=body)
    found = desk.put("Accounts", Action.INSERT, Name=["Acme"])
    said = {"field": "Name", "code": "SQLITE", "message": "Constraint failed"}
    assert found[0] == {"outcome": "rejected", "id": None, **said}


def test_a_key_that_is_taken_is_rejected_even_where_a_service_breaks_down_over_it(
    desk: Desk, service: ODataServer
) -> None:
    service.fill(Contacts=[ANN])
    service.storm("POST", status=500, body={"error": {"code": "SQLITE", "message": "Not unique"}})
    found = desk.put("Contacts", Action.INSERT, **{name: [value] for name, value in SENT.items()})
    assert (found[0]["outcome"], found[0]["code"]) == ("rejected", "SQLITE")


def test_a_breakdown_behind_the_commit_of_a_delete_is_a_delete(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[ANN])
    service.storm("DELETE", status=500, body={"error": {"code": "E", "message": "Oops"}}, applies=True)
    assert desk.put("Contacts", Action.DELETE, ID=["ann"])[0]["outcome"] == "deleted"


def test_a_breakdown_behind_the_commit_of_a_keyless_insert_is_unknown(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=500, body={"error": {"code": "E", "message": "Oops"}}, applies=True)
    assert desk.put("Accounts", Action.INSERT, Name=["Acme"])[0]["outcome"] == "unknown"


def test_a_breakdown_that_cannot_be_looked_at_yet_is_looked_at_later(desk: Desk, service: ODataServer) -> None:
    service.fill(Contacts=[ANN])
    desk.session.objects()
    service.hurry()
    service.storm("PATCH", status=500, body={"error": {"code": "E", "message": "Oops"}}, applies=True)
    service.storm("GET", status=500, body="down")
    assert desk.put("Contacts", Action.UPDATE, ID=["ann"], LastName=["New"])[0]["outcome"] == "updated"


def test_a_record_the_service_can_never_answer_is_rejected_after_three_times(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=500, body="<html>", times=3)
    service.hurry()
    with desk.open("Accounts", Action.INSERT, ["Name"]) as sink:
        payload = desk.stored(sink, Name=["Acme"])[0]
        tries = [outcomes(list(sink.write(iter([payload]), desk.token)))[0] for _ in range(3)]
    assert [line["outcome"] for line in tries] == ["unsent", "unsent", "rejected"]
    assert tries[2]["code"] == "NO_ANSWER"
    assert service.rows("Accounts") == []


def test_a_service_that_is_down_ends_the_run_and_leaves_the_rest_unsent(desk: Desk, service: ODataServer) -> None:
    service.storm("POST", status=503, body="down", times=1000)
    with desk.open("Accounts", Action.INSERT, ["Name"]) as sink:
        payloads = desk.stored(sink, Name=[f"n{number}" for number in range(100)])
        with pytest.raises(LostAnswer):
            list(sink.write(iter(payloads), desk.token))
    assert 8 <= len(desk.diary.sent_at) < 16


def test_the_time_of_a_send_is_the_services_own(desk: Desk, service: ODataServer) -> None:
    service.hurry(7200)
    ahead = desk.session.whoami().server_time
    desk.put("Accounts", Action.INSERT, Name=["Acme"])
    assert desk.diary.sent_at[100] >= ahead
