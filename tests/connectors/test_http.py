"""The HTTP session keeps the replay rule, the clock and its credentials."""

from __future__ import annotations

import hashlib
import io
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from crmdesk.connectors.contract import Body
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.retrying import TRIES
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.traffic import Rate, Traffic
from crmdesk.connectors.upload import Upload
from crmdesk.errors import Cancelled, LostAnswer, RemoteError, TransientError, UserError
from tests.connectors.loopback import Script, answer, cut_short, hang_up, scripted_server


class Bearer:
    """A credential that can be renewed a given number of times."""

    def __init__(self, renewals: int = 0) -> None:
        self.number = 0
        self.renewals = renewals

    def header(self) -> str:
        return f"Bearer marker-{self.number}"

    def renew(self, refused: str) -> bool:
        assert refused == self.header()
        self.number += 1
        return self.number <= self.renewals


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def http(script: Script) -> Iterator[HttpSession]:
    session = HttpSession(Origin.parse(script.url), authorization=Bearer(1), write_seconds=100)
    yield session
    session.close()


@pytest.mark.parametrize("breakage", [cut_short, hang_up, answer(502), answer(503), answer(504), answer(429)])
def test_a_safe_request_is_sent_again_after_a_break(script: Script, http: HttpSession, breakage: object) -> None:
    script.say("/x", breakage, answer(200, b"there"))  # type: ignore[arg-type]
    assert http.request("GET", "/x", replay=Replay.SAFE).content == b"there"
    assert len(script.seen) == 2


@pytest.mark.parametrize("breakage", [cut_short, hang_up, answer(502), answer(503), answer(504)])
def test_a_write_whose_answer_is_lost_is_never_sent_again(script: Script, http: HttpSession, breakage: object) -> None:
    script.say("/x", breakage, answer(200))  # type: ignore[arg-type]
    with pytest.raises(LostAnswer):
        http.request("POST", "/x", replay=Replay.NEVER, body=b"row")
    assert len(script.seen) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_a_refusal_is_an_answer_and_nothing_is_sent_again(script: Script, http: HttpSession, status: int) -> None:
    """R-200."""
    script.say("/x", answer(status, b"no"))
    assert http.request("GET", "/x", replay=Replay.SAFE).status_code == status
    assert http.request("POST", "/x", replay=Replay.NEVER, body=b"row").status_code == status
    assert len(script.seen) == 2


def test_a_write_that_times_out_is_a_lost_answer(script: Script) -> None:
    is_over = threading.Event()

    def silent(_: BaseHTTPRequestHandler) -> None:
        is_over.wait(100)

    script.say("/x", silent)
    http = HttpSession(Origin.parse(script.url), write_seconds=0.1)
    with pytest.raises(LostAnswer):
        http.request("POST", "/x", replay=Replay.NEVER, body=b"row")
    is_over.set()
    http.close()


def test_a_throttled_write_is_sent_again_with_its_whole_body(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(429, Retry_After="0"), answer(201))
    response = http.request("POST", "/x", replay=Replay.NEVER, body=lambda: io.BytesIO(b"row"))
    assert response.status_code == 201
    assert [body for *_, body in script.seen] == [b"row", b"row"]


def test_a_write_is_sent_again_once_after_the_sign_in_was_renewed(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(401), answer(201))
    assert http.request("POST", "/x", replay=Replay.NEVER, body=b"row").status_code == 201
    assert [headers["Authorization"] for _, _, headers, _ in script.seen] == ["Bearer marker-0", "Bearer marker-1"]


def test_a_sign_in_that_cannot_be_renewed_gives_the_401_back(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(401))
    assert http.request("GET", "/x", replay=Replay.SAFE).status_code == 401
    assert len(script.seen) == 2


def test_a_port_where_nobody_listens_is_said_in_a_sentence_even_for_a_write() -> None:
    """R-013."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        http = HttpSession(Origin.parse(url))
        with pytest.raises(TransientError, match=f"The CRM at {url} does not answer."):
            http.request("POST", "/x", replay=Replay.NEVER, body=b"row")
        assert http.traffic.calls.calls == TRIES
        http.close()


def test_patience_ends_after_some_tries(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(503))
    with pytest.raises(TransientError, match="too busy"):
        http.request("GET", "/x", replay=Replay.SAFE)
    assert len(script.seen) == TRIES


def test_a_crm_that_asks_for_an_hour_is_not_waited_for(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(503, Retry_After="3600"))
    with pytest.raises(TransientError) as caught:
        http.request("GET", "/x", replay=Replay.SAFE)
    assert (caught.value.retry_after, "3600 s" in caught.value.hint) == (3600, True)
    assert len(script.seen) == 1


def test_a_wait_ends_as_soon_as_somebody_asks_to_stop(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(503, Retry_After="30"))
    token = CancelToken()
    threading.Timer(0.2, token.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        http.request("GET", "/x", replay=Replay.SAFE, token=token)
    assert time.monotonic() - started < 30
    assert len(script.seen) == 1


def test_a_stored_body_that_is_sent_elsewhere_is_refused_too(script: Script, http: HttpSession, tmp_path: Path) -> None:
    """An answer that leads elsewhere is no broken connection, which would have to be looked into."""
    stored = tmp_path / "rows"
    stored.write_bytes(b"Name\nAnn\n")
    body = Body(stored, 0, 9, hashlib.sha256(b"Name\nAnn\n").hexdigest())
    script.say("/x", answer(307, Location=f"{script.url}/y"))
    with pytest.raises(RemoteError, match="elsewhere") as refused:
        http.request("PUT", "/x", replay=Replay.NEVER, body=lambda: Upload(body, CancelToken()))
    assert not isinstance(refused.value, LostAnswer)
    assert [path for _, path, _, _ in script.seen] == ["/x"]


def test_a_redirect_is_refused_and_no_credential_follows_it(script: Script, http: HttpSession) -> None:
    """R-335."""
    with scripted_server() as elsewhere:
        elsewhere.say("/x", answer())
        script.say("/x", answer(302, Location=f"{elsewhere.url}/x"))
        with pytest.raises(RemoteError, match="elsewhere"):
            http.request("GET", "/x", replay=Replay.SAFE)
        with pytest.raises(RemoteError, match="another address"):
            http.request("GET", f"{elsewhere.url}/x", replay=Replay.SAFE)
        assert elsewhere.seen == []


def test_passwords_in_netrc_and_proxies_of_the_environment_stay_out_of_loopback(
    script: Script, http: HttpSession, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    script.say("/x", answer())
    assert http.request("GET", "/x", replay=Replay.SAFE).status_code == 200


@pytest.mark.parametrize(
    "url",
    ["http://example.com", "ftp://127.0.0.1", "example", "https://me:secret@example.com", "http://[::1", "https://"],
)
def test_an_address_that_may_not_be_used_is_refused(url: str) -> None:
    """R-014."""
    with pytest.raises(UserError) as caught:
        Origin.parse(url)
    assert caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/a", "http://[::1]:80", "http://127.0.0.9", "https://example.com"]
)
def test_an_address_that_may_be_used_is_accepted(url: str) -> None:
    """R-014."""
    origin = Origin.parse(url)
    assert Origin.parse(str(origin)) == origin


def test_a_download_that_breaks_starts_again_from_its_beginning(script: Script, http: HttpSession) -> None:
    script.say("/x", cut_short, answer(200, b"whole", Sforce_Locator="null"))
    file = io.BytesIO()
    response = http.download("/x", file)
    assert file.getvalue() == b"whole"
    assert response.headers["sforce-locator"] == "null"


def test_a_refused_download_leaves_no_bytes_and_has_its_text(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(400, b"no such thing"))
    file = io.BytesIO()
    assert http.download("/x", file).text == "no such thing"
    assert file.getvalue() == b""


def test_the_clock_is_the_servers(script: Script, http: HttpSession) -> None:
    def from_the_past(request: object) -> None:
        request.date_time_string = lambda: "Fri, 01 Jan 2021 10:00:00 GMT"  # type: ignore[attr-defined]
        answer()(request)  # type: ignore[arg-type]

    script.say("/x", from_the_past)
    http.request("GET", "/x", replay=Replay.SAFE)
    other = http.sibling()
    assert abs((other.server_now() - datetime(2021, 1, 1, 10, tzinfo=UTC)).total_seconds()) < 2
    other.close()


def test_the_servers_clock_goes_on_when_the_machines_is_set_anew(
    script: Script, http: HttpSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.say("/x", answer())
    http.request("GET", "/x", replay=Replay.SAFE)
    before = http.server_now()
    monkeypatch.setattr(time, "time", lambda: before.timestamp() + 86_400)
    assert (http.server_now() - before).total_seconds() < 60


def test_no_error_contains_the_credential(script: Script, http: HttpSession) -> None:
    script.say("/x", hang_up)
    with pytest.raises(LostAnswer) as caught:
        http.request("POST", "/x?q=secret", replay=Replay.NEVER)
    assert "marker" not in repr(caught.value)
    assert "secret" not in str(caught.value)


def test_who_is_asked_to_wait_keeps_the_others_of_the_account_waiting(script: Script) -> None:
    """R-199: whoever presses on makes the wait longer, so nobody does."""
    script.say("/x", answer(429, Retry_After="1"), answer(200))
    script.say("/y", answer(200))
    with_traffic = HttpSession(Origin.parse(script.url))
    sibling = with_traffic.sibling()
    began = time.monotonic()
    told = threading.Thread(target=lambda: with_traffic.request("GET", "/x", replay=Replay.SAFE))
    told.start()
    while not with_traffic.traffic.pause_left:
        time.sleep(0.01)
    assert sibling.request("GET", "/y", replay=Replay.SAFE).ok
    assert time.monotonic() - began >= 0.9
    told.join()
    with_traffic.close()
    sibling.close()


def test_no_cookie_ties_requests_to_one_server(script: Script) -> None:
    script.say("/x", answer(200, Set_Cookie="ARRAffinity=one; Path=/"))
    session = HttpSession(Origin.parse(script.url))
    for _ in range(2):
        session.request("GET", "/x", replay=Replay.SAFE)
    session.close()
    assert [headers.get("Cookie") for _, _, headers, _ in script.seen] == [None, None]


def test_a_known_rate_is_kept_without_being_told(script: Script) -> None:
    """R-315."""
    script.say("/x", answer(200))
    session = HttpSession(Origin.parse(script.url), traffic=Traffic(rate=Rate(4, 0.5)))
    began = time.monotonic()
    for _ in range(9):
        session.request("GET", "/x", replay=Replay.SAFE)
    session.close()
    assert time.monotonic() - began >= 1.0
