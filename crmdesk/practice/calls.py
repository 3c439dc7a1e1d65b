"""From a request to the plain function that answers it: one function per method and path, run in a thread."""

from __future__ import annotations

import logging
import secrets
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import limits, refusals
from crmdesk.practice.deletes import Deleting
from crmdesk.practice.drafts import Action
from crmdesk.practice.identity import Identity
from crmdesk.practice.oauth.sessions import Session
from crmdesk.practice.org import Org
from crmdesk.practice.records import Saving
from crmdesk.practice.refusals import Refusal, Refused
from crmdesk.practice.replies import refusal_reply, shaped
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.save_options import options_of
from crmdesk.practice.schema import PracticeField, PracticeObject, Schema

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its body read.

    received: `time.monotonic()` at its arrival. version: `60.0`, or empty. user: who is signed in, at the paths that
    are open to all the administrator. began: the stamp of what is saved, where it is committed later.
    """

    org: Org
    method: str
    path: dict[str, Any]
    query: QueryParams
    headers: Headers
    body: bytes
    received: float
    user: Identity
    began: str | None = None

    @property
    def version(self) -> str:
        return str(self.path.get("version", ""))

    @property
    def root(self) -> str:
        """The path under which this version of the API lives."""
        return f"/services/data/v{self.version}"

    def stamp(self) -> str:
        """The stamp of the records that this call saves; to be asked inside the transaction."""
        return self.began or self.org.clock.stamp()

    @property
    def schema(self) -> Schema:
        """The schema as the user sees it."""
        return self.org.schema_of(self.user.user_id)

    def rules(self, practice_object: PracticeObject) -> ObjectRules:
        """What the object demands of the records that the user saves."""
        return self.org.rules(practice_object, self.user.user_id)

    def saving(
        self,
        what: PracticeObject,
        action: Action,
        key_field: PracticeField | None = None,
        missing: Refusal = refusals.NO_SUCH_RECORD,
    ) -> Saving:
        """Saving on behalf of the user, with what the headers ask for."""
        org, user_id = self.org, self.user.user_id
        options = options_of(self.headers)
        hazard = org.weather.strike_rows
        return Saving(self.rules(what), action, user_id, org.numbering, hazard, key_field, missing, options)

    def deleting(self, what: PracticeObject, missing: Refusal = refusals.NO_SUCH_RECORD) -> Deleting:
        org = self.org
        return Deleting(org.schema, what, self.user.user_id, org.weather.strike_rows, missing, self.rules(what))

    def practice_object(self) -> PracticeObject:
        """The object that the path names. Raises NOT_FOUND."""
        found = self.schema.object(self.path["object"])
        if found is None:
            raise refusals.NOT_FOUND()
        return found

    def json(self) -> object:
        """The body, decoded. Raises JSON_PARSER_ERROR, and UNSUPPORTED_MEDIA_TYPE for a body that is no JSON."""
        kind = self.headers.get("content-type", "application/json").split(";")[0].strip().lower()
        if kind != "application/json":
            raise refusals.UNSUPPORTED_MEDIA(kind=kind)
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise refusals.BAD_JSON(why=str(error), column=_column(str(error))) from None

    def json_object(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        loaded = self.json()
        if not isinstance(loaded, dict):
            raise refusals.BAD_JSON(why="Cannot deserialize instance of an object from another JSON value", column=1)
        return loaded


Handler = Callable[[Call], Response]
StreamHandler = Callable[[Org, Request], Awaitable[Response]]


def _column(error: str) -> int:
    """The decoder names the byte at which it stumbled."""
    digits = "".join(char for char in error.rpartition("byte ")[2] if char.isdigit())
    return int(digits) + 1 if digits else 1


class Resource(Route):
    """A path, and the function that answers each of its methods."""

    def __init__(self, path: str, handlers: Mapping[str, Handler]) -> None:
        async def endpoint(request: Request) -> Response:
            return await answer(request, handlers[_spoken(request.method)])

        super().__init__(path, endpoint, methods=sorted(handlers))
        self.handlers = handlers


def resource(path: str, **handlers: Handler) -> Resource:
    """A path and what answers each of its methods, for instance `resource("/x", GET=read, POST=make)`."""
    return Resource(path, handlers)


def stream_resource(path: str, method: str, handler: StreamHandler) -> Route:
    """A path whose handler reads the body itself, piece by piece."""

    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request.app.state.org, request)
        except Refused as refusal:
            return refusal_reply(refusal)
        except ClientDisconnect:
            return _unheard()

    return Route(path, endpoint, methods=[method])


async def answer(request: Request, handler: Handler) -> Response:
    try:
        call = Call(
            request.app.state.org,
            request.method,
            request.path_params,
            request.query_params,
            request.headers,
            await _body(request),
            request.scope["received"],
            _user_of(request),
            request.scope.get("began"),
        )
        reply = await run_in_threadpool(handler, call)
    except Refused as refusal:
        reply = refusal_reply(refusal)
    except ClientDisconnect:
        reply = _unheard()
    except Exception:  # noqa: BLE001 - whatever it is, the caller gets an answer and the log the rest
        error_id = secrets.token_hex(8)
        _log.exception("request failed, ErrorId %s", error_id)
        reply = refusal_reply(refusals.UNKNOWN(error_id=error_id))
    return shaped(reply, request.headers)


def _unheard() -> Response:
    """To a client that broke off in the middle of its body; an everyday thing, and no mistake of ours."""
    return Response(status_code=400)


def _user_of(request: Request) -> Identity:
    session: Session | None = request.scope["session"]
    org: Org = request.app.state.org
    return session.identity if session else org.identity


def _spoken(method: str) -> str:
    return "GET" if method == "HEAD" else method


async def _body(request: Request) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in unpacked(request):
        size += len(piece)
        if size > limits.BODY:
            raise refusals.TOO_BIG(limit=limits.BODY)
        pieces.append(piece)
    return b"".join(pieces)


async def unpacked(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces, decompressed when it comes as gzip.

    Raises JSON_PARSER_ERROR for a body that is no gzip, starlette's ClientDisconnect for one that breaks off.
    """
    if request.headers.get("content-encoding", "").lower() != "gzip":
        async for piece in request.stream():
            yield piece
        return
    unpacker = zlib.decompressobj(wbits=31)
    try:
        async for piece in request.stream():
            yield unpacker.decompress(piece)
    except zlib.error as error:
        raise refusals.BAD_JSON(why=f"the body is not gzip: {error}", column=1) from None
