"""One record at a time: made, read, changed, deleted, by its id or by an external id."""

from __future__ import annotations

import sqlite3
from email.utils import format_datetime

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.checks import Value
from crmdesk.practice.conditions import is_since, last_change
from crmdesk.practice.drafts import Action, Draft, Outcome
from crmdesk.practice.ids import to18
from crmdesk.practice.lookup import fold_key, ids_by_key, rows_by_id
from crmdesk.practice.payload import draft_of
from crmdesk.practice.reading import record_by_id
from crmdesk.practice.replies import json_reply, no_content
from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject

_ANSWERS_UPDATE_SINCE = 46.0  # before, an upsert that updated was answered without a body


def create(call: Call) -> Response:
    """201 with the id (REST guide, sObject Basic Information)."""
    what = require_createable(call.practice_object())
    return created(call, what, draft_of(call.json_object(), call.rules(what), Action.INSERT))


def created(call: Call, what: PracticeObject, draft: Draft) -> Response:
    """Save a draft of a new record, and tell it."""
    return _created(_saved(call, what, Action.INSERT, draft), call, what)


def read(call: Call) -> Response:
    """304 for one who has the record as it is (REST guide, Conditional Request Header)."""
    what = call.practice_object()
    with call.org.store.reading() as connection:
        record_id = _id_in_path(call, what)
        record = record_by_id(call, connection, what, record_id)
        changed = last_change(connection, what, record_id)
    headers = {"Last-Modified": format_datetime(changed, usegmt=True)} if changed else {}
    if changed and is_since(call.headers.get("if-modified-since"), changed):
        return Response(status_code=304, headers=headers)
    return json_reply(record, headers=headers)


def update(call: Call) -> Response:
    what = require_updateable(call.practice_object())
    record_id = _id_in_path(call, what)
    draft = draft_of(call.json_object(), call.rules(what), Action.UPDATE)
    if draft.record_id is not None:
        raise refusals.ID_IN_BODY("Id")
    draft.record_id = record_id
    _require_unchanged(call, what, record_id)
    _raised(_saved(call, what, Action.UPDATE, draft))
    return no_content()


def _require_unchanged(call: Call, what: PracticeObject, record_id: str) -> None:
    """Raises PRECONDITION_FAILED for one who wants to change the record only as he knows it."""
    known = call.headers.get("if-unmodified-since")
    if known is None:
        return
    with call.org.store.reading() as connection:
        changed = last_change(connection, what, record_id)
    if changed and not is_since(known, changed):
        raise refusals.CHANGED_SINCE()


def delete(call: Call) -> Response:
    what = require_deletable(call.practice_object())
    return _deleted(call, what, _id_in_path(call, what))


def read_by_key(call: Call) -> Response:
    what = call.practice_object()
    with call.org.store.reading() as connection:
        record_id = _only(call, _found(call, connection, what, _key_field(call, what)), what)
        if isinstance(record_id, Response):
            return record_id
        return json_reply(record_by_id(call, connection, what, record_id))


def delete_by_key(call: Call) -> Response:
    what = require_deletable(call.practice_object())
    with call.org.store.reading() as connection:
        record_id = _only(call, _found(call, connection, what, _key_field(call, what)), what)
    return record_id if isinstance(record_id, Response) else _deleted(call, what, record_id)


def upsert(call: Call) -> Response:
    """201 created, 200 updated, 300 when several records hold the key (REST guide, upsert by external id)."""
    what = require_createable(call.practice_object())
    key_field = _key_field(call, what)
    draft = draft_of(call.json_object(), call.rules(what), Action.UPSERT, key_field)
    if draft.record_id is not None:
        raise refusals.ID_IN_BODY("Id")
    if draft.key is not None:
        raise refusals.KEY_IN_BODY(key_field.name, field=key_field.name)
    if key_field.type is FieldType.ID:
        draft.record_id = call.path["value"]
    else:
        draft.key = _key(call, what, key_field)
    with call.org.store.writing(call.received) as connection:
        found = _found(call, connection, what, key_field)
        if len(found) > 1:
            return _several(call, what, found)
        if not found and call.query.get("updateOnly", "").lower() == "true":
            raise refusals.NOT_FOUND()
        saving = call.saving(what, Action.UPSERT, key_field, refusals.NOT_FOUND)
        outcome = _raised(saving.save(connection, [draft], call.stamp())[0])
    if outcome.is_created:
        return _created(outcome, call, what)
    if float(call.version) < _ANSWERS_UPDATE_SINCE:
        return no_content()
    return json_reply({"id": outcome.record_id, "success": True, "errors": [], "created": False})


def require_createable(what: PracticeObject) -> PracticeObject:
    if not what.createable:
        raise refusals.CANNOT_CREATE(label=what.label)
    return what


def require_updateable(what: PracticeObject) -> PracticeObject:
    if not what.updateable:
        raise refusals.CANNOT_UPDATE(label=what.label)
    return what


def require_deletable(what: PracticeObject) -> PracticeObject:
    if not what.deletable:
        raise refusals.CANNOT_DELETE(label=what.label)
    return what


def _saved(call: Call, what: PracticeObject, action: Action, draft: Draft) -> Outcome:
    with call.org.store.writing(call.received) as connection:
        return _raised(call.saving(what, action, missing=refusals.NOT_FOUND).save(connection, [draft], call.stamp())[0])


def _raised(outcome: Outcome) -> Outcome:
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def _deleted(call: Call, what: PracticeObject, record_id: str) -> Response:
    deleting = call.deleting(what, refusals.NOT_FOUND)
    with call.org.store.writing(call.received) as connection:
        _raised(deleting.delete(connection, [Draft(record_id=record_id)], call.stamp())[0])
    return no_content()


def _created(outcome: Outcome, call: Call, what: PracticeObject) -> Response:
    body: dict[str, object] = {"id": outcome.record_id, "success": True, "errors": []}
    if "field" in call.path:
        body["created"] = True
    location = f"{call.root}/sobjects/{what.name}/{outcome.record_id}"
    return json_reply(body, 201, {"Location": location})


def _id_in_path(call: Call, what: PracticeObject) -> str:
    try:
        record_id = to18(call.path["record_id"])
    except ValueError:
        raise refusals.NOT_FOUND() from None
    if record_id[:3] != what.key_prefix:
        raise refusals.NOT_FOUND()
    return record_id


def _key_field(call: Call, what: PracticeObject) -> PracticeField:
    name = call.path["field"]
    field = what.field(name)
    if field is None or not field.is_key:
        raise refusals.NO_EXTERNAL_ID(field=name)
    return field


def _key(call: Call, what: PracticeObject, field: PracticeField) -> Value:
    return call.rules(what).checks[field.name.lower()].from_text(call.path["value"])


def _found(call: Call, connection: sqlite3.Connection, what: PracticeObject, field: PracticeField) -> list[str]:
    """The living records that hold the key in the path."""
    if field.type is FieldType.ID:
        try:
            record_id = to18(call.path["value"])
        except ValueError:
            return []
        return [each for each, row in rows_by_id(connection, what, [], [record_id]).items() if not row[0]]
    key = fold_key(field, _key(call, what, field))
    return ids_by_key(connection, what, field, [key]).get(key, [])


def _only(call: Call, found: list[str], what: PracticeObject) -> str | Response:
    if not found:
        raise refusals.NOT_FOUND()
    return found[0] if len(found) == 1 else _several(call, what, found)


def _several(call: Call, what: PracticeObject, found: list[str]) -> Response:
    return json_reply([f"{call.root}/sobjects/{what.name}/{each}" for each in sorted(found)], 300)


def routes(root: str) -> list[Route]:
    return [
        resource(f"{root}/sobjects/{{object}}/{{record_id}}", GET=read, PATCH=update, DELETE=delete),
        resource(
            f"{root}/sobjects/{{object}}/{{field}}/{{value:path}}",
            GET=read_by_key,
            PATCH=upsert,
            DELETE=delete_by_key,
        ),
    ]
