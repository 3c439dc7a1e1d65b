"""The answer to a query with `columns=true`: what its columns are, as the Salesforce CLI wants to know."""

from __future__ import annotations

from typing import assert_never

from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.compiled import (
    AggregateQuery,
    ChildQuery,
    Compiled,
    CountQuery,
    RecordQuery,
    ResultColumn,
    ValueEntry,
)

Json = dict[str, object]

_APEX_TYPES = {
    FieldType.ID: "Id",
    FieldType.REFERENCE: "Id",
    FieldType.BOOLEAN: "Boolean",
    FieldType.INT: "Integer",
    FieldType.DOUBLE: "Double",
    FieldType.CURRENCY: "Double",
    FieldType.PERCENT: "Double",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Datetime",
    FieldType.ADDRESS: "Address",
    FieldType.BASE64: "Blob",
}


def column_metadata(asked: Compiled) -> Json:
    """The whole reply; a parent is a column whose `joinColumns` are the fields selected of it."""
    match asked:
        case RecordQuery():
            columns = _nested([(column.path, column) for column in asked.columns])
            columns += [_children(child) for child in asked.children]
        case AggregateQuery():
            columns = [_selected(column.path[-1], column) for column in asked.columns]
        case CountQuery():
            columns = []
        case _:
            assert_never(asked)
    return {
        "columnMetadata": columns,
        "entityName": asked.object.name,
        "groupBy": isinstance(asked, AggregateQuery) and asked.is_grouped,
        "idSelected": isinstance(asked, RecordQuery) and any(column.path == ("Id",) for column in asked.columns),
        "keyPrefix": asked.object.key_prefix,
    }


def _nested(columns: list[tuple[tuple[str, ...], ResultColumn]]) -> list[Json]:
    """Columns that begin with the same relationship become one, where the first of them stands."""
    told: list[Json] = []
    for first in dict.fromkeys(path[0] for path, _ in columns):
        same = [(path[1:], column) for path, column in columns if path[0] == first]
        if same[0][0]:
            told.append(_related(first, _nested(same), is_aggregate=False))
        else:
            told.append(_selected(first, same[0][1]))
    return told


def _selected(name: str, column: ResultColumn) -> Json:
    field = column.field
    told = _column(name, column.type) | {"aggregate": column.is_aggregate}
    if field is None:
        return told
    return told | {"custom": field.custom, "insertable": field.createable, "updatable": field.updateable}


def _children(child: ChildQuery) -> Json:
    joins = [_column(entry.key, entry.type) for entry in child.entries if isinstance(entry, ValueEntry)]
    return _related(child.key, joins, is_aggregate=True)


def _related(name: str, joins: list[Json], *, is_aggregate: bool) -> Json:
    return _column(name, None) | {"joinColumns": joins, "aggregate": is_aggregate}


def _column(name: str, kind: FieldType | None) -> Json:
    return {
        "aggregate": False,
        "apexType": None if kind is None else _APEX_TYPES.get(kind, "String"),
        "booleanType": kind is FieldType.BOOLEAN,
        "columnName": name,
        "custom": False,
        "displayName": name,
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": kind is not None and kind.is_number,
        "textType": kind is not None and kind.is_text,
        "updatable": False,
    }
