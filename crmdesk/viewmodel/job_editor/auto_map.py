"""Which column belongs to which field, proposed by their names; with the reason for each pair and for each pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from crmdesk.model.job import Action, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.viewmodel.job_editor.known_names import is_known_pair

_FOLDED = re.compile(r"[\s_\-.·:/()]+")
_RECORD_ID = re.compile(r"(?=.*\d)[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_NOT_A_VALUE = (FieldType.BINARY, FieldType.COMPOUND)


class Likeness(IntEnum):
    """How a column and a field resemble each other, the surest first."""

    SAME_NAME = 0
    NEARLY_SAME_NAME = 1
    SAME_LABEL = 2
    USUAL_NAME = 3


_BECAUSE = {
    Likeness.SAME_NAME: "same API name",
    Likeness.NEARLY_SAME_NAME: "same API name, written differently",
    Likeness.SAME_LABEL: "same label",
    Likeness.USUAL_NAME: "a usual name of this field",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A column and a field that go together `because` of something; one not proposed waits for a person's leave."""

    column: str
    field: Field
    because: str
    is_proposed: bool = True
    likeness: Likeness = Likeness.SAME_NAME

    @property
    def line(self) -> FieldMap:
        """The line of a mapping that the match stands for."""
        return FieldMap(self.field.name, Column(self.column))


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A column that no line would take, and why."""

    column: str
    why: str


@dataclass(frozen=True, slots=True)
class AutoMap:
    """The pairs in the order of the columns, and the columns without one."""

    matches: tuple[Match, ...] = ()
    left: tuple[LeftBehind, ...] = ()

    @property
    def proposed(self) -> tuple[Match, ...]:
        """The pairs to be applied when nobody objects."""
        return tuple(match for match in self.matches if match.is_proposed)

    @property
    def sure(self) -> tuple[Match, ...]:
        """Those of them that may be applied unasked: what the CRM itself calls its fields."""
        return tuple(match for match in self.proposed if match.likeness is not Likeness.USUAL_NAME)


def fold(text: str) -> str:
    """`text` without what people write differently: case, spaces, underscores, hyphens."""
    return _FOLDED.sub("", text).casefold()


def match_columns(
    samples: Mapping[str, Sequence[str]], remote: RemoteObject, operation: Operation, action: Action | None
) -> AutoMap:
    """Pairs of the columns in `samples` (first values of each) and the fields of `remote`.

    Which pairs there are does not depend on the order of the columns.
    """
    paired: dict[str, Match] = {}
    taken: set[str] = set()
    why: dict[str, str] = {}
    for likeness, column, field in _candidates(samples, remote):
        if column in paired:
            continue
        refusal = _refusal(field, operation, action)
        if refusal:
            why.setdefault(column, refusal)
        elif field.name in taken:
            why.setdefault(column, f"{field.label} already has a column that fits better")
        else:
            paired[column] = _match(column, field, likeness, samples[column], action)
            taken.add(field.name)
    return AutoMap(
        tuple(paired[column] for column in samples if column in paired),
        tuple(
            LeftBehind(c, why.get(c, "no field of this name, label or usual name")) for c in samples if c not in paired
        ),
    )


def _candidates(samples: Mapping[str, Sequence[str]], remote: RemoteObject) -> list[tuple[Likeness, str, Field]]:
    """All pairs that resemble each other, the surest first, in an order that only names decide."""
    found = [
        (likeness, column, field)
        for column in samples
        for field in remote.fields
        if (likeness := _likeness(column, field, remote)) is not None
    ]
    return sorted(found, key=lambda pair: (pair[0], pair[1].casefold(), pair[1], pair[2].name))


def _likeness(column: str, field: Field, remote: RemoteObject) -> Likeness | None:
    if column.casefold() == field.name.casefold():
        return Likeness.SAME_NAME
    folded = fold(column)
    if folded and folded in (fold(field.name), fold(field.name.removesuffix("__c"))):
        return Likeness.NEARLY_SAME_NAME
    if folded and folded == fold(field.label):
        return Likeness.SAME_LABEL
    return Likeness.USUAL_NAME if is_known_pair(folded, fold(field.name), remote.name) else None


def _refusal(field: Field, operation: Operation, action: Action | None) -> str:
    """Why the field cannot take part, or nothing."""
    if field.type in _NOT_A_VALUE:
        return f"{field.label} is no single value"
    match operation:
        case Operation.IMPORT | Operation.IMPORT_DELETED:
            return ""
        case Operation.DELETE:
            return "" if field.is_key else f"records are not found by {field.label}"
        case Operation.EXPORT:
            if field.is_key and field.type is FieldType.ID and action is not Action.INSERT:
                return ""
            return "" if is_writable(field, action) else f"you may not write {field.label}"


def is_writable(field: Field, action: Action | None) -> bool:
    """Whether the field may be in a line of a job with that action, other than as its key."""
    match action:
        case Action.INSERT:
            return field.is_creatable
        case Action.UPDATE:
            return field.is_updatable
        case Action.UPSERT:
            return field.is_creatable and field.is_updatable
        case Action.DELETE | Action.UNDELETE | None:
            return True


def _match(column: str, field: Field, likeness: Likeness, values: Sequence[str], action: Action | None) -> Match:
    because = _BECAUSE[likeness]
    is_id = field.type in (FieldType.ID, FieldType.REFERENCE)
    if not is_id or action in (Action.DELETE, Action.UNDELETE, None):
        return Match(column, field, because, likeness=likeness)
    kind = "the record's own id" if field.type is FieldType.ID else f"the id of another record ({field.label})"
    if holds_record_ids(values):
        why = f"{because}, but it holds ids: right only if they come from this very org"
    else:
        why = f"{because}, but the CRM wants {kind} there"
    return Match(column, field, why, is_proposed=False, likeness=likeness)


def holds_record_ids(values: Sequence[str]) -> bool:
    """Whether all values that are there look like record ids of 15 or 18 characters."""
    filled = [value.strip() for value in values if value.strip()]
    return bool(filled) and all(_RECORD_ID.fullmatch(value) for value in filled)
