"""Duplicate rules: which records are like one that is about to be saved, and how that is told."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from crmdesk.practice import limits, refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Draft
from crmdesk.practice.lookup import fold_key
from crmdesk.practice.org_rules import DuplicateRule
from crmdesk.practice.refusals import Refused
from crmdesk.practice.save_options import SaveOptions
from crmdesk.practice.schema import PracticeObject, folded, quoted

_MOST = 5


def find_duplicates(
    connection: sqlite3.Connection,
    drafts: list[Draft],
    what: PracticeObject,
    rule: DuplicateRule,
    before: Mapping[str, Mapping[str, Value]],
    options: SaveOptions,
) -> None:
    """Refuse drafts that agree with a living record in all fields of the rule; a blank field agrees with nothing.

    Records of the same call are not compared with each other, as in Salesforce (believed).
    """
    if rule.action == "alert" and options.saves_duplicates:
        return
    for draft in drafts:
        if not draft.is_new and not draft.values.keys() & set(rule.fields):
            continue
        values = {**before.get(str(draft.record_id), {}), **draft.values}
        found = _like(connection, what, rule, values, str(draft.record_id))
        if found:
            draft.refuse(_refusal(what, rule, found))


def _like(
    connection: sqlite3.Connection, what: PracticeObject, rule: DuplicateRule, values: Mapping[str, Value], own_id: str
) -> list[str]:
    conditions, parameters = [], []
    for name in rule.fields:
        field, value = what.field(name), values.get(name)
        if field is None or value is None:
            return []
        conditions.append(f"{folded(field)} = ?")
        parameters.append(fold_key(field, value))
    alike = " AND ".join(conditions)
    rows = connection.execute(
        f"SELECT Id FROM {quoted(what.name)} WHERE IsDeleted = 0 AND Id <> ? AND {alike} LIMIT {_MOST}",
        (own_id, *parameters),
    )
    return [row[0] for row in rows]


def _refusal(what: PracticeObject, rule: DuplicateRule, ids: list[str]) -> Refused:
    refused = refusals.DUPLICATES(message=rule.message)
    url = f"/services/data/v{limits.NEWEST_VERSION}.0/sobjects/{what.name}"
    matches = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {"attributes": {"type": what.name, "url": f"{url}/{each}"}, "Id": each},
        }
        for each in ids
    ]
    refused.duplicate_result = {
        "allowSave": rule.action == "alert",
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": what.name,
        "errorMessage": rule.message,
        "matchResults": [
            {
                "entityType": what.name,
                "errors": [],
                "matchEngine": "ExactMatchEngine",
                "matchRecords": matches,
                "rule": rule.name,
                "size": len(ids),
                "success": True,
            }
        ],
    }
    return refused
