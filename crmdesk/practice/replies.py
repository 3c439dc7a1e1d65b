"""Answers on the wire: JSON in Salesforce's shape, errors, and compression for those who ask for it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from starlette.responses import Response, StreamingResponse

from crmdesk.practice.refusals import Refused

JSON = "application/json;charset=UTF-8"
WORTH_COMPRESSING = 2048

_encode = msgspec.json.Encoder().encode


def json_reply(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(_encode(body), status, headers, JSON)


def refusal_reply(*refused: Refused) -> Response:
    """The array of errors that answers a refused request, with the status of the first."""
    return json_reply([each.as_request_error() for each in refused], refused[0].status)


def no_content() -> Response:
    """204 without a body and without a Content-Type, as Salesforce answers a PATCH or a DELETE."""
    return Response(status_code=204)


def shaped(reply: Response, headers: Mapping[str, str]) -> Response:
    """The reply as this request wants it: indented for `X-PrettyPrint`, compressed for `Accept-Encoding: gzip`."""
    if isinstance(reply, StreamingResponse) or not reply.body:
        return reply
    body = bytes(reply.body)
    if headers.get("x-prettyprint") in ("1", "true") and reply.media_type == JSON:
        body = msgspec.json.format(body, indent=2)
    if accepts_gzip(headers) and len(body) >= WORTH_COMPRESSING:
        body = gzip.compress(body, compresslevel=1)
        reply.headers["Content-Encoding"] = "gzip"
    reply.body = body
    reply.headers["Content-Length"] = str(len(body))
    return reply


def accepts_gzip(headers: Mapping[str, str]) -> bool:
    return "gzip" in headers.get("accept-encoding", "").lower()


def csv_stream(blocks: Iterable[bytes], asked: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """A CSV answer that is made while it is sent; no charset is named, as in Bulk API 2.0's own answers (believed)."""
    extra: dict[str, Any] = dict(headers)
    if accepts_gzip(asked):
        blocks = _compressed(blocks)
        extra["Content-Encoding"] = "gzip"
    reply = StreamingResponse(blocks, 200, extra)
    reply.headers["Content-Type"] = "text/csv"
    return reply


def _compressed(blocks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=1, wbits=31)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()
