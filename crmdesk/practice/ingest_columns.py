"""The header of an upload, understood: which column fills which field of which draft."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdesk.practice import refusals
from crmdesk.practice.checks import Check
from crmdesk.practice.drafts import Action, Draft
from crmdesk.practice.field_checks import FieldChecks
from crmdesk.practice.payload import cleared, is_writable
from crmdesk.practice.refusals import Refused
from crmdesk.practice.rules import Link, ObjectRules, link_named
from crmdesk.practice.schema import FieldType, PracticeField
from crmdesk.practice.upload import BadUpload

NULL = "#N/A"


@dataclass(slots=True)
class IngestColumns:
    """Where in a row what stands.

    plain: place, field name, the check of text, all checks. links: place, link. blocked: place and name of read-only
    fields.
    """

    names: list[str]
    id_place: int | None = None
    key: tuple[int, FieldChecks] | None = None
    plain: list[tuple[int, str, Check, FieldChecks]] = field(default_factory=list)
    links: list[tuple[int, Link]] = field(default_factory=list)
    blocked: list[tuple[int, str]] = field(default_factory=list)

    def draft(self, row: list[str]) -> Draft:
        """An empty cell says nothing; `#N/A` clears (Bulk API 2.0 guide, prepare CSV files)."""
        draft = Draft()
        try:
            if self.id_place is not None:
                draft.record_id = row[self.id_place] or None
            if self.key is not None and row[self.key[0]] not in ("", NULL):
                draft.key = self.key[1].from_text(row[self.key[0]])
            values = draft.values
            for place, name, check, door in self.plain:
                if cell := row[place]:
                    values[name] = check(cell) if cell != NULL else cleared(door)
            if self.links:
                self._link(draft, row)
            if self.blocked:
                self._require_unblocked(row)
        except Refused as refusal:
            draft.refuse(refusal)
        return draft

    def _link(self, draft: Draft, row: list[str]) -> None:
        for place, link in self.links:
            cell = row[place]
            if cell == NULL:
                draft.values[link.field.name] = None
            elif cell:
                draft.links.append((link, link.check.from_text(cell)))

    def _require_unblocked(self, row: list[str]) -> None:
        written = [name for place, name in self.blocked if row[place]]
        if written:
            raise refusals.READ_ONLY_FIELD(*written, names=", ".join(written))


def understand_header(
    names: list[str], rules: ObjectRules, action: Action, key_field: PracticeField | None
) -> IngestColumns:
    """Raises BadUpload for a name that is no field, for one that comes twice, and for more than Id in a deletion."""
    columns = IngestColumns(names)
    lowered = [name.lower() for name in names]
    for place, name in enumerate(names):
        if lowered.index(lowered[place]) != place:
            raise BadUpload(f"InvalidBatch : Field name duplicated : {name}")
        if not _place(columns, place, name, rules, action, key_field):
            raise BadUpload(f"InvalidBatch : Field name not found : {name}")
    if action in (Action.DELETE, Action.HARD_DELETE) and lowered != ["id"]:
        raise BadUpload("InvalidBatch : A delete file may have only the Id column")
    return columns


def _place(
    columns: IngestColumns,
    place: int,
    name: str,
    rules: ObjectRules,
    action: Action,
    key_field: PracticeField | None,
) -> bool:
    field = rules.object.field(name)
    if field is None:
        link = link_named(rules.schema, rules.object, name)
        if link is None:
            return False
        columns.links.append((place, link))
        return True
    door = rules.checks.get(field.name.lower())
    if field.type is FieldType.ID:
        columns.id_place = place
    elif field is key_field and door is not None:
        columns.key = (place, door)
    elif door is None or not is_writable(field, action):
        columns.blocked.append((place, field.name))
    else:
        columns.plain.append((place, field.name, door.from_text, door))
    return True
