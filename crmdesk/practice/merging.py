"""Merging records: the others go into the recycle bin and say which one took their place (SOAP guide, merge)."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3

from crmdesk.practice.deletes import Deleting
from crmdesk.practice.drafts import Draft, Outcome
from crmdesk.practice.schema import quoted

MASTER = "MasterRecordId"


def merge(
    connection: sqlite3.Connection, deleting: Deleting, master: str, others: list[str], stamp: str
) -> list[Outcome]:
    """Give the children of the others to the master, and delete the others; one outcome for each."""
    what = deleting.practice_object
    for relationship in deleting.schema.children_of(what):
        if relationship.field.name == MASTER or not relationship.field.has_column:
            continue
        table, column = quoted(relationship.child.name), quoted(relationship.field.name)
        for other in others:
            connection.execute(
                f"UPDATE {table} SET {column} = ?, SystemModstamp = ? WHERE {column} = ? AND IsDeleted = 0",
                (master, stamp, other),
            )
    outcomes = deleting.delete(connection, [Draft(record_id=other) for other in others], stamp)
    for outcome in outcomes:
        if outcome.refusal is None:
            statement = f"UPDATE {quoted(what.name)} SET {quoted(MASTER)} = ? WHERE Id = ?"
            connection.execute(statement, (master, outcome.record_id))
    return outcomes
