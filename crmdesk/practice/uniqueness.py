"""Unique fields: no two living records hold the same value, whatever its case."""

from __future__ import annotations

import sqlite3

from crmdesk.practice import refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Draft, alive
from crmdesk.practice.lookup import are_taken, fold_keys, ids_by_key
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.schema import PracticeField


def check_unique(
    connection: sqlite3.Connection, drafts: list[Draft], rules: ObjectRules, key_field: PracticeField | None
) -> None:
    """Refuse the value of a unique field that another record holds, or an earlier draft of the same call takes.

    The upsert's own key has been looked up before and is left out. New drafts must have their ids.
    """
    for field in rules.unique:
        if field is not key_field:
            _check_field(connection, [d for d in alive(drafts) if d.values.get(field.name) is not None], rules, field)


def _check_field(connection: sqlite3.Connection, drafts: list[Draft], rules: ObjectRules, field: PracticeField) -> None:
    if not drafts:
        return
    keys = fold_keys(field, [draft.values[field.name] for draft in drafts])
    held = ids_by_key(connection, rules.object, field, keys) if are_taken(connection, rules.object, field, keys) else {}
    taken: dict[Value, str] = {key: ids[0] for key, ids in held.items()}
    for draft, key in zip(drafts, keys, strict=True):
        holder = taken.setdefault(key, str(draft.record_id))
        if holder != draft.record_id:
            draft.refuse(refusals.DUPLICATE_VALUE(field=field.name, id15=holder[:15]))
