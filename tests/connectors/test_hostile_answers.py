"""What a CRM that means harm can answer: none of it takes the credential away, the memory, or the program down."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
import requests

from crmdesk.connectors.bounds import OutOfBounds, pieces_of, read_whole
from crmdesk.connectors.breakdown import seconds_asked
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.oauth.bearer import AccessToken
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.trail import Trail
from crmdesk.errors import LostAnswer, RemoteError
from tests.connectors.loopback import Script, answer, scripted_server

DEEP = b'{"records": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def http(script: Script) -> Iterator[HttpSession]:
    session = HttpSession(Origin.parse(script.url), authorization=AccessToken("marker"), write_seconds=100)
    yield session
    session.close()


@pytest.mark.parametrize(
    "link",
    [
        "//{there}\\@{here}/next",
        "http://{there}\\@{here}/next",
        "http://{there}\\\t@{here}/next",
        "http://{here}@{there}/next",
        "http://someone@{here}/next",
        "http://{there}#@{here}/",
        "//{there}/next",
        "http://{here}9/next",
        "http://127.0.0.1:99999/next",
        "http://127.0.0.1:port/next",
        "http://[{here}]/next",
    ],
)
def test_an_address_of_a_next_page_takes_no_credential_elsewhere(script: Script, http: HttpSession, link: str) -> None:
    """R-335: what some programs read as a user name is a host to others."""
    with scripted_server() as elsewhere:
        elsewhere.say("/next", answer())
        elsewhere.say("/", answer())
        target = link.format(here=script.url.removeprefix("http://"), there=elsewhere.url.removeprefix("http://"))
        with pytest.raises(RemoteError) as caught:
            http.request("GET", target, replay=Replay.SAFE)
        assert caught.value.hint
        assert (elsewhere.seen, script.seen) == ([], [])


def test_of_an_address_only_path_and_query_count() -> None:
    """R-335."""
    origin = Origin.parse("https://crm.example.com")
    assert origin.url("HTTPS://CRM.example.com:443/a%2Fb?c=%25#d") == "https://crm.example.com/a%2Fb?c=%25"
    assert origin.url("a") == "https://crm.example.com/a"
    assert origin.url("/\\other.example.com") == "https://crm.example.com/\\other.example.com"


def test_a_small_answer_that_unpacks_to_a_large_one_is_not_read_to_its_end(script: Script) -> None:
    script.say("/x", answer(200, gzip.compress(b" " * (8 << 20)), Content_Encoding="gzip"))
    small = pytest.raises(OutOfBounds, match="more than 1 MB")
    with requests.get(f"{script.url}/x", stream=True, timeout=10) as response, small:
        read_whole(response, 1 << 20)
    with requests.get(f"{script.url}/x", stream=True, timeout=10) as response:
        read_whole(response, 8 << 20)
        assert len(response.content) == 8 << 20


def test_what_goes_into_a_file_has_an_end_too(script: Script) -> None:
    script.say("/x", answer(200, gzip.compress(b" " * (8 << 20)), Content_Encoding="gzip"))
    small = pytest.raises(OutOfBounds, match="more than 4 MB")
    with requests.get(f"{script.url}/x", stream=True, timeout=10) as response, small:
        sum(map(len, pieces_of(response, 4 << 20)))
    with requests.get(f"{script.url}/x", stream=True, timeout=10) as response:
        assert sum(map(len, pieces_of(response))) == 8 << 20


def test_json_nested_without_end_is_an_answer_that_cannot_be_read(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(200, DEEP))
    script.say("/refused", answer(400, b"[" * 100_000))
    for target in ("/x", "/refused"):
        with pytest.raises(RemoteError, match="nested too deeply") as caught:
            http.request("GET", target, replay=Replay.SAFE)
        assert caught.value.hint
    with pytest.raises(LostAnswer, match="nested too deeply"):
        http.request("POST", "/x", replay=Replay.NEVER, body=b"{}")


def test_pages_that_lead_in_a_circle_are_read_once(script: Script, http: HttpSession) -> None:
    page = b'{"records": [{}], "totalSize": 1, "done": false, "nextRecordsUrl": "/services/data/v64.0/query/1"}'
    script.say("/services/data/v64.0/query", answer(200, page))
    script.say("/services/data/v64.0/query/1", answer(200, page))
    with pytest.raises(RemoteError, match="circle"):
        list(Rest(http).records("SELECT Id FROM Contact"))
    assert len(script.seen) == 2


def test_a_trail_lets_every_page_pass_once() -> None:
    trail = Trail()
    trail.pass_by("a")
    trail.pass_by("b")
    with pytest.raises(RemoteError) as caught:
        trail.pass_by("a")
    assert caught.value.hint


@pytest.mark.parametrize("text", ["²", "9" * 5_000, "-1", "soon", "Mon, 01 Jan 2020 00:00:00 +" + "9" * 20, ""])
def test_a_wait_that_is_no_number_of_seconds_does_no_harm(text: str) -> None:
    assert (seconds_asked(text) or 0.0) <= 366 * 86_400


def test_a_date_that_no_calendar_has_leaves_our_own_clock(script: Script, http: HttpSession) -> None:
    def from_nowhere(request: object) -> None:
        request.date_time_string = lambda: "Mon, 01 Jan 2020 00:00:00 +" + "9" * 20  # type: ignore[attr-defined]
        answer()(request)  # type: ignore[arg-type]

    script.say("/x", from_nowhere)
    before = http.server_now()
    http.request("GET", "/x", replay=Replay.SAFE)
    assert (http.server_now() - before).total_seconds() < 3600


def test_a_cookie_is_never_sent_back(script: Script, http: HttpSession) -> None:
    script.say("/x", answer(200, b"", Set_Cookie="sid=evil; Path=/"), answer())
    http.request("GET", "/x", replay=Replay.SAFE)
    http.request("GET", "/x", replay=Replay.SAFE)
    assert all("Cookie" not in headers for _, _, headers, _ in script.seen)
