"""Answers that the weather spoils: swallowed, cut short, cut off, or refused in place of the org."""

from __future__ import annotations

from typing import assert_never

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope, Send

from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import refusal_reply
from crmdesk.practice.weather_kinds import Refuse
from crmdesk.practice.wire import CuttableProtocol

_HTML = "<html><head><title>Down for maintenance</title></head><body><h1>Service unavailable</h1></body></html>"


async def swallow(message: Message) -> None:
    """Takes an answer that nobody will get."""


class Truncated:
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


async def taken_and_cut(scope: Scope, receive: Receive) -> Receive:
    """Take the whole request, drop its connection, and return what gives the request out again."""
    messages: list[Message] = []
    while not messages or messages[-1].get("more_body"):
        messages.append(await receive())
    await cut(scope, receive)
    messages.append({"type": "http.disconnect"})
    remaining = iter(messages)

    async def again() -> Message:
        return next(remaining, messages[-1])

    return again


async def cut(scope: Scope, receive: Receive, *, after_what_was_written: bool = False) -> None:
    """Close the connection and wait until the server has noticed, so that it does not answer in our place."""
    CuttableProtocol.cut(scope["client"], after_what_was_written=after_what_was_written)
    while (await receive())["type"] != "http.disconnect":
        pass


def refusal_of(strike: Refuse) -> Response:
    """The answer that the weather gives in place of the org."""
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
