"""Many records in one request, where the service takes that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from crmdesk.connectors.contract import Session
from crmdesk.connectors.odata.session import ODataSession
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


def test_the_boundary_of_a_batch_stands_without_quotes(script: Script, scripted: Session, tmp_path: Path) -> None:
    """Servers of SAP (CAP 9) find none between quotes, and RFC 2046 wants none around these letters."""
    script.say("/svc/$batch", answer(200, batch(DONE, DONE), Content_Type="multipart/mixed; boundary=b"))
    done = Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows_of(2), "K")
    assert done["outcome"].to_list() == ["updated"] * 2
    sent = next(headers for _, path, headers, _ in script.seen if path == "/svc/$batch")
    assert re.fullmatch(r"multipart/mixed; boundary=[\w-]+", sent["Content-Type"])


def test_the_requests_of_a_batch_name_what_comes_behind_the_root(
    script: Script, scripted: Session, tmp_path: Path
) -> None:
    """OData Protocol 4.0, 11.7.2, third form: the only one that servers of SAP (CAP 9) take."""
    script.say("/svc/$batch", answer(200, batch(DONE, DONE), Content_Type="multipart/mixed; boundary=b"))
    Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows_of(2), "K")
    sent = next(body for _, path, _, body in script.seen if path == "/svc/$batch")
    assert re.findall(rb"PATCH (\S+) HTTP/1.1", sent) == [b"Ts(0)", b"Ts(1)"]


def batch(*parts: str, numbers: Sequence[int] = ()) -> bytes:
    heads = [f"Content-ID: {number}\r\n" for number in numbers] or [""] * len(parts)
    whole = "".join(
        f"--b\r\nContent-Type: application/http\r\n{head}\r\n{part}\r\n"
        for head, part in zip(heads, parts, strict=True)
    )
    return whole.encode() + b"--b--"


DONE = "HTTP/1.1 204 No Content\r\n\r\n"


def no(status: int, code: str = "X", more: str = "") -> str:
    body = f'{{"error":{{"code":"{code}","message":"No."}}}}'
    return f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\n{more}\r\n{body}"


def rows_of(number: int) -> Rows:
    return [{"K": str(each), "V": "1"} for each in range(number)]


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


def test_answers_that_come_in_another_order_go_to_the_rows_whose_number_they_carry(
    script: Script, scripted: Session, tmp_path: Path
) -> None:
    """R-150, R-151."""
    body = batch(no(400, "THREE"), DONE, no(404, "TWO"), numbers=(3, 1, 2))
    script.say("/svc/$batch", answer(200, body, Content_Type="multipart/mixed; boundary=b"))
    done = Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows_of(3), "K")
    assert done["outcome"].to_list() == ["updated", "rejected", "rejected"]
    assert done["code"].to_list() == [None, "TWO", "THREE"]


@pytest.mark.parametrize("numbers", [(1, 1), (1, 7), (0, 1)])
def test_numbers_that_fit_no_request_say_nothing_about_any(
    script: Script, scripted: Session, tmp_path: Path, numbers: tuple[int, int]
) -> None:
    """R-202."""
    body = batch(DONE, no(404), numbers=numbers)
    script.say("/svc/$batch", answer(200, body, Content_Type="multipart/mixed; boundary=b"))
    script.say("/svc/Ts(0)", answer(body=b'{"K":0,"V":7}'))
    script.say("/svc/Ts(1)", answer(body=b'{"K":1,"V":1}'))
    bench = Workbench(scripted, tmp_path, token=Hurried())
    assert bench.write("Ts", Action.UPDATE, rows_of(2), "K")["outcome"].to_list() == ["unsent", "updated"]


@pytest.mark.parametrize(
    ("boundary", "kind"),
    [("b", 'boundary="b"'), ("b'()+_,-./:=? x", 'boundary="b\'()+_,-./:=? x"'), ("b", "charset=x;BOUNDARY = b ;y=z")],
)
def test_any_boundary_parts_the_answers(
    script: Script, scripted: Session, tmp_path: Path, boundary: str, kind: str
) -> None:
    """RFC 2046, 5.1.1: before the first and behind the last there may be text; blanks may end the line."""
    mark = f"--{boundary}".encode()
    inner = b"Content-Type: multipart/mixed; boundary=%sinner\r\n\r\n" % boundary[:1].encode()
    parts = batch(DONE, no(400)).replace(b"--b--", b"").split(b"--b")[1:]
    wrapped = inner + b"--%sinner" % boundary[:1].encode() + parts[1] + b"--%sinner--\r\n" % boundary[:1].encode()
    body = b"Nothing here.\r\n" + mark + b" \t" + parts[0] + mark + b"\r\n" + wrapped + mark + b"--\r\nBye."
    script.say("/svc/$batch", answer(200, body, Content_Type=f"multipart/mixed; {kind}"))
    done = Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows_of(2), "K")
    assert done["outcome"].to_list() == ["updated", "rejected"]


@pytest.mark.parametrize("status", [401, 429])
def test_a_row_that_was_not_looked_at_is_sent_again_and_not_rejected(
    script: Script, scripted: Session, tmp_path: Path, status: int
) -> None:
    """R-199: what was asked for is waited, and all rows of the account wait."""
    body = batch(DONE, no(status, more="Retry-After: 7\r\n"), no(400))
    script.say("/svc/$batch", answer(200, body, Content_Type="multipart/mixed; boundary=b"))
    done = Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows_of(3), "K")
    assert done["outcome"].to_list() == ["updated", "unsent", "rejected"]
    assert isinstance(scripted, ODataSession)
    paused = scripted._http.traffic.pause_left
    assert (paused > 5) is (status == 429)


def test_a_row_that_meets_a_service_out_of_order_is_looked_up_and_sent_again(
    script: Script, scripted: Session, tmp_path: Path
) -> None:
    """R-202: 503 in a batch; one that stands there as it was sent has arrived."""
    script.say("/svc/$batch", answer(200, batch(no(503), no(503)), Content_Type="multipart/mixed; boundary=b"))
    script.say("/svc/Ts(0)", answer(body=b'{"K":0,"V":1}'))
    script.say("/svc/Ts(1)", answer(body=b'{"K":1,"V":7}'))
    bench = Workbench(scripted, tmp_path, token=Hurried())
    assert bench.write("Ts", Action.UPDATE, rows_of(2), "K")["outcome"].to_list() == ["updated", "unsent"]


@pytest.mark.parametrize("status", [400, 413, 414, 422])
def test_a_batch_that_is_refused_as_a_whole_is_sent_in_smaller_ones(
    script: Script, scripted: Session, tmp_path: Path, status: int
) -> None:
    """R-152, R-317: one row that the service cannot read, or too many of them, rejects no other."""
    words = b'{"error":{"code":"TOO_LARGE","message":"Too much."}}'
    script.say("/svc/$batch", answer(status, words, Content_Type="application/json"))
    done = Workbench(scripted, tmp_path).write("Ts", Action.UPDATE, rows_of(3), "K")
    assert done["outcome"].to_list() == ["crowded"] * 3
    assert done["message"].to_list() == ["Too much."] * 3


@pytest.mark.parametrize("action", [Action.UPDATE, Action.DELETE])
def test_a_key_that_a_service_cannot_read_in_a_batch_is_tried_alone(
    desk: Desk, service: ODataServer, action: Action
) -> None:
    """R-153: the service does not decode the addresses in a batch; none of its records is told to be missing."""
    keys = ["plain", "a b", "50%", "ü", "x/y"]
    rows: Rows = [{"ID": key, "LastName": "Name", "IsActive": "false"} for key in keys]
    desk.write("Contacts", Action.INSERT, rows)
    first = desk.write("Contacts", action, [{"ID": key} for key in [*keys, "none here"]], "ID")
    done = "updated" if action is Action.UPDATE else "deleted"
    assert first["outcome"].to_list() == [done] + ["crowded"] * 5
    for key in keys[1:]:
        assert desk.write("Contacts", action, [{"ID": key}], "ID")["outcome"].to_list() == [done]
    assert desk.write("Contacts", action, [{"ID": "none here"}], "ID")["outcome"].to_list() == ["rejected"]
