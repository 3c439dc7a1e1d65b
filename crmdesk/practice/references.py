"""Lookups of records that are about to be saved: found by key, and checked to point at something that lives."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Container

from crmdesk.practice import refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Draft, alive
from crmdesk.practice.lookup import fold_key, ids_by_key, rows_by_id
from crmdesk.practice.rules import Link, ObjectRules
from crmdesk.practice.schema import PracticeField, PracticeObject, quoted

_HIGHEST = 500  # steps up a hierarchy before it counts as a circle


def resolve_links(connection: sqlite3.Connection, drafts: list[Draft]) -> None:
    """Put the id of the parent in place of its key; refuse a key that no living parent holds, or several do."""
    wanted: defaultdict[str, list[tuple[Draft, Link, Value]]] = defaultdict(list)
    for draft in drafts:
        for link, value in draft.links:
            wanted[link.name].append((draft, link, value))
    for uses in wanted.values():
        link = uses[0][1]
        keys = {fold_key(link.key, value) for _, _, value in uses}
        found = ids_by_key(connection, link.parent, link.key, keys)
        for draft, _, value in uses:
            _link(draft, link, value, found.get(fold_key(link.key, value), []))


def _link(draft: Draft, link: Link, value: Value, ids: list[str]) -> None:
    if not ids:
        draft.refuse(refusals.NO_SUCH_FOREIGN_KEY(value=value, field=link.key.name, object=link.parent.name))
    elif len(ids) > 1:
        draft.refuse(refusals.SEVERAL_FOR_KEY(link.key.name, ids=", ".join(sorted(each[:15] for each in ids))))
    else:
        draft.values[link.field.name] = ids[0]


def check_references(
    connection: sqlite3.Connection, drafts: list[Draft], rules: ObjectRules, named: Container[str]
) -> None:
    """Refuse a lookup whose target is unknown or deleted, an owner who is inactive, and a record as its own parent.

    named: the fields that the drafts name.
    """
    for field in rules.references:
        if field.name not in named:
            continue
        using = [draft for draft in alive(drafts) if draft.values.get(field.name) is not None]
        if using:
            _check_field(connection, using, rules, field)


def _check_field(connection: sqlite3.Connection, drafts: list[Draft], rules: ObjectRules, field: PracticeField) -> None:
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        target_id = str(draft.values[field.name])
        targets[target_id[:3]].add(target_id)
    living: dict[str, tuple[Value, ...]] = {}
    for prefix, ids in targets.items():
        target = rules.schema.whole.object_of_id(prefix)
        if target is not None:
            living |= rows_by_id(connection, target, _asked_of(target), ids)
    for draft in drafts:
        _judge(draft, rules.object, field, living.get(str(draft.values[field.name])))
    if rules.object.name in field.reference_to:
        _refuse_circles(connection, alive(drafts), rules.object, field)


def _asked_of(target: PracticeObject) -> tuple[str, ...]:
    return ("IsActive",) if target.name == "User" else ()


def _judge(draft: Draft, practice_object: PracticeObject, field: PracticeField, row: tuple[Value, ...] | None) -> None:
    target_id = str(draft.values[field.name])
    if row is None:
        draft.refuse(refusals.NO_SUCH_PARENT(field.name))
    elif row[0]:
        draft.refuse(refusals.DELETED(field.name))
    elif field.name == "OwnerId" and len(row) > 1 and not row[1]:
        owned = practice_object.label.lower()
        draft.refuse(refusals.INACTIVE_OWNER(field.name, user=target_id[:15], object=owned))


def _refuse_circles(
    connection: sqlite3.Connection, drafts: list[Draft], practice_object: PracticeObject, field: PracticeField
) -> None:
    """Refuse a record that would stand above itself; what the other drafts of the call want counts already."""
    wanted = {str(draft.record_id): str(draft.values[field.name]) for draft in drafts if not draft.is_new}
    for draft in drafts:
        above: str | None = None if draft.is_new else wanted[str(draft.record_id)]
        for _ in range(_HIGHEST):
            if above is None or above == draft.record_id:
                break
            above = wanted.get(above) or _parent(connection, practice_object, field, above)
        if above is not None:
            draft.refuse(refusals.OWN_PARENT(field.name))
            wanted.pop(str(draft.record_id), None)


def _parent(
    connection: sqlite3.Connection, practice_object: PracticeObject, field: PracticeField, record_id: str
) -> str | None:
    row = connection.execute(
        f"SELECT {quoted(field.name)} FROM {quoted(practice_object.name)} WHERE Id = ?",  # noqa: S608 - from the schema
        (record_id,),
    ).fetchone()
    return row[0] if row else None
