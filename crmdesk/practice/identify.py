"""Which record each draft means: by its id, by the key of an upsert, or none yet."""

from __future__ import annotations

import sqlite3
from collections import Counter

from crmdesk.practice import refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Draft, alive
from crmdesk.practice.ids import to18
from crmdesk.practice.lookup import fold_keys, rows_by_id, rows_by_key
from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject


def identify_by_id(drafts: list[Draft], practice_object: PracticeObject, *, missing_inserts: bool = False) -> None:
    """Bring every id to its long form, and refuse those that mean no one record.

    A missing id is refused, or makes a new record; a malformed one is refused, and one that stands in the call twice.
    """
    for draft in drafts:
        if draft.record_id:
            _normalise(draft, practice_object)
        elif missing_inserts:
            draft.is_new = True
        else:
            draft.refuse(refusals.NO_ID("Id"))
    named = [draft for draft in alive(drafts) if not draft.is_new]
    counted = Counter(draft.record_id for draft in named)
    for draft in named:
        if counted[draft.record_id] > 1:
            draft.refuse(refusals.DUPLICATE_ID_IN_CALL("Id", record_id=draft.record_id))


def _normalise(draft: Draft, practice_object: PracticeObject) -> None:
    given = str(draft.record_id)
    try:
        draft.record_id = to18(given)
    except ValueError:
        draft.refuse(refusals.MALFORMED_ID("Id", label=f"{practice_object.label} ID", value=given))
        return
    if draft.record_id[:3] != practice_object.key_prefix:
        draft.refuse(refusals.MALFORMED_ID("Id", label=f"{practice_object.label} ID", value=given))


def identify_by_key(
    connection: sqlite3.Connection,
    drafts: list[Draft],
    practice_object: PracticeObject,
    key_field: PracticeField,
    columns: list[str],
) -> dict[str, tuple[Value, ...]]:
    """Find the record of every key, and what it holds in the columns; a key that nobody holds makes a new record.

    An empty key is refused, one that stands in the call twice, and one that several records hold. The answer is that of
    `load_current`, or empty for an upsert by id.
    """
    if key_field.type is FieldType.ID:
        identify_by_id(drafts, practice_object, missing_inserts=True)
        return {}
    for draft in drafts:
        if draft.key is None:
            draft.refuse(refusals.EMPTY_KEY(key_field.name, field=key_field.name))
    keyed = alive(drafts)
    keys = fold_keys(key_field, [draft.key for draft in keyed])
    counted = Counter(keys)
    rows = rows_by_key(connection, practice_object, key_field, counted, columns)
    found: dict[Value, list[str]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(str(row[1]))
    for draft, key in zip(keyed, keys, strict=True):
        ids = found.get(key)
        if counted[key] > 1:
            draft.refuse(refusals.DUPLICATE_KEY_IN_CALL(key_field.name, value=draft.key))
        elif not ids:
            draft.is_new = True
            draft.values[key_field.name] = draft.key
        elif len(ids) > 1:
            draft.refuse(refusals.SEVERAL_FOR_KEY(key_field.name, ids=", ".join(sorted(each[:15] for each in ids))))
        else:
            draft.record_id = ids[0]
    return {str(row[1]): row[2:] for row in rows}


def load_current(
    connection: sqlite3.Connection,
    drafts: list[Draft],
    practice_object: PracticeObject,
    columns: list[str],
    missing: refusals.Refusal,
) -> dict[str, tuple[Value, ...]]:
    """(IsDeleted, *columns) of the records to be changed; refuse those that are not there or are deleted."""
    changing = [draft for draft in drafts if draft.refusal is None and not draft.is_new]
    if not changing:
        return {}
    found = rows_by_id(connection, practice_object, columns, [str(draft.record_id) for draft in changing])
    for draft in changing:
        row = found.get(str(draft.record_id))
        if row is None:
            draft.refuse(missing())
        elif row[0]:
            draft.refuse(refusals.DELETED())
    return found
