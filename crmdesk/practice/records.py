"""Saving records: the one path by which a single record, a collection and a Bulk batch enter the org.

A caller hands in up to limits.TRIGGER_CHUNK drafts; they share one stamp and see each other's keys. Nothing is written
before every draft of the chunk has been judged, and a refused draft leaves no trace.
"""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from crmdesk.practice import refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Action, Draft, Outcome, RowHazard, alive
from crmdesk.practice.identify import identify_by_id, identify_by_key, load_current
from crmdesk.practice.numbering import Numbering
from crmdesk.practice.references import check_references, resolve_links
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.schema import PracticeField, quoted
from crmdesk.practice.schema.opportunity import stage
from crmdesk.practice.uniqueness import check_unique


@dataclass(frozen=True, slots=True)
class Saving:
    """Inserts, updates and upserts of one object on behalf of one user.

    key_field: the field that an upsert goes by. missing: what a record that is not there is refused with.
    """

    rules: ObjectRules
    action: Action
    user_id: str
    numbering: Numbering
    hazard: RowHazard
    key_field: PracticeField | None = None
    missing: refusals.Refusal = refusals.NO_SUCH_RECORD

    def save(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> list[Outcome]:
        """Judge the drafts and write those that pass, in order; one outcome for each, in the same order."""
        self._judge(connection, drafts, stamp)
        return [
            Outcome(None if draft.is_new and draft.refusal else draft.record_id, draft.is_new, draft.refusal)
            for draft in drafts
        ]

    def _judge(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> None:
        self._identify(connection, alive(drafts))
        resolve_links(connection, alive(drafts))
        columns = _columns(drafts)
        current = load_current(connection, drafts, self.rules.object, columns, self.missing)
        self._complete(drafts, current)
        check_references(connection, drafts, self.rules)
        self._number(connection, drafts)
        check_unique(connection, drafts, self.rules, self.key_field if self.action is Action.UPSERT else None)
        self.hazard(self.rules.object, self.action, drafts)
        self._insert(connection, [draft for draft in alive(drafts) if draft.is_new], stamp)
        self._update(connection, [draft for draft in alive(drafts) if not draft.is_new], columns, current, stamp)

    def _identify(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        match self.action:
            case Action.INSERT:
                for draft in drafts:
                    draft.is_new = True
                    if draft.record_id:
                        draft.refuse(refusals.ID_ON_INSERT("Id"))
            case Action.UPDATE:
                identify_by_id(drafts, self.rules.object)
            case Action.UPSERT if self.key_field is not None:
                identify_by_key(connection, drafts, self.rules.object, self.key_field)
            case _:
                raise ValueError(f"not a way of saving: {self.action}")

    def _complete(self, drafts: list[Draft], current: dict[str, dict[str, object]]) -> None:
        """Fill in what the sender left to the org, and refuse a draft that leaves a required field empty."""
        required, never_empty, defaults = self.rules.required, self.rules.never_empty, self._defaults()
        for draft in alive(drafts):
            values = draft.values
            if draft.is_new:
                for name in defaults:
                    if name in values and values[name] is None:
                        del values[name]  # a null leaves a field to its default
                empty = [name for name in required if values.get(name) is None]
            else:
                empty = [name for name, value in values.items() if value is None and name in never_empty]
            if empty:
                draft.refuse(refusals.REQUIRED(*empty, names=", ".join(empty)))
            elif "StageName" in values:
                _follow_stage(draft, current.get(draft.record_id or "", {}))

    def _defaults(self) -> dict[str, Value]:
        return self.rules.defaults | ({"OwnerId": self.user_id} if self.rules.has_owner else {})

    def _number(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        fresh = self.numbering.take(connection, self.rules.object)
        for draft in alive(drafts):
            if draft.is_new:
                draft.record_id = next(fresh)

    def _insert(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> None:
        if not drafts:
            return
        base = self._defaults()
        names = sorted(base.keys() | {name for draft in drafts for name in draft.values})
        system = ("Id", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
        columns = ", ".join(quoted(name) for name in (*system, *names))
        stamps = (stamp, self.user_id, stamp, self.user_id, stamp)
        connection.executemany(
            f"INSERT INTO {quoted(self.rules.object.name)} ({columns}) VALUES ({_places(len(system) + len(names))})",
            [(draft.record_id, *stamps, *map((base | draft.values).get, names)) for draft in drafts],
        )

    def _update(
        self,
        connection: sqlite3.Connection,
        drafts: list[Draft],
        columns: list[str],
        current: dict[str, dict[str, object]],
        stamp: str,
    ) -> None:
        """Write every column of the chunk for every draft, the old value where a draft does not name it."""
        if not drafts:
            return
        assignments = "".join(f"{quoted(name)} = ?, " for name in columns)
        connection.executemany(
            f"UPDATE {quoted(self.rules.object.name)} SET {assignments}"
            "LastModifiedDate = ?, LastModifiedById = ?, SystemModstamp = ? WHERE Id = ?",
            [
                (
                    *(current[str(draft.record_id)] | draft.values).values(),
                    stamp,
                    self.user_id,
                    stamp,
                    draft.record_id,
                )
                for draft in drafts
            ],
        )


def _columns(drafts: list[Draft]) -> list[str]:
    """The columns that the chunk touches, Probability among them where the stage may set it."""
    names = {name for draft in drafts if draft.refusal is None for name in draft.values}
    return sorted(names | {"Probability"} if "StageName" in names else names)


def _follow_stage(draft: Draft, current: dict[str, object]) -> None:
    stage_name = draft.values["StageName"]
    if "Probability" not in draft.values and stage_name != current.get("StageName"):
        draft.values["Probability"] = stage(str(stage_name)).probability


def _places(count: int) -> str:
    return ", ".join("?" * count)
