"""Saving records: the one path by which a single record, a collection and a Bulk batch enter the org.

A caller hands in up to limits.TRIGGER_CHUNK drafts; they share one stamp and see each other's keys. Nothing is written
before every draft of the chunk has been judged, and a refused draft leaves no trace.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from crmdesk.practice import refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Action, Draft, Outcome, RowHazard, alive
from crmdesk.practice.files import Filing
from crmdesk.practice.identify import identify_by_id, identify_by_key, load_current
from crmdesk.practice.ids import number_of
from crmdesk.practice.judging import Judging
from crmdesk.practice.numbering import Numbering
from crmdesk.practice.references import check_references, resolve_links
from crmdesk.practice.rights import AUDIT_FIELDS
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.save_options import NO_WISHES, SaveOptions
from crmdesk.practice.schema import PracticeField
from crmdesk.practice.schema.opportunity import stage
from crmdesk.practice.standard_logic import Moment, apply_logic
from crmdesk.practice.uniqueness import check_unique
from crmdesk.practice.writing import Row, insert_rows, update_rows

_FOLLOWED = frozenset(("StageName",))


@dataclass(frozen=True, slots=True)
class Current:
    """What the records that are to be changed hold under these names: by id, (IsDeleted, *values)."""

    names: list[str]
    rows: dict[str, tuple[Value, ...]]

    def values(self, drafts: list[Draft], name: str) -> list[Value]:
        """One for each draft; None for a new record."""
        place, none = 1 + self.names.index(name), (None,) * (1 + len(self.names))
        return [self.rows.get(draft.record_id or "", none)[place] for draft in drafts]


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
    options: SaveOptions = NO_WISHES

    def save(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> list[Outcome]:
        """Judge the drafts and write those that pass, in order; one outcome for each, in the same order."""
        self._judge(connection, drafts, stamp)
        return [
            Outcome(None if draft.is_new and draft.refusal else draft.record_id, draft.is_new, draft.refusal)
            for draft in drafts
        ]

    def _judge(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> None:
        named = _named(drafts)
        names = sorted(named & (self.rules.indexed | _FOLLOWED))
        rows = self._identify(connection, alive(drafts), names)
        resolve_links(connection, alive(drafts))
        self._keep_fixed(alive(drafts))
        rows = rows or load_current(connection, drafts, self.rules.object, names, self.missing)
        current = Current(names, rows)
        self._complete(drafts, current)
        check_references(connection, drafts, self.rules, named)
        self._number(connection, drafts)
        Judging(self.rules, self.user_id, self.options, self._defaults(), stamp).judge(connection, drafts)
        check_unique(connection, drafts, self.rules, self.key_field if self.action is Action.UPSERT else None)
        self.hazard(self.rules.object, self.action, drafts)
        filing = Filing(self.rules.schema.whole, self.numbering, self.user_id, stamp)
        apply_logic(connection, drafts, Moment(self.rules, self.options, filing))
        self._insert(connection, [draft for draft in alive(drafts) if draft.is_new], stamp)
        changed = [draft for draft in alive(drafts) if not draft.is_new]
        self._leave_alone(changed, current)
        self._update(connection, changed, stamp)

    def _identify(
        self, connection: sqlite3.Connection, drafts: list[Draft], names: list[str]
    ) -> dict[str, tuple[Value, ...]]:
        """What the records hold under the names, as far as that was seen on the way."""
        match self.action:
            case Action.INSERT:
                for draft in drafts:
                    draft.is_new = True
                    if draft.record_id:
                        draft.refuse(refusals.ID_ON_INSERT("Id"))
            case Action.UPDATE:
                identify_by_id(drafts, self.rules.object)
            case Action.UPSERT if self.key_field is not None:
                return identify_by_key(connection, drafts, self.rules.object, self.key_field, names)
            case _:
                raise ValueError(f"not a way of saving: {self.action}")
        return {}

    def _keep_fixed(self, drafts: list[Draft]) -> None:
        """Refuse an update of what is written only when a record is made."""
        if not self.rules.fixed or self.action is Action.INSERT:
            return
        for draft in drafts:
            names = sorted(draft.values.keys() & self.rules.fixed)
            if names and not draft.is_new:
                draft.refuse(refusals.READ_ONLY_FIELD(*names, names=", ".join(names)))

    def _complete(self, drafts: list[Draft], current: Current) -> None:
        """Fill in what the sender left to the org, and refuse a draft that leaves a required field empty."""
        required, never_empty, defaults = self.rules.required, self.rules.never_empty, self._defaults()
        audited = AUDIT_FIELDS if self.rules.rights.sets_audit_fields else ()
        demanded = frozenset(required)
        for draft in alive(drafts):
            values = draft.values
            empty: list[str] = []
            if not draft.is_new:
                if None in values.values():
                    empty = [name for name in values if values[name] is None and name in never_empty]
            elif None in values.values() or not values.keys() >= demanded:
                for name in (*defaults, *audited):
                    if name in values and values[name] is None:
                        del values[name]  # a null leaves a field to its default
                empty = [name for name in required if values.get(name) is None]
            if empty:
                draft.refuse(refusals.REQUIRED(*empty, names=", ".join(empty)))
            elif "StageName" in values:
                _follow_stage(draft, *current.values([draft], "StageName"))

    def _defaults(self) -> dict[str, Value]:
        return self.rules.defaults | ({"OwnerId": self.user_id} if self.rules.has_owner else {})

    def _number(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        fresh = self.numbering.take(connection, self.rules.object)
        for draft in alive(drafts):
            if draft.is_new:
                draft.record_id = next(fresh)
                for field in self.rules.auto_numbers:
                    draft.values[field.name] = field.number_format.format(number_of(draft.record_id))

    def _insert(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> None:
        if not drafts:
            return
        base = self._defaults()
        base |= {"CreatedDate": stamp, "CreatedById": self.user_id}
        base |= {"LastModifiedDate": stamp, "LastModifiedById": self.user_id, "SystemModstamp": stamp}
        for names, alike in _alike(drafts):
            same = {name: value for name, value in base.items() if name not in names}
            insert_rows(connection, self.rules.object.name, same, names, alike)

    def _leave_alone(self, drafts: list[Draft], current: Current) -> None:
        """Forget the values that are there already, where writing them would move the record in an index."""
        for name in self.rules.indexed.intersection(current.names):
            using = [draft for draft in drafts if name in draft.values]
            before = current.values(using, name)
            if before == [draft.values[name] for draft in using]:
                for draft in using:
                    del draft.values[name]

    def _update(self, connection: sqlite3.Connection, drafts: list[Draft], stamp: str) -> None:
        same = {"LastModifiedDate": stamp, "LastModifiedById": self.user_id, "SystemModstamp": stamp}
        for names, alike in _alike(drafts):
            update_rows(connection, self.rules.object.name, same, names, alike)


def _named(drafts: list[Draft]) -> set[str]:
    """The fields that at least one of the drafts names."""
    named = set[str]().union(*(draft.values for draft in drafts))
    named.update(link.field.name for draft in drafts for link, _ in draft.links)
    return named


def _alike(drafts: list[Draft]) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    """Drafts that follow each other and name the same fields in the same order: these names, and id and values."""
    for names, alike in groupby(drafts, key=lambda draft: tuple(draft.values)):
        yield names, [(draft.record_id, *draft.values.values()) for draft in alike]


def _follow_stage(draft: Draft, before: Value) -> None:
    stage_name = draft.values["StageName"]
    if "Probability" not in draft.values and stage_name != before:
        draft.values["Probability"] = stage(str(stage_name)).probability
