"""Many records in one request, where the service takes that."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.connectors.contract import Session
from crmdesk.connectors.token import CancelToken
from crmdesk.model.job import Action
from tests.connectors.loopback import Script, answer
from tests.connectors.odata.conftest import Desk
from tests.connectors.workbench import Rows, Workbench
from tests.servers.odata import ODataServer


class Hurried(CancelToken):
    """Waits for nothing."""

    def sleep(self, seconds: float) -> None:
        self.check()


def people(number: int) -> Rows:
    return [{"ID": f"C{n}", "LastName": f"Name {n}", "IsActive": "false"} for n in range(number)]


def test_records_go_a_hundred_at_a_time_and_a_bad_one_holds_up_no_other(desk: Desk, service: ODataServer) -> None:
    """R-150, R-184."""
    rows = [dict(row) for row in people(150)]
    rows[70]["LastName"] = None
    done = desk.write("Contacts", Action.INSERT, rows)
    assert [line for line in service.log() if not line.startswith("GET")] == ["POST /sales/v1/$batch"] * 2
    assert done["outcome"].to_list() == ["created"] * 70 + ["rejected"] + ["created"] * 79
    assert (done["code"][70], done["message"][70]) == ("NOT_NULL", "LastName must have a value.")
    assert len(service.rows("Contacts")) == 149
    ids: Rows = [{"ID": row["ID"]} for row in rows]
    gone = desk.write("Contacts", Action.DELETE, ids, "ID")
    assert gone["outcome"].to_list() == ["deleted"] * 70 + ["rejected"] + ["deleted"] * 79


def test_records_whose_key_the_service_makes_go_alone(desk: Desk, service: ODataServer) -> None:
    """Nobody could tell which ones of a lost batch are there."""
    done = desk.write("Accounts", Action.INSERT, [{"Name": "One"}, {"Name": "Two"}])
    assert done["outcome"].to_list() == ["created"] * 2
    assert [line for line in service.log() if not line.startswith("GET")] == ["POST /sales/v1/Accounts"] * 2


def test_one_record_a_request_where_that_is_wanted(session: Session, service: ODataServer, tmp_path: Path) -> None:
    """R-150: off means one record a request."""
    alone = Workbench(session, tmp_path, rows_per_call=1)
    assert alone.write("Contacts", Action.INSERT, people(3))["outcome"].to_list() == ["created"] * 3
    assert [line for line in service.log() if not line.startswith("GET")] == ["POST /sales/v1/Contacts"] * 3


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_service_that_knows_no_batches_gets_one_record_after_the_other(
    script: Script, scripted: Session, tmp_path: Path, status: int
) -> None:
    script.say("/svc/$batch", answer(status))
    for number in range(3):
        script.say(f"/svc/Ts({number})", answer(204))
    rows: Rows = [{"K": str(number), "V": "1.5"} for number in range(3)]
    done = Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows, "K")
    assert done["outcome"].to_list() == ["updated"] * 3
    assert [path for method, path, _, _ in script.seen if method == "PATCH"] == [f"/svc/Ts({n})" for n in range(3)]


def batch(*parts: str) -> bytes:
    return "".join(f"--b\r\nContent-Type: application/http\r\n\r\n{part}\r\n" for part in (*parts,)).encode() + b"--b--"


def test_a_service_that_stops_at_the_first_refusal_has_not_come_to_the_rest(
    script: Script, scripted: Session, tmp_path: Path
) -> None:
    """OData 4.0, 11.7.4; what it did not come to is sent again."""
    refused = 'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{"error":{"code":"X","message":"No."}}'
    body = batch("HTTP/1.1 204 No Content\r\n\r\n", refused)
    script.say("/svc/$batch", answer(200, body, Content_Type="multipart/mixed; boundary=b"))
    rows: Rows = [{"K": str(number), "V": "1"} for number in range(4)]
    done = Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows, "K")
    assert done["outcome"].to_list() == ["updated", "rejected", "unsent", "unsent"]


@pytest.mark.parametrize(
    "body",
    [
        batch("HTTP/1.1 204 No Content\r\n\r\n"),
        batch("HTTP/1.1 204 No Content\r\n\r\n")[:-5],
        batch("gibberish", "HTTP/1.1 204 No Content\r\n\r\n"),
        b"",
    ],
)
def test_an_answer_that_does_not_fit_its_rows_says_nothing_about_any(
    script: Script, scripted: Session, tmp_path: Path, body: bytes
) -> None:
    """R-202: each row is looked up."""
    script.say("/svc/$batch", answer(200, body, Content_Type='multipart/mixed; boundary="b"'))
    script.say("/svc/Ts(0)", answer(body=b'{"K":0,"V":1}'))
    script.say("/svc/Ts(1)", answer(body=b'{"K":1,"V":7}'))
    rows: Rows = [{"K": str(number), "V": "1"} for number in range(2)]
    bench = Workbench(scripted, tmp_path, token=Hurried())
    assert bench.write("Ts", Action.UPDATE, rows, "K")["outcome"].to_list() == ["updated", "unsent"]
