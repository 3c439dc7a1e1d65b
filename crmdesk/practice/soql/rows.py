"""Rows of a query as the JSON records of REST."""

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
    ValueEntry,
)

Row = Sequence[object]
Json = dict[str, object]
Render = Callable[[object], object]

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
