"""What is said of a field: its type and length in a word or two, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from crmdesk.model.figures import number
from crmdesk.model.job import Action, Job
from crmdesk.model.mapping import Conversion, WhenEmpty
from crmdesk.model.schema import Field, FieldType, ObjectSummary, RemoteObject
from crmdesk.viewmodel.job_editor.auto_map import is_writable

_TYPES = {
    FieldType.ID: "Record id",
    FieldType.TEXT: "Text",
    FieldType.EMAIL: "E-mail",
    FieldType.BOOLEAN: "Yes, no",
    FieldType.INTEGER: "Whole number",
    FieldType.DECIMAL: "Number",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Date, time",
    FieldType.TIME: "Time",
    FieldType.PICKLIST: "List",
    FieldType.MULTIPICKLIST: "Several of a list",
    FieldType.REFERENCE: "Reference",
    FieldType.BINARY: "File",
    FieldType.COMPOUND: "Compound",
}


_AUDIT = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById")
"""Salesforce help, "Create fields that are read-only": what the permission named below opens for new records."""


def type_words(field: Field, label_of: Callable[[str], str] = str) -> str:
    """“Text 80”, “List of 6”, “Date, time”; a reference is said by the label of what it points at."""
    words = _TYPES[field.type]
    match field.type:
        case FieldType.TEXT if field.length:
            return f"{words} {number(field.length)}"
        case FieldType.PICKLIST if field.values:
            return f"{words} of {len(field.values)}"
        case FieldType.MULTIPICKLIST if field.values:
            return f"Several of {len(field.values)}"
        case FieldType.DECIMAL if field.precision:
            return f"{words} {field.precision - field.scale}.{field.scale}"
        case FieldType.REFERENCE if field.references:
            return " or ".join(label_of(name) for name in field.references[:2])
        case _:
            return words


def conversion_name(conversion: Conversion) -> str:
    """The fixed name of a conversion, by which people who come from another program look for it."""
    match conversion:
        case Conversion.DEFAULT:
            return "Default"
        case Conversion.DATE_ONLY:
            return "Date only"
        case Conversion.WITHOUT_OFFSET:
            return "Without time offset"
        case Conversion.COPY_PASTE:
            return "Copy/Paste"
        case _:
            assert_never(conversion)


def conversion_word(conversion: Conversion) -> str:
    """The conversion as the screen calls it."""
    match conversion:
        case Conversion.DEFAULT:
            return "Normal"
        case Conversion.DATE_ONLY:
            return "Date only (drops the time)"
        case Conversion.WITHOUT_OFFSET:
            return "Clock time as written (no zone shift)"
        case Conversion.COPY_PASTE:
            return "Exactly as is (no conversion)"
        case _:
            assert_never(conversion)


def when_empty_word(when_empty: WhenEmpty) -> str:
    """What an empty value does, in a sentence for the tool tip."""
    match when_empty:
        case WhenEmpty.LEAVE:
            return "An empty value leaves the field as it is."
        case WhenEmpty.CLEAR:
            return "An empty value empties the field in the CRM."
        case WhenEmpty.REJECT:
            return "A row with an empty value is rejected."
        case _:
            assert_never(when_empty)


def may_be_mapped(field: Field, job: Job) -> bool:
    """Whether a new line of the job may name the field."""
    if field.type in (FieldType.BINARY, FieldType.COMPOUND):
        return False
    if job.operation.is_reading:
        return True
    action = job.export.action if job.export is not None else None
    if field.is_key and (action is not Action.INSERT or field.type is not FieldType.ID):
        return True
    return action not in (Action.DELETE, Action.UNDELETE) and is_writable(field, action)


def why_not_mapped(field: Field, job: Job) -> str:
    """Why no new line of the job may name the field, in a sentence; empty when one may."""
    if may_be_mapped(field, job):
        return ""
    action = job.export.action if job.export is not None else None
    if field.why_not:
        return field.why_not
    if field.type is FieldType.COMPOUND:
        return "Made of other fields: map those."
    if field.type is FieldType.BINARY:
        return "Holds a file, which no line carries."
    if action in (Action.DELETE, Action.UNDELETE):
        return "The key alone finds the record."
    if field.is_calculated:
        return "The CRM works it out."
    if field.name in _AUDIT:
        return "The CRM sets it; “Set Audit Fields upon Record Creation” opens it for new records."
    if field.name == "Id" or field.type is FieldType.ID:
        return "The CRM gives it."
    if field.is_creatable:
        return "Only for new records: choose “Insert”."
    if field.is_updatable:
        return "Only in records that are there: choose “Update”."
    return "You may not write it: the CRM sets it, or your profile lacks the right."


def keys_of(remote: RemoteObject | None, action: Action | None) -> tuple[Field, ...]:
    """The fields by which a record can be found, then those that find it together: none for an insert."""
    if remote is None or action is None or action is Action.INSERT:
        return ()
    several = remote.keys if action in (Action.UPDATE, Action.UPSERT, Action.DELETE) else ()
    return (*(field for field in remote.fields if field.is_key or field.name == remote.id_field), *several)


def key_words(key: Field) -> str:
    """The API name of a key to choose, those of a key of several fields one beside the other."""
    return " + ".join(key.parts) or key.name


def objects_in_order(objects: tuple[ObjectSummary, ...], recent: tuple[str, ...]) -> tuple[ObjectSummary, ...]:
    """The objects, those used of late first and the others by label."""
    places = {name: place for place, name in enumerate(recent)}
    return tuple(
        sorted(objects, key=lambda each: (places.get(each.name, len(places)), each.label.casefold(), each.name))
    )
