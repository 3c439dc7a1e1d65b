"""Rows of a query as the JSON records of REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

_DOUBLES = (FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT)


def json_value(kind: FieldType, value: object) -> object:
    """A stored value as in REST: `1000.0` for every kind of double, `2026-01-31T10:00:00.000+0000` for a moment."""
    if value is None:
        return None
    if kind is FieldType.BOOLEAN:
        return bool(value)
    if kind in _DOUBLES:
        return float(value) if isinstance(value, int | float) else value
    if kind is FieldType.DATETIME:
        return str(value).removesuffix("Z") + "+0000"
    return value


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
