"""Deleting records: into the recycle bin, with what belongs to them, unless something holds them back."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from crmdesk.practice import refusals
from crmdesk.practice.drafts import Action, Draft, Outcome, RowHazard, alive
from crmdesk.practice.identify import identify_by_id, load_current
from crmdesk.practice.schema import ChildRelationship, PracticeObject, Schema, quoted

_NAMED_CHILDREN = 5


@dataclass(frozen=True, slots=True)
class Deleting:
    """Deletions of one object on behalf of one user. missing: what a record that is not there is refused with."""

    schema: Schema
    practice_object: PracticeObject
    user_id: str
    hazard: RowHazard
    missing: refusals.Refusal = refusals.NO_SUCH_RECORD

    def delete(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> list[Outcome]:
        """Judge the drafts, delete those that pass; one outcome for each, in the same order."""
        identify_by_id(alive(drafts), self.practice_object)
        load_current(connection, drafts, self.practice_object, [], self.missing)
        self.hazard(self.practice_object, Action.DELETE, drafts)
        self._hold_back(connection, alive(drafts))
        self._mark(connection, self.practice_object, [str(draft.record_id) for draft in alive(drafts)], stamp)
        return [Outcome(draft.record_id, is_created=False, refusal=draft.refusal) for draft in drafts]

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
