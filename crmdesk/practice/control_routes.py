"""The control endpoint: weather, clock, and a look at what came in. For those who hold the token."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice.calls import Call, resource
from crmdesk.practice.org import Org
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import json_reply, no_content
from crmdesk.practice.second_user import require_sense
from crmdesk.practice.weather_rules import rules_from_json

_NUMBER = re.compile(r"[0-9]{1,9}")


class ClockChange(msgspec.Struct, forbid_unknown_fields=True):
    """Either a moment, or seconds to move by (backwards when negative)."""

    set: datetime | None = None
    move: float | None = None


def read_weather(call: Call) -> Response:
    return json_reply(call.org.weather.rules())


def post_weather(call: Call) -> Response:
    """Rules are added to those in force; the answer is all of them."""
    try:
        rules = rules_from_json(call.body)
        require_sense(call.org.schema, rules)
    except (ValueError, re.error) as error:
        raise _not_understood(error) from None
    call.org.weather.post(rules)
    return json_reply(call.org.weather.rules(), 201)


def clear_weather(call: Call) -> Response:
    call.org.weather.clear()
    return no_content()


def read_clock(call: Call) -> Response:
    return _clock(call.org)


def change_clock(call: Call) -> Response:
    try:
        change = msgspec.json.decode(call.body, type=ClockChange)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _not_understood(error) from None
    if change.set is not None:
        call.org.clock.set(change.set)
    if change.move is not None:
        call.org.clock.move(change.move)
    return _clock(call.org)


def _clock(org: Org) -> Response:
    return json_reply({"now": org.clock.stamp()})


def read_log(call: Call) -> Response:
    """The last requests, oldest first; `?last=n` for fewer. cpu_seconds is what the server has used so far."""
    lines = list(call.org.log)
    if last := _NUMBER.fullmatch(call.query.get("last", "")):
        lines = lines[max(0, len(lines) - int(last[0])) :]
    usage = call.org.usage
    return json_reply(usage.told() | {"requests": lines, "calls": usage.calls})


def _not_understood(error: Exception) -> Refused:
    return Refused("NOT_UNDERSTOOD", str(error))


def routes() -> list[Route]:
    return [
        resource("/practice/weather", GET=read_weather, POST=post_weather, DELETE=clear_weather),
        resource("/practice/clock", GET=read_clock, POST=change_clock),
        resource("/practice/log", GET=read_log),
    ]
