"""The one form in which a value that was sent and the value that is stored can be compared."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import assert_never

from crmdesk.connectors.salesforce.rest import moment
from crmdesk.model.schema import Field, FieldType

_ID_15 = 15
"""An id of 18 characters is one of 15 with a checksum; the 15 alone tell records apart (case counts)."""


def normal(text: str | None, field: Field) -> str:
    """`text` as Salesforce would store it in `field`; "" for nothing. A text that fits no rule stays as it is."""
    value = (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not value:
        return "false" if field.type is FieldType.BOOLEAN else ""
    try:
        return _of_type(value, field)
    except (ValueError, InvalidOperation):
        return value


def _of_type(value: str, field: Field) -> str:
    match field.type:
        case FieldType.ID | FieldType.REFERENCE:
            return value[:_ID_15]
        case FieldType.INTEGER | FieldType.DECIMAL:
            return _number(value, field)
        case FieldType.DATE:
            return date.fromisoformat(value[:10]).isoformat()
        case FieldType.DATETIME:
            return _second(moment(value))
        case FieldType.TIME:
            return value.removesuffix("Z")[:8]
        case FieldType.BOOLEAN:
            return "true" if value.casefold() in ("true", "1", "yes") else "false"
        case FieldType.EMAIL | FieldType.PICKLIST:
            return value.casefold()  # Salesforce may store them in its own spelling of upper and lower case
        case FieldType.MULTIPICKLIST:
            return ";".join(sorted({choice.strip().casefold() for choice in value.split(";")}))
        case FieldType.TEXT | FieldType.BINARY | FieldType.COMPOUND:
            return value
        case _:
            assert_never(field.type)


def _number(value: str, field: Field) -> str:
    number = Decimal(value)
    if not number.is_finite():
        return value
    number = Decimal(repr(float(number)))  # Salesforce keeps 64 bits: of 18 digits it tells others than it took
    if field.precision:
        number = number.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP)
    return f"{number.normalize() + 0:f}"


def _second(when: datetime) -> str:
    """Salesforce stores date-times to the second; one without an offset is in UTC."""
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def normal_key(text: str | None, field: Field) -> str:
    """The same for a key: upper and lower case are one unless the field says otherwise."""
    value = normal(text, field)
    return value if field.is_case_sensitive else value.casefold()
