"""Rows of a query as Salesforce tells them: JSON records of REST, and values of Bulk CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.compiled import (
    AddressEntry,
    AggregateQuery,
    ChildrenEntry,
    Entry,
    ParentEntry,
    RecordQuery,
    ValueEntry,
)

Row = Sequence[object]
Json = dict[str, object]
Render = Callable[[object], object]

_LEAST_PLAIN, _FIRST_SCIENTIFIC = 1e-3, 1e7
_DOUBLES = (FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT)


def json_value(kind: FieldType, value: object) -> object:
    """A stored value as in REST: `1000.0` for every kind of double, `2026-01-31T10:00:00.000+0000` for a moment."""
    render = json_render(kind)
    return value if value is None or render is None else render(value)


def json_render(kind: FieldType) -> Render | None:
    """How a value that is not null is told in JSON; None where it is told as it is stored."""
    if kind is FieldType.BOOLEAN:
        return bool
    if kind in _DOUBLES:
        return _as_float
    if kind is FieldType.DATETIME:
        return _moment
    return None


def _as_float(value: object) -> object:
    return float(value) if isinstance(value, int | float) else value


def _moment(value: object) -> str:
    return str(value).removesuffix("Z") + "+0000"


def csv_value(kind: FieldType, value: object) -> str:
    """A stored value as in Bulk CSV: null is empty, a moment ends in `.000Z`, doubles look as Java prints them."""
    if value is None:
        return ""
    render = csv_render(kind)
    return str(value) if render is None else str(render(value))


def csv_render(kind: FieldType) -> Render | None:
    """How a value that is not null is printed in CSV; None where the stored text is what is printed."""
    if kind is FieldType.BOOLEAN:
        return _boolean
    if kind in _DOUBLES:
        return _double
    if kind is FieldType.INT:
        return str
    return None


def _boolean(value: object) -> str:
    return "true" if value else "false"


def _double(value: object) -> str:
    return java_double(float(value)) if isinstance(value, int | float) else str(value)


def java_double(value: float) -> str:
    """A double as Java's `Double.toString` prints it: `1000.0`, but `6.0E7` (as seen in files exported from orgs)."""
    if value == 0 or _LEAST_PLAIN <= abs(value) < _FIRST_SCIENTIFIC:
        return _plain(value)
    mantissa, _, exponent = f"{value!r}".lower().partition("e")
    if not exponent:
        # As few digits as tell the value from its neighbours.
        digits = next(count for count in range(1, 18) if float(f"{value:.{count}e}") == value)
        mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}E{int(exponent)}"


def _plain(value: float) -> str:
    text = repr(value)
    return f"{value:.17f}".rstrip("0") if "e" in text else text


def record(
    entries: tuple[Entry, ...], kind: str, record_id: str, row: Row, base: str, children: Sequence[Json | None] = ()
) -> Json:
    """A row as a REST record. `base` is the path of the API version, `/services/data/v64.0`.

    `children` holds the results of the inner queries for this record, null where there are no children.
    """
    out: Json = {"attributes": attributes(kind, record_id, base)}
    for entry in entries:
        match entry:
            case ValueEntry():
                value = row[entry.index]
                if entry.type is FieldType.BASE64:
                    out[entry.key] = None if value is None else f"{base}{value}"
                else:
                    out[entry.key] = json_value(entry.type, value)
            case AddressEntry():
                parts = {part.key: json_value(part.type, row[part.index]) for part in entry.parts}
                out[entry.key] = None if all(part is None for part in parts.values()) else parts
            case ParentEntry():
                parent = row[entry.index]
                out[entry.key] = None if parent is None else _parent(entry, str(parent), row, base)
            case ChildrenEntry():
                out[entry.key] = children[entry.place]
            case _:
                assert_never(entry)
    return out


def plain_record(entries: tuple[Entry, ...], kind: str, base: str) -> Callable[[str, Row], Json] | None:
    """What `record` makes of a row, in a third of the time; None where the query asks for more than plain fields."""
    plain = [each for each in entries if isinstance(each, ValueEntry) and each.type is not FieldType.BASE64]
    if len(plain) < len(entries):
        return None
    keys = ("attributes", *(each.key for each in plain))
    places = [each.index for each in plain]
    renders = [(place, render) for place, each in enumerate(plain, 1) if (render := json_render(each.type))]

    def told(record_id: str, row: Row) -> Json:
        values: list[object] = [attributes(kind, record_id, base), *[row[place] for place in places]]
        for place, render in renders:
            if values[place] is not None:
                values[place] = render(values[place])
        return dict(zip(keys, values, strict=True))

    return told


def _parent(entry: ParentEntry, record_id: str, row: Row, base: str) -> Json:
    told = record(entry.entries, entry.object, record_id, row, base)
    if entry.kinds:
        kind = dict(entry.kinds).get(record_id[:3], entry.object)
        told["attributes"] = {"type": entry.object, "url": f"{base}/sobjects/{kind}/{record_id}"}
    return told


def attributes(kind: str, record_id: str, base: str) -> Mapping[str, str]:
    return {"type": kind, "url": f"{base}/sobjects/{kind}/{record_id}"}


def aggregate_record(query: AggregateQuery, row: Row) -> Json:
    """A row of an aggregate query as REST tells it."""
    out: Json = {"attributes": {"type": "AggregateResult"}}
    for column, value in zip(query.columns, row, strict=True):
        out[column.path[0]] = json_value(column.type, value)
    return out


def csv_renders(query: RecordQuery) -> tuple[Render | None, ...]:
    """How the columns of a query are printed in CSV, for rows of `query.csv`."""
    return tuple(csv_render(column.type) for column in query.columns)
