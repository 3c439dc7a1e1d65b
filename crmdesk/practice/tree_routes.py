"""Parents with their children in one call, all or nothing (REST guide, sObject Tree)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import limits, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.drafts import Action, Outcome
from crmdesk.practice.payload import draft_of
from crmdesk.practice.record_routes import require_createable
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import json_reply
from crmdesk.practice.schema import PracticeObject, Schema


@dataclass(slots=True)
class _Node:
    """One record of the tree; `link` is the field that holds the id of its parent."""

    what: PracticeObject
    reference: str
    values: dict[str, object]
    parent: _Node | None
    link: str
    record_id: str | None = None
    children: list[_Node] = field(default_factory=list)


class _Undone(Exception):
    def __init__(self, errors: list[tuple[str, Refused]]) -> None:
        super().__init__("the whole tree is undone")
        self.errors = errors


def create(call: Call) -> Response:
    """201 with an id for each reference, parents before their children; 400 with what was wrong, and nothing made."""
    roots = _nodes(call.schema, require_createable(call.practice_object()), call.json_object(), None, "")
    levels = list(_levels(roots))
    nodes = [node for level in levels for node in level]
    try:
        _require_sound(nodes, len(levels))
        with call.org.store.writing(call.received) as connection:
            for level in levels:
                _save(call, connection, level)
    except _Undone as undone:
        told = [{"referenceId": name, "errors": [refusal.as_record_error()]} for name, refusal in undone.errors]
        return json_reply({"hasErrors": True, "results": told}, 400)
    made = [{"referenceId": node.reference, "id": node.record_id} for node in nodes]
    return json_reply({"hasErrors": False, "results": made}, 201)


def _nodes(
    schema: Schema, what: PracticeObject, collection: dict[str, Any], parent: _Node | None, link: str
) -> list[_Node]:
    records = collection.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise refusals.BAD_JSON(why="records must be an array of objects", column=1)
    return [_node(schema, what, record, parent, link) for record in records]


def _node(schema: Schema, what: PracticeObject, record: dict[str, Any], parent: _Node | None, link: str) -> _Node:
    attributes = record.get("attributes")
    if not isinstance(attributes, dict):
        attributes = {}
    node = _Node(what, str(attributes.get("referenceId") or ""), {}, parent, link)
    for name, value in record.items():
        if isinstance(value, dict) and "records" in value:
            child, child_link = _children_named(schema, what, name)
            node.children += _nodes(schema, require_createable(child), value, node, child_link)
        else:
            node.values[name] = value
    return node


def _children_named(schema: Schema, what: PracticeObject, name: str) -> tuple[PracticeObject, str]:
    for each in schema.children_of(what):
        if each.name is not None and each.name.lower() == name.lower():
            return each.child, each.field.name
    raise refusals.UNKNOWN_FIELD(field=name, object=what.name)


def _levels(roots: list[_Node]) -> Iterator[list[_Node]]:
    level = roots
    while level:
        yield level
        level = [child for node in level for child in node.children]


def _require_sound(nodes: list[_Node], depth: int) -> None:
    if len(nodes) > limits.COLLECTION:
        raise refusals.TOO_MANY_RECORDS(count=len(nodes), limit=limits.COLLECTION)
    if depth > limits.TREE_DEPTH:
        raise refusals.TREE_TOO_DEEP(limit=limits.TREE_DEPTH)
    references = [node.reference for node in nodes]
    wrong = [each for each in references if not each or references.count(each) > 1]
    if wrong:
        raise _Undone([(each, refusals.BAD_REFERENCE(reference=each)) for each in dict.fromkeys(wrong)])


def _save(call: Call, connection: sqlite3.Connection, level: list[_Node]) -> None:
    """Raises _Undone with everything that was wrong on the level."""
    errors: list[tuple[str, Refused]] = []
    for _, run in groupby(level, key=lambda node: node.what.name):
        together = list(run)
        for node, outcome in zip(together, _outcomes(call, connection, together), strict=True):
            node.record_id = outcome.record_id
            if outcome.refusal is not None:
                errors.append((node.reference, outcome.refusal))
    if errors:
        raise _Undone(errors)


def _outcomes(call: Call, connection: sqlite3.Connection, nodes: list[_Node]) -> list[Outcome]:
    rules = call.rules(nodes[0].what)
    drafts = [
        draft_of(node.values | ({node.link: node.parent.record_id} if node.parent else {}), rules, Action.INSERT)
        for node in nodes
    ]
    return call.saving(nodes[0].what, Action.INSERT).save(connection, drafts, call.stamp())


def routes(root: str) -> list[Route]:
    return [resource(f"{root}/composite/tree/{{object}}", POST=create)]
