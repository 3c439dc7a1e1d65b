"""The doors of the environment: its Web API, its sign-in, and the control of whoever practises with it."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
import uuid
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from crmdesk.practice.dataverse import identity as tenant
from crmdesk.practice.dataverse.control import controlled
from crmdesk.practice.dataverse.denied import Denied
from crmdesk.practice.dataverse.environment import Environment
from crmdesk.practice.dataverse.multipart import Reply
from crmdesk.practice.dataverse.refusals import Refused
from crmdesk.practice.dataverse.requests import parsed_request, refusal
from crmdesk.practice.dataverse.weather import Storm
from crmdesk.practice.wire import CuttableProtocol

_WRITES = re.compile(rb"(?:\A|\n)(?:POST|PATCH|PUT|DELETE) \S+ HTTP/")


def make_app(environment: Environment) -> Starlette:
    """The ASGI application."""
    app = Starlette(
        routes=[
            Route("/{tenant}/oauth2/v2.0/token", _token, methods=["POST"]),
            Route("/{tenant}/oauth2/v2.0/authorize", _authorize, methods=["GET"]),
            Route("/practice/{what}", _control, methods=["GET", "POST", "DELETE"]),
            Route("/{path:path}", _api, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
        ]
    )
    app.state.environment = environment
    return app


def _of(asked: Asked) -> Environment:
    found: Environment = asked.app.state.environment
    found.last_request = time.monotonic()
    return found


def _is_at_home(asked: Asked, environment: Environment) -> bool:
    """Whether the request was meant for this server, not led here by a name of somebody else's."""
    port = urlsplit(environment.service.url).port
    return asked.headers.get("host", "").lower() in {f"127.0.0.1:{port}", f"localhost:{port}"}


async def _api(asked: Asked) -> Response:
    environment = _of(asked)
    if not _is_at_home(asked, environment):
        return Response(status_code=421)
    target = asked.scope["raw_path"].decode() + (
        f"?{asked.scope['query_string'].decode()}" if asked.scope["query_string"] else ""
    )
    body = await asked.body()
    writes = _writes(asked.method, body)
    environment.log.append(f"{asked.method} {target}{' writes' if writes else ''}")
    user = _user(asked, environment)
    if user is None:
        authority = f"{environment.service.url}/{tenant.TENANT}"
        told = f"Bearer authorization_uri={authority}/oauth2/authorize, resource_id={environment.service.url}/"
        return Response(status_code=401, headers={"WWW-Authenticate": told, **_always(environment, "")})
    storm = environment.weather.over(asked.method, target, writes=writes)
    if storm is not None and storm.seconds:
        await asyncio.sleep(storm.seconds)
    if storm is not None and not storm.applies and (storm.status or not storm.seconds):
        return _stormy(asked, storm)
    headers = {name.lower(): ", ".join(asked.headers.getlist(name)) for name in asked.headers}
    reply = await run_in_threadpool(_answered, environment, user, asked.method, target, headers, body)
    if storm is not None and storm.applies:
        return _stormy(asked, storm)
    content_type = reply.headers.get("Content-Type")
    shown = {name: value for name, value in reply.headers.items() if name != "Content-Type"}
    return Response(reply.body, reply.status, {**_always(environment, user), **shown}, content_type)


def _writes(method: str, body: bytes) -> bool:
    """Whether a request could change a row, itself or by what it holds."""
    if b"\nContent-Type: application/http" in body or body.startswith(b"--"):
        return _WRITES.search(body) is not None
    return method != "GET"


def _user(asked: Asked, environment: Environment) -> str | None:
    given = asked.headers.get("authorization", "")
    if secrets.compare_digest(given.encode(), f"Bearer {environment.token}".encode()):
        return environment.identity.user_id
    return environment.identity.user_of(given)


def _answered(
    environment: Environment, user: str, method: str, target: str, headers: dict[str, str], body: bytes
) -> Reply:
    try:
        with environment.protection.request(user):
            request = parsed_request(method, target, headers, body, is_inner=False)
            return environment.service.answer(request, user)
    except Refused as refused:
        return refusal(refused)


def _stormy(asked: Asked, storm: Storm) -> Response:
    if not storm.status:
        CuttableProtocol.cut(asked.scope["client"], after_what_was_written=False)
        return Response(status_code=500)
    return Response(
        json.dumps(storm.body).encode() if storm.body is not None else b"",
        storm.status,
        storm.headers,
        "application/json",
    )


def _always(environment: Environment, user: str) -> dict[str, str]:
    """What every answer says; Microsoft Learn, "Service protection API limits" and "Send parallel requests"."""
    return {
        "OData-Version": "4.0",
        "Date": environment.service.store.clock.http_date(),
        "REQ_ID": str(uuid.uuid4()),
        "x-ms-service-request-id": str(uuid.uuid4()),
        "x-ms-dop-hint": "4",
        "x-ms-ratelimit-burst-remaining-xrm-requests": str(environment.protection.left(user)),
        "x-ms-ratelimit-time-remaining-xrm-requests": "1,200.00",
        "Set-Cookie": "ARRAffinity=practice;Path=/;HttpOnly",
    }


async def _token(asked: Asked) -> Response:
    environment = _of(asked)
    if not _is_at_home(asked, environment):
        return Response(status_code=421)
    form = dict(parse_qsl((await asked.body()).decode(), keep_blank_values=True))
    environment.log.append(f"POST {asked.url.path} {form.get('grant_type', '')}")
    try:
        _check_tenant(asked)
        address = f"{environment.service.url}{asked.url.path}"
        return JSONResponse(environment.identity.granted(form, address), headers={"Cache-Control": "no-store"})
    except Denied as denied:
        return JSONResponse(denied.body(), denied.status)


async def _authorize(asked: Asked) -> Response:
    """The page where a person signs in: this person allows everything at once."""
    environment = _of(asked)
    question = dict(asked.query_params)
    environment.log.append(f"GET {asked.url.path}")
    try:
        _check_tenant(asked)
        code = environment.identity.authorize(question)
    except Denied as denied:
        words = f"Sorry, but we’re having trouble signing you in. {denied.body()['error_description']}"
        return Response(f"<html><body>{words}</body></html>", denied.status, media_type="text/html")
    answer = urlencode({"code": code, "state": question.get("state", "")})
    return RedirectResponse(f"{question['redirect_uri']}?{answer}", 302)


def _check_tenant(asked: Asked) -> None:
    name = asked.path_params["tenant"]
    if name not in (tenant.TENANT, "organizations", "common", "practice.example"):
        raise Denied(
            400,
            "invalid_request",
            90002,
            f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID.",
        )


async def _control(asked: Asked) -> Response:
    """What a test, or a curious person, can change; needs the token of the first line."""
    environment = _of(asked)
    given = asked.headers.get("authorization", "").encode()
    if not _is_at_home(asked, environment) or not secrets.compare_digest(given, f"Bearer {environment.token}".encode()):
        return Response(status_code=401)
    body = json.loads(await asked.body() or b"null")
    return JSONResponse(await run_in_threadpool(controlled, environment, asked.path_params["what"], asked.method, body))
