"""Files on the wire: uploaded in parts beside their record, downloaded as bytes (REST guide, blob data)."""

from __future__ import annotations

import email
from email.message import Message
from email.policy import HTTP
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import record_routes, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.drafts import Action, Draft
from crmdesk.practice.lookup import rows_by_id
from crmdesk.practice.payload import draft_of
from crmdesk.practice.schema import FieldType, PracticeObject

_RECORD_PART = "entity_"


def create(call: Call) -> Response:
    """As any record, or as `multipart/form-data`: a part of JSON, and one of bytes named as their field."""
    kind = call.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        return record_routes.create(call)
    what = record_routes.require_createable(call.practice_object())
    return record_routes.created(call, what, _draft(call, what, kind))


def _draft(call: Call, what: PracticeObject, kind: str) -> Draft:
    record: dict[str, Any] | None = None
    blobs: dict[str, bytes] = {}
    message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + call.body, policy=HTTP)
    parts: list[Message] = [each for each in message.walk() if not each.is_multipart()]
    for part in parts:
        name = str(part.get_param("name", "", "content-disposition"))
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            continue
        if name.startswith(_RECORD_PART):
            record = _record(body)
        else:
            blobs[name] = body
    if record is None:
        raise refusals.BAD_JSON(why="the part entity_content is missing", column=1)
    draft = draft_of(record, call.rules(what), Action.INSERT)
    for name, body in blobs.items():
        field = what.field(name)
        if field is None or field.type is not FieldType.BASE64:
            raise refusals.UNKNOWN_FIELD(field=name, object=what.name)
        draft.values[field.name] = body
    return draft


def _record(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise refusals.BAD_JSON(why=str(error), column=1) from None


def download(call: Call) -> Response:
    """The bytes that the field of a record holds."""
    what = call.schema.object("ContentVersion")
    if what is None:
        raise refusals.NOT_FOUND()
    record_id = call.path["record_id"]
    with call.org.store.reading() as connection:
        row = rows_by_id(connection, what, ["VersionData"], [record_id]).get(record_id)
    if row is None:
        raise refusals.NOT_FOUND()
    if row[0]:
        raise refusals.DELETED()
    body = row[1]
    return Response(body if isinstance(body, bytes) else b"", media_type="application/octet-stream")


def routes(root: str) -> list[Route]:
    place = f"{root}/sobjects/ContentVersion"
    return [resource(f"{place}/{{record_id}}/VersionData", GET=download)]
