"""Both doors into one field: the text of a CSV cell, and a JSON value, which is never null."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.practice import limits, refusals
from crmdesk.practice.checks import Check, Value, base64_check, text_check
from crmdesk.practice.schema import FieldType, PracticeField, Schema


@dataclass(frozen=True, slots=True)
class FieldChecks:
    """Both doors into one field."""

    field: PracticeField
    from_text: Check
    from_json: Check


def checks(schema: Schema, field: PracticeField) -> FieldChecks:
    """The checks of a stored field."""
    if field.type is FieldType.BASE64:
        return FieldChecks(field, base64_check(field), base64_check(field))
    from_text = text_check(schema, field)
    return FieldChecks(field, from_text, _from_json(field, from_text))


_JSON_TYPES = {
    FieldType.BOOLEAN: "boolean",
    FieldType.INT: "int",
    FieldType.DOUBLE: "double",
    FieldType.CURRENCY: "double",
    FieldType.PERCENT: "double",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
}


def _from_json(field: PracticeField, from_text: Check) -> Check:
    """A scalar of another JSON type is read from its text, as the Java side of Salesforce does (believed)."""
    kind = _JSON_TYPES.get(field.type)

    def check(raw: object) -> Value:
        if isinstance(raw, str):
            if kind and not raw.strip(limits.BLANKS):
                return None
            text = raw
        elif isinstance(raw, bool):
            text = "true" if raw else "false"
        elif isinstance(raw, int | float):
            text = repr(raw)
        else:
            raise _bad_json(kind or "string", raw)
        try:
            return from_text(text)
        except refusals.Refused as refusal:
            if kind and refusal.code == refusals.WRONG_TYPE.code:
                raise _bad_json(kind, raw) from None
            raise

    return check


def _bad_json(kind: str, raw: object) -> refusals.Refused:
    match raw:
        case bool():
            found = "VALUE_TRUE" if raw else "VALUE_FALSE"
        case str():
            found = "VALUE_STRING"
        case int():
            found = "VALUE_NUMBER_INT"
        case float():
            found = "VALUE_NUMBER_FLOAT"
        case list():
            found = "START_ARRAY"
        case _:
            found = "START_OBJECT"
    return refusals.BAD_JSON_VALUE(type=kind, token=found, value=raw if isinstance(raw, str | int | float) else "")
