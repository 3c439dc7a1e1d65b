"""JSON records of a request made into drafts."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.practice import refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Action, Draft
from crmdesk.practice.field_checks import FieldChecks
from crmdesk.practice.refusals import Refused
from crmdesk.practice.rules import ObjectRules, link_named
from crmdesk.practice.schema import FieldType, PracticeField

_IGNORED = frozenset(("attributes",))


def draft_of(
    record: Mapping[str, object], rules: ObjectRules, action: Action, key_field: PracticeField | None = None
) -> Draft:
    """The draft of one JSON object; a value that no field can take is refused there, not raised.

    Raises Refused for a value of the wrong JSON type: Salesforce fails the whole request then (believed).
    """
    draft = Draft()
    blocked: list[str] = []
    for name, raw in record.items():
        if name.lower() in _IGNORED:
            continue
        if name.lower() == "id":
            _take_id(draft, raw)
            continue
        try:
            _take(draft, name, raw, rules, action, key_field, blocked)
        except Refused as refusal:
            if refusal.code == refusals.BAD_JSON_VALUE.code:
                raise
            if draft.refusal is None:
                draft.refuse(refusal)
    if blocked and draft.refusal is None:
        draft.refuse(refusals.READ_ONLY_FIELD(*blocked, names=", ".join(blocked)))
    return draft


def _take_id(draft: Draft, raw: object) -> None:
    if raw is not None and not isinstance(raw, str):
        draft.refuse(refusals.NOT_AN_ID("Id", value=raw))
    else:
        draft.record_id = raw or None


def _take(
    draft: Draft,
    name: str,
    raw: object,
    rules: ObjectRules,
    action: Action,
    key_field: PracticeField | None,
    blocked: list[str],
) -> None:
    if isinstance(raw, Mapping) and rules.object.relationship(name):
        _take_link(draft, name, raw, rules)
        return
    field = rules.object.field(name)
    if field is None:
        raise refusals.UNKNOWN_FIELD(field=name, object=rules.object.name)
    door = rules.checks.get(field.name.lower())
    if key_field is not None and field is key_field and door is not None:
        draft.key = None if raw is None else door.from_json(raw)
    elif door is None or not is_writable(field, action):
        blocked.append(field.name)
    else:
        draft.values[field.name] = cleared(door) if raw is None else door.from_json(raw)


def is_writable(field: PracticeField, action: Action) -> bool:
    """Does the field take a value; an upsert may make records, so it takes what only a new record has."""
    match action:
        case Action.INSERT:
            return field.createable
        case Action.UPSERT:
            return field.createable or field.updateable
        case _:
            return field.updateable


def cleared(door: FieldChecks) -> Value:
    """What an explicit null stores. Raises Refused for a boolean, which has no empty state (believed)."""
    if door.field.type is FieldType.BOOLEAN:
        raise refusals.WRONG_TYPE(door.field.name, label=door.field.label, value="null")
    return None


def _take_link(draft: Draft, name: str, raw: Mapping[str, object], rules: ObjectRules) -> None:
    keys = [(key, value) for key, value in raw.items() if key.lower() not in _IGNORED]
    if len(keys) != 1:
        raise refusals.UNKNOWN_FIELD(field=name, object=rules.object.name)
    (key, value), *_ = keys
    link = link_named(rules.schema, rules.object, f"{name}.{key}")
    if link is None:
        raise refusals.UNKNOWN_FIELD(field=f"{name}.{key}", object=rules.object.name)
    if value is None:
        draft.values[link.field.name] = None
        return
    draft.links.append((link, link.check.from_json(value)))
