"""Values as they come in: each is checked as its column wants it, and kept in one form.

Microsoft Learn, "Behavior and format of the date and time column", "Multi-select picklist attributes".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import DATE_ONLY, NUMBERS, TIME_ZONE_INDEPENDENT, Column, Kind, Table
from crmdesk.practice.dataverse.keys import guid

_MOST_CHOICES = 150
_INT32 = 2**31
_FIRST_YEAR = 1753


def stored(table: Table, column: Column, value: Any) -> Any:  # noqa: ANN401 - a decoded JSON value
    """The value as it is kept. Raises Refused."""
    if value is None:
        return None
    if column.kind in NUMBERS:
        return _number(column, value)
    match column.kind:
        case Kind.STRING | Kind.MEMO:
            return _text(table, column, value)
        case Kind.BOOLEAN:
            return _typed(value, bool, column, "Edm.Boolean")
        case Kind.DATETIME:
            return _moment(column, _typed(value, str, column, "Edm.DateTimeOffset"))
        case Kind.PICKLIST | Kind.STATE | Kind.STATUS:
            return _choice(table, column, _whole(value))
        case Kind.MULTISELECT:
            return _choices(table, column, value)
        case Kind.ID:
            return _id(value)
        case _:
            raise refusals.undeclared(column.name)


def _typed(value: Any, kind: type, column: Column, edm: str) -> Any:  # noqa: ANN401 - as above
    if not isinstance(value, kind):
        raise refusals.bad_payload(
            f"Cannot convert the literal '{value}' to the expected type '{edm}'. ({column.name})"
        )
    return value


def _text(table: Table, column: Column, value: Any) -> str | None:  # noqa: ANN401 - as above
    text = str(_typed(value, str, column, "Edm.String"))
    if column.length and len(text) > column.length:
        raise refusals.too_long(column.name, table.name, column.length)
    return text


def _whole(value: Any) -> int:  # noqa: ANN401 - as above
    if isinstance(value, bool) or not isinstance(value, int) or not -_INT32 <= value < _INT32:
        raise refusals.bad_payload(f"Cannot convert the literal '{value}' to the expected type 'Edm.Int32'.")
    return value


def _number(column: Column, value: Any) -> int | Decimal:  # noqa: ANN401 - as above
    if column.kind is Kind.INTEGER:
        number: int | Decimal = _whole(value)
    elif isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refusals.bad_payload(f"Cannot convert the literal '{value}' to the expected type 'Edm.Decimal'.")
    else:
        number = Decimal(value)
    if (column.least is not None and number < column.least) or (column.most is not None and number > column.most):
        raise refusals.out_of_range(column.name, is_money=column.kind is Kind.MONEY)
    if isinstance(number, int):
        return number
    places = 4 if column.kind is Kind.MONEY else column.precision
    shown = number.quantize(Decimal(1).scaleb(-column.precision), ROUND_HALF_UP) if column.precision else number
    return shown.quantize(Decimal(1).scaleb(-places)) if column.kind is not Kind.DOUBLE else shown.normalize()


def _moment(column: Column, text: str) -> str:
    if column.behavior == DATE_ONLY:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise refusals.bad_payload(f"Cannot convert the literal '{text}' to the expected type 'Edm.Date'.")
        return _dated(f"{text}T00:00:00", "Edm.Date").date().isoformat()
    found = _dated(text, "Edm.DateTimeOffset")
    if column.behavior == TIME_ZONE_INDEPENDENT:
        return found.replace(tzinfo=None, microsecond=0).isoformat() + "Z"
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _dated(text: str, edm: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise refusals.bad_payload(f"Cannot convert the literal '{text}' to the expected type '{edm}'.") from None
    if found.year < _FIRST_YEAR:
        raise refusals.bad_payload(f"The date '{text}' is less than the minimum value supported.")
    return found


def _choice(table: Table, column: Column, value: int) -> int:
    if value not in {option.value for option in column.options}:
        raise refusals.not_a_choice(value, column.name, table.name)
    return value


def _choices(table: Table, column: Column, value: Any) -> str:  # noqa: ANN401 - as above
    text = str(_typed(value, str, column, "Edm.String"))
    parts = [part.strip() for part in text.split(",")]
    known = {str(option.value) for option in column.options}
    if len(parts) > _MOST_CHOICES or any(part not in known for part in parts):
        raise refusals.not_a_choice(text, column.name, table.name)
    return ",".join(sorted(set(parts), key=int))


def _id(value: Any) -> str:  # noqa: ANN401 - as above
    found = guid(str(value)) if isinstance(value, str) else None
    if found is None:
        raise refusals.bad_payload(f"Cannot convert the literal '{value}' to the expected type 'Edm.Guid'.")
    return found
