"""What every request passes before a route sees it: host, token, version, weather; and every answer on its way out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import parse_qs, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crmdesk.practice import limits, refusals
from crmdesk.practice.oauth.sessions import Session
from crmdesk.practice.org import LogLine, Org
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import refusal_reply
from crmdesk.practice.weather_rules import (
    DailyCalls,
    Drop,
    LateCommit,
    Latency,
    LostAnswer,
    MoveClock,
    Refuse,
    RequestWeather,
    Truncate,
)
from crmdesk.practice.wire import CuttableProtocol

CONTROL = "/practice/"
_OPEN_PATHS = frozenset(
    ("/services/data", *(f"/services/oauth2/{name}" for name in ("authorize", "token", "revoke", "introspect")))
)
_SOAP = "/services/Soap/"  # there the token stands in the body
_VERSIONED = re.compile(r"/services/data/v(\d{1,3})\.(\d)(?:/|$)")
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.IGNORECASE)
_HTML = "<html><head><title>Down for maintenance</title></head><body><h1>Service unavailable</h1></body></html>"


@dataclass(slots=True)
class _Passage:
    """One request on its way through: where its answer goes and what became of it.

    late: holds what a commit that comes late keeps open.
    """

    org: Org
    send: Send
    is_call: bool
    delay: float = 0.0
    status: int = 0
    struck: list[str] = field(default_factory=list)
    late: ExitStack = field(default_factory=ExitStack)

    async def forward(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.delay:
                await asyncio.sleep(self.delay)
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["Date"] = self.org.clock.http_date()
            if self.is_call:
                headers["Sforce-Limit-Info"] = self.org.usage.header(self.org.weather.daily_calls())
        await self.send(message)


class Gate:
    """The outermost ASGI application."""

    def __init__(self, org: Org, app: ASGIApp) -> None:
        self._org = org
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = scope["received"] = time.monotonic()
        headers = Headers(scope=scope)
        # A key in a path may hold an escaped slash; those that clients add at either end are never escaped.
        scope["path"] = "/" + unquote(scope["raw_path"].decode("ascii").strip("/"))
        is_control = scope["path"].startswith(CONTROL)
        # To sign in costs nothing of the day's allowance (believed).
        is_call = not is_control and not _is_open(scope["path"])
        passage = _Passage(self._org, send, is_call=is_call)
        self._org.usage.count(is_call=is_call)
        try:
            with passage.late:
                await self._pass(scope, receive, headers, passage, is_control=is_control)
        finally:
            self._org.usage.ended()
            self._note(scope, passage, started)

    async def _pass(
        self, scope: Scope, receive: Receive, headers: Headers, passage: _Passage, *, is_control: bool
    ) -> None:
        reply = _stop_at_the_door(self._org, scope, headers)
        if reply is not None:
            await reply(scope, receive, passage.forward)
            return
        strikes = [] if is_control else self._org.weather.for_request(scope["method"], scope["path"])
        passage.struck.extend(str(each.__struct_config__.tag) for each in strikes)
        await self._through_weather(strikes, scope, receive, passage)

    async def _through_weather(
        self, strikes: Sequence[RequestWeather], scope: Scope, receive: Receive, passage: _Passage
    ) -> None:
        answer: Send = passage.forward
        is_lost = False
        for strike in strikes:
            match strike:
                case Drop():
                    await _cut(scope, receive)
                    return
                case Refuse():
                    await _refusal_of(strike)(scope, receive, passage.forward)
                    return
                case DailyCalls(calls=allowed):
                    if passage.is_call and self._org.usage.calls > allowed:
                        await refusal_reply(refusals.QUOTA())(scope, receive, passage.forward)
                        return
                case MoveClock() | LateCommit() | Latency(where="before"):
                    await self._pass_time(strike, scope, passage)
                case Latency():
                    passage.delay += strike.seconds
                case LostAnswer():
                    answer, is_lost = _swallow, True
                    if strike.late:
                        receive = await _taken_and_cut(scope, receive)
                        await asyncio.sleep(strike.late)
                case Truncate(quietly=quietly):
                    answer, is_lost = _Truncated(passage.forward, quietly=quietly).forward, not quietly
                case _:
                    assert_never(strike)
        await self._app(scope, receive, answer)
        if is_lost:
            passage.status = 0
            await _cut(scope, receive, after_what_was_written=True)

    async def _pass_time(self, strike: MoveClock | LateCommit | Latency, scope: Scope, passage: _Passage) -> None:
        if isinstance(strike, MoveClock):
            self._org.clock.move(strike.seconds)
            return
        if isinstance(strike, LateCommit):
            scope["began"] = self._org.clock.stamp()
            passage.late.enter_context(self._org.open_work.since(scope["began"]))
        await asyncio.sleep(strike.seconds)

    def _note(self, scope: Scope, passage: _Passage, started: float) -> None:
        self._org.log.append(
            LogLine(
                self._org.usage.requests,
                self._org.clock.stamp(),
                scope["method"],
                scope["path"],
                scope["query_string"].decode("latin-1"),
                passage.status,
                round(time.monotonic() - started, 6),
                tuple(passage.struck),
            )
        )


async def _swallow(message: Message) -> None:
    """Takes an answer that nobody will get."""


class _Truncated:
    """Lets the first half of the first piece of a body through, and nothing after it; quietly, as if that were all."""

    def __init__(self, send: Send, *, quietly: bool) -> None:
        self._send = send
        self._quietly = quietly
        self._is_over = False
        self._start: Message | None = None

    async def forward(self, message: Message) -> None:
        if self._is_over:
            return
        if message["type"] == "http.response.body":
            self._is_over = True
            body = message.get("body", b"")
            half = body[: len(body) // 2]
            message = {"type": "http.response.body", "body": half, "more_body": not self._quietly}
            if self._start is not None:
                headers = MutableHeaders(scope=self._start)
                if "Content-Length" in headers:
                    headers["Content-Length"] = str(len(half))
                await self._send(self._start)
        elif self._quietly:  # the length that is told has to wait for the body
            self._start = message
            return
        await self._send(message)


async def _taken_and_cut(scope: Scope, receive: Receive) -> Receive:
    """Take the whole request, drop its connection, and return what gives the request out again."""
    messages: list[Message] = []
    while not messages or messages[-1].get("more_body"):
        messages.append(await receive())
    await _cut(scope, receive)
    messages.append({"type": "http.disconnect"})
    remaining = iter(messages)

    async def again() -> Message:
        return next(remaining, messages[-1])

    return again


async def _cut(scope: Scope, receive: Receive, *, after_what_was_written: bool = False) -> None:
    """Close the connection and wait until the server has noticed, so that it does not answer in our place."""
    CuttableProtocol.cut(scope["client"], after_what_was_written=after_what_was_written)
    while (await receive())["type"] != "http.disconnect":
        pass


def _refusal_of(strike: Refuse) -> Response:
    headers = {} if strike.retry_after is None else {"Retry-After": str(strike.retry_after)}
    match strike.body:
        case "json":
            reply = refusal_reply(Refused(strike.code, strike.message, (), strike.status))
        case "html":
            reply = HTMLResponse(_HTML, strike.status)
        case "empty":
            reply = Response(status_code=strike.status)
        case _:
            assert_never(strike.body)
    reply.headers.update(headers)
    return reply


def _stop_at_the_door(org: Org, scope: Scope, headers: Headers) -> Response | None:
    """The refusal of a request that no route may see, or None."""
    size = len(scope["raw_path"]) + len(scope["query_string"]) + sum(len(k) + len(v) for k, v in scope["headers"])
    if size > limits.URL_AND_HEADERS:
        return Response(status_code=414)
    if not _LOOPBACK.fullmatch(headers.get("host", "")):
        return refusal_reply(refusals.WRONG_HOST())
    scope["session"] = _session(org, scope, headers)
    if scope["session"] is None and not _is_open(scope["path"]):
        return refusal_reply(refusals.INVALID_SESSION())
    return _version_refusal(scope["path"])


def _is_open(path: str) -> bool:
    return path in _OPEN_PATHS or path.startswith(_SOAP)


def _session(org: Org, scope: Scope, headers: Headers) -> Session | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "oauth"):
        token = headers.get("x-sfdc-session", "")
    if not token and scope["path"].startswith("/id/"):
        token = parse_qs(scope["query_string"].decode("latin-1")).get("oauth_token", [""])[0]
    return org.sign_in.sessions.find(token.strip())


def _version_refusal(path: str) -> Response | None:
    if not path.startswith("/services/data/"):
        return None
    found = _VERSIONED.match(path)
    major = int(found[1]) if found and found[2] == "0" else -1
    if limits.OLDEST_VERSION <= major <= limits.NEWEST_VERSION:
        return None
    if limits.OLDEST_KNOWN_VERSION <= major < limits.OLDEST_VERSION:
        return refusal_reply(refusals.RETIRED_VERSION(version=f"{major}.0"))
    return refusal_reply(refusals.NOT_FOUND())
