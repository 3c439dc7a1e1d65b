"""Up to 200 records in one call, answered in the order in which they came (REST guide, sObject Collections)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import limits, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.drafts import Action, Draft, Outcome
from crmdesk.practice.ids import to18
from crmdesk.practice.payload import draft_of
from crmdesk.practice.reading import records_by_id
from crmdesk.practice.record_routes import require_createable
from crmdesk.practice.replies import json_reply
from crmdesk.practice.schema import PracticeField, PracticeObject

Item = tuple[PracticeObject | None, Draft]
Work = Callable[[sqlite3.Connection, PracticeObject, list[Draft]], list[Outcome]]


class _AllRolledBack(Exception):
    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__("all or none")
        self.outcomes = outcomes


def create(call: Call) -> Response:
    return _save(call, Action.INSERT)


def update(call: Call) -> Response:
    return _save(call, Action.UPDATE)


def upsert(call: Call) -> Response:
    what = require_createable(call.practice_object())
    key_field = what.field(call.path["field"])
    if key_field is None or not key_field.is_key:
        raise refusals.NO_EXTERNAL_ID(field=call.path["field"])
    return _save(call, Action.UPSERT, what, key_field)


def delete(call: Call) -> Response:
    ids = _listed(call.query.get("ids", ""))
    _require_size(len(ids), limits.COLLECTION)
    items = [_deletion(call, record_id) for record_id in ids]

    def work(connection: sqlite3.Connection, what: PracticeObject, drafts: list[Draft]) -> list[Outcome]:
        return call.deleting(what).delete(connection, drafts, call.stamp())

    is_all_or_none = call.query.get("allOrNone", "").lower() == "true"
    return _answer(_carried_out(call, items, work, is_all_or_none=is_all_or_none), is_upsert=False)


def retrieve(call: Call) -> Response:
    """The records in the order of the ids, null for one that is not there."""
    if call.method == "POST":
        asked = call.json_object()
        ids, fields = _texts("ids", asked.get("ids")), _texts("fields", asked.get("fields"))
        most = limits.RETRIEVED_BY_POST
    else:
        ids, fields = (_texts(name, _listed(call.query.get(name, ""))) for name in ("ids", "fields"))
        most = limits.RETRIEVED_BY_GET
    _require_size(len(ids), most)
    with call.org.store.reading() as connection:
        return json_reply(records_by_id(call, connection, call.practice_object(), ids, fields))


def _texts(name: str, values: object) -> list[str]:
    if not isinstance(values, list) or not values or not all(isinstance(each, str) for each in values):
        raise refusals.MISSING_PARAMETER(name=name)
    return values


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _require_size(count: int, limit: int) -> None:
    if count > limit:
        raise refusals.TOO_MANY_RECORDS(count=count, limit=limit)


def _save(
    call: Call, action: Action, only: PracticeObject | None = None, key_field: PracticeField | None = None
) -> Response:
    body = call.json_object()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise refusals.BAD_JSON(why="records must be an array of objects", column=1)
    _require_size(len(records), limits.COLLECTION)
    items = [_item(call, record, action, only, key_field) for record in records]

    def work(connection: sqlite3.Connection, what: PracticeObject, drafts: list[Draft]) -> list[Outcome]:
        return call.saving(what, action, key_field).save(connection, drafts, call.stamp())

    outcomes = _carried_out(call, items, work, is_all_or_none=body.get("allOrNone") is True)
    return _answer(outcomes, is_upsert=action is Action.UPSERT)


def _item(
    call: Call,
    record: dict[str, Any],
    action: Action,
    only: PracticeObject | None,
    key_field: PracticeField | None,
) -> Item:
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if name is None and only is None:
        raise refusals.NO_ATTRIBUTES_TYPE()
    what = only if name is None else call.schema.object(str(name))
    if what is None or (only is not None and what is not only):
        return None, Draft(refusal=refusals.UNSUPPORTED_TYPE(name=name))
    draft = draft_of(record, call.rules(what), action, key_field)
    if draft.refusal is None and action is Action.INSERT and not what.createable:
        draft.refuse(refusals.CANNOT_CREATE(label=what.label))
    if draft.refusal is None and action is not Action.INSERT and not what.updateable:
        draft.refuse(refusals.CANNOT_UPDATE(label=what.label))
    return what, draft


def _deletion(call: Call, record_id: str) -> Item:
    try:
        what = call.schema.object_of_id(to18(record_id))
    except ValueError:
        what = None
    if what is None:
        return None, Draft(refusal=refusals.NOT_AN_ID(value=record_id))
    draft = Draft(record_id=record_id)
    if not what.deletable:
        draft.refuse(refusals.CANNOT_DELETE(label=what.label))
    return what, draft


def _carried_out(call: Call, items: list[Item], work: Work, *, is_all_or_none: bool) -> list[Outcome]:
    """One transaction; records of one object that follow each other are worked on together."""
    runs = [(what, [draft for _, draft in run]) for what, run in _runs(items)]
    if len(runs) > limits.COLLECTION_CHUNKS:
        raise refusals.TOO_MANY_CHUNKS(count=len(runs), limit=limits.COLLECTION_CHUNKS)
    try:
        with call.org.store.writing(call.received) as connection:
            outcomes: list[Outcome] = []
            for what, drafts in runs:
                if what is None:
                    outcomes += [Outcome(None, is_created=False, refusal=draft.refusal) for draft in drafts]
                else:
                    outcomes += work(connection, what, drafts)
            if is_all_or_none and any(outcome.refusal for outcome in outcomes):
                raise _AllRolledBack(outcomes)
            call.org.usage.count_rows(len(items))
            return outcomes
    except _AllRolledBack as undone:
        return [
            outcome if outcome.refusal else msgspec.structs.replace(outcome, refusal=refusals.ROLLED_BACK())
            for outcome in undone.outcomes
        ]


def _runs(items: list[Item]) -> Iterable[tuple[PracticeObject | None, Iterable[Item]]]:
    for _, run in groupby(items, key=lambda item: item[0].name if item[0] else ""):
        together = list(run)
        yield together[0][0], together


def _answer(outcomes: list[Outcome], *, is_upsert: bool) -> Response:
    results: list[dict[str, object]] = []
    for outcome in outcomes:
        result: dict[str, object]
        if outcome.refusal is None:
            result = {"id": outcome.record_id, "success": True, "errors": []}
        else:
            result = {"success": False, "errors": [outcome.refusal.as_record_error()]}
        if is_upsert:
            result["created"] = outcome.is_created and outcome.refusal is None
        results.append(result)
    return json_reply(results)


def routes(root: str) -> list[Route]:
    return [
        resource(f"{root}/composite/sobjects", POST=create, PATCH=update, DELETE=delete),
        resource(f"{root}/composite/sobjects/{{object}}", GET=retrieve, POST=retrieve),
        resource(f"{root}/composite/sobjects/{{object}}/{{field}}", PATCH=upsert),
    ]
