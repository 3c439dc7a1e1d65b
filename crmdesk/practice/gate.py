"""What every request passes before a route sees it: host, token, version, weather; and every answer on its way out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crmdesk.practice import refusals
from crmdesk.practice.admission import is_open, refusal_at_the_door
from crmdesk.practice.broken_answers import Truncated, cut, refusal_of, swallow, taken_and_cut
from crmdesk.practice.org import LogLine, Org
from crmdesk.practice.replies import refusal_reply
from crmdesk.practice.weather_kinds import (
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

CONTROL = "/practice/"


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
        is_call = not is_control and not is_open(scope["path"])
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
        reply = refusal_at_the_door(self._org, scope, headers)
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
                    await cut(scope, receive)
                    return
                case Refuse():
                    await refusal_of(strike)(scope, receive, passage.forward)
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
                    answer, is_lost = swallow, True
                    if strike.late:
                        receive = await taken_and_cut(scope, receive)
                        await asyncio.sleep(strike.late)
                case Truncate(quietly=quietly):
                    answer, is_lost = Truncated(passage.forward, quietly=quietly).forward, not quietly
                case _:
                    assert_never(strike)
        await self._app(scope, receive, answer)
        if is_lost:
            passage.status = 0
            await cut(scope, receive, after_what_was_written=True)

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
