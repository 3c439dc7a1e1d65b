"""Getting records back out of the recycle bin, with what was deleted together with them."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3

from crmdesk.practice import refusals
from crmdesk.practice.deletes import erase
from crmdesk.practice.drafts import Outcome
from crmdesk.practice.ids import is_id, to18
from crmdesk.practice.lookup import rows_by_id
from crmdesk.practice.refusals import Refused
from crmdesk.practice.schema import PracticeObject, Schema, quoted


def undelete(connection: sqlite3.Connection, schema: Schema, ids: list[str], user_id: str, stamp: str) -> list[Outcome]:
    """Bring records back, one outcome for each; it counts as a change, so their stamps move (SOAP guide, undelete)."""
    return [_undelete(connection, schema, each, user_id, stamp) for each in ids]


def _undelete(connection: sqlite3.Connection, schema: Schema, given: str, user_id: str, stamp: str) -> Outcome:
    try:
        record_id = to18(given)
    except ValueError:
        return Outcome(None, is_created=False, refusal=refusals.NOT_AN_ID("Id", value=given))
    what = schema.object_of_id(record_id)
    row = rows_by_id(connection, what, ["SystemModstamp"], [record_id]).get(record_id) if what else None
    if what is None or row is None:
        return Outcome(record_id, is_created=False, refusal=refusals.NO_SUCH_RECORD())
    if not row[0]:
        return Outcome(record_id, is_created=False, refusal=refusals.NOT_DELETED())
    connection.execute("SAVEPOINT undelete")
    try:
        _bring_back(connection, schema, what, [record_id], str(row[1]), (user_id, stamp))
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO undelete")
        return Outcome(record_id, is_created=False, refusal=_taken())
    finally:
        connection.execute("RELEASE undelete")
    return Outcome(record_id, is_created=False)


def empty_bin(connection: sqlite3.Connection, schema: Schema, ids: list[str]) -> list[Outcome]:
    """Remove deleted records for good; one outcome for each (SOAP guide, emptyRecycleBin)."""
    outcomes = []
    for given in ids:
        what = schema.object_of_id(given)
        known = to18(given) if is_id(given) else given
        row = rows_by_id(connection, what, [], [known]).get(known) if what else None
        if what is None or row is None or not row[0]:
            outcomes.append(Outcome(known, is_created=False, refusal=refusals.NOT_DELETED()))
            continue
        erase(connection, schema, what, [known])
        outcomes.append(Outcome(known, is_created=False))
    return outcomes


def _taken() -> Refused:
    """A unique value has another holder by now."""
    return refusals.DUPLICATE_VALUE(field="<unknown>", id15="<unknown>")


def _bring_back(
    connection: sqlite3.Connection,
    schema: Schema,
    what: PracticeObject,
    ids: list[str],
    deleted: str,
    change: tuple[str, str],
) -> None:
    """deleted: the stamp of the deletion, by which those that went together are known."""
    user_id, stamp = change
    for record_id in ids:
        connection.execute(
            f"UPDATE {quoted(what.name)} SET IsDeleted = 0, LastModifiedDate = ?, LastModifiedById = ?,"
            " SystemModstamp = ? WHERE Id = ?",
            (stamp, user_id, stamp, record_id),
        )
        for relationship in schema.children_of(what):
            if relationship.field.cascade_delete:
                children = connection.execute(
                    f"SELECT Id FROM {quoted(relationship.child.name)} WHERE IsDeleted = 1 AND SystemModstamp = ?"
                    f" AND {quoted(relationship.field.name)} = ?",
                    (deleted, record_id),
                ).fetchall()
                _bring_back(connection, schema, relationship.child, [row[0] for row in children], deleted, change)
