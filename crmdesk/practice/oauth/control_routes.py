"""The part of the control endpoint that is about signing in: apps, sessions, and how strict the org is."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice.calls import Call, resource
from crmdesk.practice.oauth.apps import apps_from_json
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import json_reply

Seconds = Annotated[float, msgspec.Meta(gt=0)]


class SignInChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is given changes; times are in seconds."""

    session_seconds: Seconds | None = None
    code_seconds: Seconds | None = None
    wants_security_token: bool | None = None
    password: str | None = None


def read_apps(call: Call) -> Response:
    return json_reply([each.told() for each in call.org.sign_in.apps.all()])


def register_apps(call: Call) -> Response:
    """One app or a list; the answer is all of them."""
    try:
        apps = apps_from_json(call.body)
    except ValueError as error:
        raise Refused("NOT_UNDERSTOOD", str(error)) from None
    call.org.sign_in.apps.register(apps)
    return json_reply([each.told() for each in call.org.sign_in.apps.all()], 201)


def read_sign_in(call: Call) -> Response:
    sign_in = call.org.sign_in
    return json_reply(
        {
            "session_seconds": sign_in.sessions.seconds,
            "code_seconds": sign_in.codes.seconds,
            "wants_security_token": sign_in.wants_security_token,
        }
    )


def change_sign_in(call: Call) -> Response:
    try:
        change = msgspec.json.decode(call.body, type=SignInChange)
    except ValueError as error:
        raise Refused("NOT_UNDERSTOOD", str(error)) from None
    sign_in = call.org.sign_in
    if change.session_seconds is not None:
        sign_in.sessions.seconds = change.session_seconds
    if change.code_seconds is not None:
        sign_in.codes.seconds = change.code_seconds
    if change.wants_security_token is not None:
        sign_in.wants_security_token = change.wants_security_token
    if change.password is not None:
        sign_in.password = change.password
    return read_sign_in(call)


def end_sessions(call: Call) -> Response:
    """Every session ends at once, as when an administrator removes them; refresh tokens stay good."""
    return json_reply({"ended": call.org.sign_in.sessions.end_all()})


def routes() -> list[Route]:
    return [
        resource("/practice/apps", GET=read_apps, POST=register_apps),
        resource("/practice/sessions", DELETE=end_sessions),
        resource("/practice/sign-in", GET=read_sign_in, PATCH=change_sign_in),
    ]
