"""Requests to the REST API of one org, with every refusal turned into one of our errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, TypeVar

import msgspec

from crmdesk.connectors.http import Body, HttpSession, Replay
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.trail import Trail
from crmdesk.connectors.whole import whole
from crmdesk.errors import LostAnswer, TransientError

if TYPE_CHECKING:
    import requests

VERSION = "64.0"
JSON = {"Content-Type": "application/json"}
_REFUSED = 300
_ACCIDENT = 500
T = TypeVar("T")


class RecordPage(msgspec.Struct, rename="camel"):
    """One answer of the query resource; a number with a point or an exponent stays the text it was."""

    records: list[dict[str, object]]
    total_size: int
    done: bool
    next_records_url: str | None = None


_PAGES = msgspec.json.Decoder(RecordPage, float_hook=str)


class Rest:
    """Paths below `/services/data/vXX.X/` on one HTTP session, so for one thread; `sibling` makes one for another."""

    def __init__(self, http: HttpSession, version: str = VERSION) -> None:
        self.http = http
        self.version = version

    def sibling(self) -> Rest:
        return Rest(self.http.sibling(), self.version)

    def close(self) -> None:
        self.http.close()

    def path(self, tail: str) -> str:
        """The path of a resource; a tail that is a whole path already stays as it is."""
        return tail if tail.startswith("/") else f"/services/data/v{self.version}/{tail}"

    def now(self) -> str:
        """Now by Salesforce's clock, ISO 8601 in UTC: up to a second early, never late."""
        return self.http.server_now().astimezone(UTC).isoformat(timespec="milliseconds")

    def request(
        self,
        method: str,
        tail: str,
        *,
        replay: Replay,
        token: CancelToken | None = None,
        params: Mapping[str, str] | None = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """As HttpSession.request; a refusal raises what Refusal.error says."""
        response = self.http.request(
            method, self.path(tail), replay=replay, token=token, params=params, body=body, headers=headers
        )
        if response.status_code == _ACCIDENT and replay is Replay.NEVER:
            raise LostAnswer(
                f"Salesforce broke off while it was writing ({response.status_code}).",
                hint="Resume the run: it finds out first what Salesforce has done.",
            )
        if response.status_code >= _REFUSED:
            raise Refusal.parse(response.status_code, response.content).error(is_write=method != "GET")
        return response

    def post(self, tail: str, content: object, kind: type[T], token: CancelToken | None) -> T:
        """POST JSON where a repeat does no harm, and decode the answer; one that was cut short is asked again."""
        return self._told("POST", tail, content, kind, token)

    def patch(self, tail: str, content: object, kind: type[T], token: CancelToken | None) -> T:
        """PATCH JSON where a repeat does no harm, and decode the answer, as in `post`."""
        return self._told("PATCH", tail, content, kind, token)

    def _told(self, method: str, tail: str, content: object, kind: type[T], token: CancelToken | None) -> T:
        body = msgspec.json.encode(content)

        def ask() -> bytes:
            return self.request(method, tail, replay=Replay.SAFE, token=token, body=body, headers=JSON).content

        return _whole(ask, msgspec.json.Decoder(kind).decode, token)

    def get(self, tail: str, kind: type[T], token: CancelToken | None = None) -> T:
        """GET and decode JSON."""
        return self.read(tail, msgspec.json.Decoder(kind).decode, token)

    def read(
        self,
        tail: str,
        decode: Callable[[bytes], T],
        token: CancelToken | None = None,
        params: Mapping[str, str] | None = None,
    ) -> T:
        """GET and decode. An answer that `decode` refuses with msgspec.DecodeError was cut short, and is asked again.

        Raises TransientError when it is cut short every time.
        """

        def ask() -> bytes:
            return self.request("GET", tail, replay=Replay.SAFE, token=token, params=params).content

        return _whole(ask, decode, token)

    def download(
        self, tail: str, file: IO[bytes], token: CancelToken | None, params: Mapping[str, str] | None = None
    ) -> requests.Response:
        """GET a CSV into a file; a refusal raises as in `request`."""
        response = self.http.download(self.path(tail), file, token=token, params=params, headers={"Accept": "text/csv"})
        if response.status_code >= _REFUSED:
            raise Refusal.parse(response.status_code, response.content).error()
        return response

    def page(self, tail: str, token: CancelToken | None = None, soql: str | None = None) -> RecordPage:
        """One page of a query: the first by its text, a later one by its `nextRecordsUrl`."""
        params = {"q": soql} if soql is not None else None
        return self.read(tail, _PAGES.decode, token, params)

    def records(
        self, soql: str, token: CancelToken | None = None, *, is_all: bool = False
    ) -> Iterator[dict[str, object]]:
        """All records of a query, deleted ones among them with `is_all`."""
        page = self.page("queryAll" if is_all else "query", token, soql)
        yield from page.records
        trail = Trail()
        while page.next_records_url:
            trail.pass_by(page.next_records_url)
            page = self.page(page.next_records_url, token)
            yield from page.records


def _whole(ask: Callable[[], bytes], decode: Callable[[bytes], T], token: CancelToken | None) -> T:
    try:
        return whole(ask, decode, token)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise cut_short() from error


def cut_short() -> TransientError:
    """What is to be said of answers that never arrive whole."""
    return TransientError(
        "Salesforce's answers arrive cut short, again and again.",
        hint="Look at what stands between this computer and Salesforce, a proxy for instance; then resume the run.",
    )


def moment(stamp: str) -> datetime:
    """A date-time of the wire: `2026-01-31T10:00:00.000+0000` from REST, `…Z` from Bulk and from us."""
    return datetime.fromisoformat(stamp)
