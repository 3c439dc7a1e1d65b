"""Records about to be saved, judged by what the org's administrator has decided: lists, record types, rules, rights.

Each check costs nothing where the object has no rule of its kind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from crmdesk.practice import refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.describe import MASTER_RECORD_TYPE
from crmdesk.practice.drafts import Draft, alive
from crmdesk.practice.duplicates import find_duplicates
from crmdesk.practice.formulas import Subject
from crmdesk.practice.lookup import rows_by_id
from crmdesk.practice.org_facts import RECORD_TYPES, SWITCHED_ON, record_type_id
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.save_options import SaveOptions
from crmdesk.practice.schema import PracticeField
from crmdesk.practice.schema.builders import is_valid_for

_SWITCHED_ON = {record_type_id(what, name): SWITCHED_ON.get((what, name), {}) for what, name, _ in RECORD_TYPES}
_LIMITED = {what: frozenset(("RecordTypeId", *lists)) for (what, _), lists in SWITCHED_ON.items()}
"""By object, what decides whether a value is switched on for a record's type."""


@dataclass(frozen=True, slots=True)
class Judging:
    """The judgement over the drafts of one chunk. defaults: what a new record holds where its maker said nothing."""

    rules: ObjectRules
    user_id: str
    options: SaveOptions
    defaults: dict[str, Value]
    stamp: str

    def judge(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        """Refuse the drafts that may not be saved. New drafts must have their ids."""
        book, asked = self.rules.book, self._asked(drafts)
        before = self._before(connection, drafts, asked)
        self._owners(alive(drafts))
        self._masters(connection, alive(drafts))
        self._record_types(connection, [draft for draft in alive(drafts) if draft.values.get("RecordTypeId")])
        for draft in alive(drafts) if asked or book.locked else ():
            values = self.defaults if draft.is_new else before.get(str(draft.record_id), {})
            refusal = self._refusal(draft, values | draft.values, {} if draft.is_new else values)
            if refusal is not None:
                draft.refuse(refusal)
        for each in book.filters:
            self._filter(connection, alive(drafts), each.lookup, each.field, each.value, each.message)
        for rule in book.duplicate:
            find_duplicates(connection, alive(drafts), self.rules.whole, rule, before, self.options)

    def _asked(self, drafts: list[Draft]) -> frozenset[str]:
        """What must be known of a record; nothing, where no check looks at more than one field."""
        names = set(self.rules.book.fields)
        for each in self.rules.dependent:
            names |= {each.name, str(each.controller)}
        limited = _LIMITED.get(self.rules.object.name, frozenset())
        if limited and any(draft.values.keys() & limited for draft in alive(drafts)):
            names.add("RecordTypeId")
        if self.rules.rights.own_only and self.rules.has_owner:
            names.add("OwnerId")
        return frozenset(names)

    def _before(
        self, connection: sqlite3.Connection, drafts: list[Draft], asked: frozenset[str]
    ) -> dict[str, dict[str, Value]]:
        changing = [str(draft.record_id) for draft in alive(drafts) if not draft.is_new]
        if not asked or not changing:
            return {}
        names = sorted(asked)
        rows = rows_by_id(connection, self.rules.whole, names, changing)
        return {record_id: dict(zip(names, row[1:], strict=True)) for record_id, row in rows.items()}

    def _refusal(self, draft: Draft, values: dict[str, Value], before: dict[str, Value]) -> refusals.Refused | None:
        rules = self.rules
        if draft.record_id in rules.book.locked:
            return refusals.RECORD_LOCKED()
        if before and rules.object.name in rules.rights.own_only and before.get("OwnerId") != self.user_id:
            return refusals.NO_ACCESS()
        refusal = self._switched_off(draft, values) or self._dependent(draft, values)
        if refusal is not None:
            return refusal
        subject = Subject(values, before, draft.is_new, self.stamp)
        for rule, formula in rules.book.validation:
            if formula.holds(subject):
                return refusals.RULE(*filter(None, [rule.field]), message=rule.message)
        return None

    def _owners(self, drafts: list[Draft]) -> None:
        """Refuse to give a record to somebody who may not see it."""
        given = {str(owner) for draft in drafts if (owner := draft.values.get("OwnerId")) is not None}
        what = self.rules.object
        blind = {owner for owner in given if "r" not in self.rules.rights_of(owner).of(what.name)}
        for draft in drafts if blind else ():
            if draft.values.get("OwnerId") in blind:
                draft.refuse(refusals.OWNER_CANNOT_READ("OwnerId", object=what.label))

    def _masters(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        """Refuse details of a master that the user may not change."""
        rights = self.rules.rights
        for field in self.rules.masters if rights.own_only else ():
            target = self.rules.schema.whole.object(field.reference_to[0])
            using = [draft for draft in drafts if draft.values.get(field.name) is not None]
            if target is None or target.name not in rights.own_only or not using:
                continue
            owners = rows_by_id(connection, target, ["OwnerId"], {str(draft.values[field.name]) for draft in using})
            for draft in using:
                master = str(draft.values[field.name])
                if owners[master][1] != self.user_id:
                    draft.refuse(refusals.NO_ACCESS_TO_PARENT(field.name, id15=master[:15]))

    def _record_types(self, connection: sqlite3.Connection, drafts: list[Draft]) -> None:
        """Refuse a record type of another object, or one that the profile may not choose; the master type is none."""
        if not drafts:
            return
        known = {record_id for record_id, _, _ in record_types_of(connection, self.rules.object.name)}
        for draft in drafts:
            record_type = str(draft.values["RecordTypeId"])
            if record_type == MASTER_RECORD_TYPE:
                draft.values["RecordTypeId"] = None
            elif record_type not in known or record_type in self.rules.rights.denied_record_types:
                draft.refuse(refusals.BAD_RECORD_TYPE("RecordTypeId", record_id=record_type[:15]))

    def _switched_off(self, draft: Draft, values: dict[str, Value]) -> refusals.Refused | None:
        """A value that the list has, but not for the record's type."""
        for name, entries in _SWITCHED_ON.get(str(values.get("RecordTypeId")), {}).items():
            value = draft.values.get(name)
            if value is not None and value not in entries:
                return self._not_in_list(name, value)
        return None

    def _dependent(self, draft: Draft, values: dict[str, Value]) -> refusals.Refused | None:
        for field in self.rules.dependent:
            value = values.get(field.name)
            if value is None or not draft.values.keys() & {field.name, field.controller}:
                continue
            if not self._is_allowed(field, value, values.get(str(field.controller))):
                return self._not_in_list(field.name, value)
        return None

    def _is_allowed(self, field: PracticeField, value: Value, controlling: Value) -> bool:
        controller = self.rules.whole.field(str(field.controller))
        places = [entry.value for entry in controller.values] if controller else []
        entry = next((each for each in field.values if each.value == value), None)
        return entry is None or (controlling in places and is_valid_for(entry, places.index(str(controlling))))

    def _not_in_list(self, name: str, value: Value) -> refusals.Refused:
        field = self.rules.whole.field(name)
        return refusals.NOT_IN_LIST(name, label=field.label if field else name, value=value)

    def _filter(
        self,
        connection: sqlite3.Connection,
        drafts: Iterable[Draft],
        lookup: str,
        field: str,
        value: object,
        message: str,
    ) -> None:
        using = [draft for draft in drafts if draft.values.get(lookup) is not None]
        through = self.rules.whole.field(lookup)
        target = self.rules.schema.whole.object(through.reference_to[0]) if through and using else None
        if target is None:
            return
        found = rows_by_id(connection, target, [field], {str(draft.values[lookup]) for draft in using})
        for draft in using:
            if found[str(draft.values[lookup])][1] != value:
                draft.refuse(refusals.FILTER(lookup, message=message))


def record_types_of(connection: sqlite3.Connection, name: str) -> list[tuple[str, str, str]]:
    """Id, label and developer name of the active record types of an object."""
    return connection.execute(
        "SELECT Id, Name, DeveloperName FROM RecordType WHERE SobjectType = ? AND IsActive = 1 AND IsDeleted = 0"
        " ORDER BY Id",
        (name,),
    ).fetchall()
