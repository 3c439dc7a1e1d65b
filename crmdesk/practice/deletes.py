"""Deleting records: into the recycle bin, with what belongs to them, unless something holds them back."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from crmdesk.practice import refusals
from crmdesk.practice.delete_log import log_erasure
from crmdesk.practice.drafts import Action, Draft, Outcome, RowHazard, alive
from crmdesk.practice.identify import identify_by_id, load_current
from crmdesk.practice.lookup import rows_by_id
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.schema import ChildRelationship, PracticeObject, Schema, quoted

_NAMED_CHILDREN = 5


@dataclass(frozen=True, slots=True)
class Deleting:
    """Deletions of one object on behalf of one user.

    missing: what a record that is not there is refused with. rules: which records the user may not delete.
    is_hard: past the recycle bin, for good.
    """

    schema: Schema
    practice_object: PracticeObject
    user_id: str
    hazard: RowHazard
    missing: refusals.Refusal = refusals.NO_SUCH_RECORD
    rules: ObjectRules | None = None
    is_hard: bool = False

    def delete(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> list[Outcome]:
        """Judge the drafts, delete those that pass; one outcome for each, in the same order."""
        identify_by_id(alive(drafts), self.practice_object)
        load_current(connection, drafts, self.practice_object, [], self.missing)
        self._keep_others(connection, alive(drafts))
        self.hazard(self.practice_object, Action.DELETE, drafts)
        self._hold_back(connection, alive(drafts))
        ids = [str(draft.record_id) for draft in alive(drafts)]
        self._mark(connection, self.practice_object, ids, stamp)
        if self.is_hard:
            erase(connection, self.schema, self.practice_object, ids)
        return [Outcome(draft.record_id, is_created=False, refusal=draft.refusal) for draft in drafts]

    def _keep_others(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        """Refuse records under approval, and those of other owners where the user may touch his own alone."""
        rules = self.rules
        if rules is None or not drafts:
            return
        for draft in drafts:
            if draft.record_id in rules.book.locked:
                draft.refuse(refusals.RECORD_LOCKED())
        if rules.object.name not in rules.rights.own_only:
            return
        owners = rows_by_id(connection, rules.whole, ["OwnerId"], [str(draft.record_id) for draft in drafts])
        for draft in alive(drafts):
            if owners[str(draft.record_id)][1] != self.user_id:
                draft.refuse(refusals.NO_ACCESS())

    def _hold_back(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        for relationship in self.schema.children_of(self.practice_object):
            if not relationship.field.restricted_delete or not drafts:
                continue
            children = _children(connection, relationship, [str(draft.record_id) for draft in drafts])
            for draft in alive(drafts):
                names = [name for parent, name in children if parent == draft.record_id]
                if names:
                    draft.refuse(self._held_by(connection, draft, relationship, names))

    def _held_by(
        self, connection: sqlite3.Connection, draft: Draft, relationship: ChildRelationship, names: list[str]
    ) -> refusals.Refused:
        return refusals.DELETE_FAILED(
            name=_name(connection, self.practice_object, str(draft.record_id)),
            children=relationship.child.label_plural.lower(),
            names=", ".join(names[:_NAMED_CHILDREN]),
        )

    def _mark(self, connection: sqlite3.Connection, what: PracticeObject, ids: list[str], stamp: str) -> None:
        if not ids:
            return
        array = msgspec.json.encode(ids).decode()
        connection.execute(
            f"UPDATE {quoted(what.name)} SET IsDeleted = 1, LastModifiedDate = ?, LastModifiedById = ?,"
            " SystemModstamp = ? WHERE Id IN (SELECT value FROM json_each(?))",
            (stamp, self.user_id, stamp, array),
        )
        for relationship in self.schema.children_of(what):
            if relationship.field.cascade_delete:
                children = connection.execute(
                    f"SELECT Id FROM {quoted(relationship.child.name)} WHERE IsDeleted = 0"
                    f" AND {quoted(relationship.field.name)} IN (SELECT value FROM json_each(?))",
                    (array,),
                )
                self._mark(connection, relationship.child, [row[0] for row in children], stamp)


def erase(connection: sqlite3.Connection, schema: Schema, what: PracticeObject, ids: list[str]) -> None:
    """Remove deleted records, and what was deleted with them, for good."""
    if not ids:
        return
    array = msgspec.json.encode(ids).decode()
    for relationship in schema.children_of(what):
        column = quoted(relationship.field.name)
        place = f"{quoted(relationship.child.name)} WHERE {column} IN (SELECT value FROM json_each(?))"
        if relationship.field.cascade_delete:
            children = connection.execute(f"SELECT Id FROM {place} AND IsDeleted = 1", (array,))
            erase(connection, schema, relationship.child, [row[0] for row in children])
        elif relationship.field.nillable and relationship.field.has_column:
            table = quoted(relationship.child.name)
            connection.execute(
                f"UPDATE {table} SET {column} = NULL WHERE {column} IN (SELECT value FROM json_each(?))", (array,)
            )
    log_erasure(connection, what, array)
    connection.execute(
        f"DELETE FROM {quoted(what.name)} WHERE IsDeleted = 1 AND Id IN (SELECT value FROM json_each(?))", (array,)
    )


def _children(
    connection: sqlite3.Connection, relationship: ChildRelationship, parents: list[str]
) -> list[tuple[str, str]]:
    """(parent id, name of a child) of the living children."""
    parent = quoted(relationship.field.name)
    return connection.execute(
        f"SELECT {parent}, {_named_by(relationship.child)} FROM {quoted(relationship.child.name)}"
        f" WHERE IsDeleted = 0 AND {parent} IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(parents).decode(),),
    ).fetchall()


def _name(connection: sqlite3.Connection, practice_object: PracticeObject, record_id: str) -> str:
    row = connection.execute(
        f"SELECT {_named_by(practice_object)} FROM {quoted(practice_object.name)} WHERE Id = ?", (record_id,)
    ).fetchone()
    return str(row[0])


def _named_by(practice_object: PracticeObject) -> str:
    field = practice_object.name_field
    return quoted(field.name if field and field.has_column else "Id")
