"""The result pages of a query job: several on their way at once, handed out in their order.

Bulk API 2.0 guide, "Get Results for a Query Job" and "Get Parallel Results for a Query Job" (from version 58.0 on).
"""

from __future__ import annotations

import re
import tempfile
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO
from urllib.parse import parse_qs, urlsplit

import msgspec

from crmdesk.connectors.contract import CursorGone
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.trail import Trail
from crmdesk.errors import RemoteError

AT_ONCE = 3
"""Pages on their way or waiting on the disk: what bounds the room that a result of any size takes."""

_LISTED_FROM = 50_000
"""Records of a job from which on it is worth a call to learn which pages there are."""

_GONE = frozenset({"NOT_FOUND", "INVALIDJOB", "INVALIDJOBSTATE", "INVALID_QUERY_LOCATOR", "INVALIDLOCATOR"})
_LAST = "null"
_ROWS = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page in a file without a name. `rows` is what Salesforce says it holds; `following` "" behind the last."""

    locator: str
    file: IO[bytes]
    rows: int | None
    following: str


class _Listed(msgspec.Struct, rename="camel"):
    class Page(msgspec.Struct, rename="camel"):
        result_url: str

    result_pages: list[Page] = []
    next_record_url: str | None = None
    done: bool = True


class ResultPages:
    """The pages of one finished job. `page_rows` None leaves their size to Salesforce, and fetches several at once."""

    def __init__(self, rest: Rest, job: str, token: CancelToken, page_rows: int | None = None) -> None:
        self._rest = rest
        self._tail = f"jobs/query/{job}"
        self._token = token
        self._page_rows = page_rows

    def all(self, locator: str, records: int) -> Iterator[ResultPage]:
        """The pages from `locator` ("": the first) on, of a job of so many records; whoever takes one closes its file.

        Raises CursorGone before the first page when Salesforce no longer knows job or locator.
        """
        trail = Trail()
        if self._page_rows is None and records >= _LISTED_FROM:
            expected = locator
            with closing(self._fetched(self._listed(locator))) as pages:
                for page in pages:
                    if expected and page.locator != expected:  # the list and the pages disagree: the pages are right
                        page.file.close()
                        break
                    trail.pass_by(page.locator)
                    yield page
                    locator = expected = page.following
                    if not expected:
                        return
        while True:
            trail.pass_by(locator)
            page = self.fetch(self._rest, locator)
            yield page
            locator = page.following
            if not locator:
                return

    def fetch(self, rest: Rest, locator: str) -> ResultPage:
        """One page; raises CursorGone when job or locator is no longer known."""
        params = {"locator": locator} if locator else {}
        if self._page_rows is not None:
            params["maxRecords"] = str(self._page_rows)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever takes the page
        try:
            headers = rest.download(f"{self._tail}/results", file, self._token, params).headers
        except BaseException as error:
            file.close()
            if isinstance(error, RemoteError) and error.code in _GONE:
                raise CursorGone from error
            raise
        rows = headers.get("Sforce-NumberOfRecords", "")
        following = headers.get("Sforce-Locator", _LAST)
        return ResultPage(
            locator, file, int(rows) if _ROWS.fullmatch(rows) else None, "" if following == _LAST else following
        )

    def _listed(self, locator: str) -> Iterator[str]:
        """The locators of the pages as Salesforce lists them, five at a time; nothing where it lists none."""
        tail: str | None = f"{self._tail}/resultPages"
        params = {"locator": locator} if locator else None
        decode = msgspec.json.Decoder(_Listed).decode
        trail = Trail()
        while tail is not None:
            trail.pass_by(tail)
            try:
                listed = self._rest.read(tail, decode, self._token, params)
            except RemoteError:  # an org or a version that lists no pages still gives them one after the other
                return
            for page in listed.result_pages:
                yield _locator_in(page.result_url)
            tail, params = (None if listed.done else listed.next_record_url), None

    def _fetched(self, locators: Iterator[str]) -> Generator[ResultPage]:
        """The pages at these locators in their order, AT_ONCE of them on their way or waiting."""
        waiting: deque[Future[ResultPage]] = deque()
        with _sessions(self._rest) as idle:

            def fetch(locator: str) -> ResultPage:
                rest = idle.get()
                try:
                    return self.fetch(rest, locator)
                finally:
                    idle.put(rest)

            pool = ThreadPoolExecutor(AT_ONCE, "page")
            try:
                for locator in locators:
                    waiting.append(pool.submit(fetch, locator))
                    if len(waiting) == AT_ONCE:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=not self._token.is_cancelled, cancel_futures=True)
                _discard(waiting)


@contextmanager
def _sessions(rest: Rest) -> Iterator[SimpleQueue[Rest]]:
    """Sessions for AT_ONCE threads."""
    idle: SimpleQueue[Rest] = SimpleQueue()
    siblings = [rest.sibling() for _ in range(AT_ONCE)]
    for sibling in siblings:
        idle.put(sibling)
    try:
        yield idle
    finally:
        for sibling in siblings:
            sibling.close()


def _discard(pages: deque[Future[ResultPage]]) -> None:
    for page in pages:
        if page.done() and not page.cancelled() and page.exception() is None:
            page.result().file.close()


def _locator_in(url: str) -> str:
    """The locator in the address of a page; nothing else of an address that came in an answer is used."""
    return parse_qs(urlsplit(url).query).get("locator", [""])[0]
