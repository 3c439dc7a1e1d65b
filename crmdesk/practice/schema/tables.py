"""The SQLite tables in which the records of a schema are kept.

One table an object, named as the object; one column a field, named as the field; compound addresses have none.
Ids are 18 characters; booleans 0 or 1; numbers INTEGER or NUMERIC; dates `2026-01-31`; date-times
`2026-01-31T10:00:00.000Z` (UTC); no text is ever empty (it is NULL). Columns of fields with an `expression` are
generated and cannot be written.

Text is compared by `crmfold(column)`, a function of crmdesk.practice.soql.functions that every connection registers;
the indexes are on that expression, so a look-up by key must spell it the same way: see `folded`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import assert_never

from crmdesk.practice.schema.objects import PracticeObject, Schema
from crmdesk.practice.schema.types import FieldType, PracticeField


def quoted(name: str) -> str:
    """A name from the schema as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def folded(field: PracticeField, column: str | None = None) -> str:
    """The SQL expression by which values of the field are compared and indexed; `column` may carry a table alias."""
    column = column or quoted(field.name)
    return f"crmfold({column})" if field.type.is_text and not field.case_sensitive else column


def create_tables_sql(schema: Schema) -> list[str]:
    """Statements that make the tables of all objects; needs no registered function."""
    return [_table(each) for each in schema.objects]


def create_indexes_sql(schema: Schema) -> list[str]:
    """Statements that make the indexes of all objects; `crmfold` must be registered. Made after a large seed."""
    return [statement for each in schema.objects for statement in _indexes(each)]


def growth_sql(schema: Schema, columns: Mapping[str, Collection[str]]) -> list[str]:
    """Statements that add what the tables of an older org lack; `columns` tells what each of its tables has.

    Indexes come last, as `crmfold` must be registered for them.
    """
    statements = [_table(each) for each in schema.objects if each.name not in columns]
    for each in schema.objects:
        had = columns.get(each.name)
        missing = [field for field in each.fields if had is not None and field.has_column and field.name not in had]
        statements += [f"ALTER TABLE {quoted(each.name)} ADD COLUMN {_column(field)}" for field in missing]
    return statements + [each.replace("INDEX", "INDEX IF NOT EXISTS", 1) for each in create_indexes_sql(schema)]


def _table(practice_object: PracticeObject) -> str:
    columns = ", ".join(_column(each) for each in practice_object.fields if each.has_column)
    return f"CREATE TABLE {quoted(practice_object.name)} ({columns})"


def _column(field: PracticeField) -> str:
    column = f"{quoted(field.name)} {affinity(field.type)}"
    if field.type is FieldType.ID:
        return f"{column} PRIMARY KEY NOT NULL"
    if field.expression:
        return f"{column} GENERATED ALWAYS AS ({field.expression}) VIRTUAL"
    if field.type is FieldType.BOOLEAN:
        return f"{column} NOT NULL DEFAULT {int(bool(field.default))}"
    return column


def affinity(kind: FieldType) -> str:
    """The type of the column that keeps values of such a field."""
    match kind:
        case FieldType.BOOLEAN | FieldType.INT:
            return "INTEGER"
        case FieldType.DOUBLE | FieldType.CURRENCY | FieldType.PERCENT:
            return "NUMERIC"
        case (
            FieldType.ID
            | FieldType.REFERENCE
            | FieldType.STRING
            | FieldType.TEXTAREA
            | FieldType.LONGTEXTAREA
            | FieldType.EMAIL
            | FieldType.PHONE
            | FieldType.URL
            | FieldType.DATE
            | FieldType.DATETIME
            | FieldType.PICKLIST
            | FieldType.MULTIPICKLIST
        ):
            return "TEXT"
        case FieldType.BASE64:
            return "BLOB"
        case FieldType.ADDRESS:
            raise ValueError("a compound address has no column")
        case _:
            assert_never(kind)


def _indexes(practice_object: PracticeObject) -> list[str]:
    return [
        f"CREATE {'UNIQUE ' if field.unique else ''}INDEX {quoted(f'{practice_object.name}.{field.name}')}"
        f" ON {quoted(practice_object.name)} ({_index_key(field)}){_index_condition(field)}"
        for field in practice_object.fields
        if is_indexed(field)
    ]


def _index_condition(field: PracticeField) -> str:
    """An empty lookup or key is looked for by nobody: its record has no place in the index."""
    return f" WHERE {folded(field)} IS NOT NULL" if field.nillable and not field.unique else ""


def _index_key(field: PracticeField) -> str:
    if field.name == "SystemModstamp":
        # With the id behind the stamp, keyset reading (stamp, id) walks the index alone.
        return '"SystemModstamp", "Id"'
    if field.unique:
        # A deleted record holds no key: in Salesforce the bin does not take part in uniqueness (believed). A partial
        # index would say so too, but SQLite then prefers to walk it where walking the table is faster.
        return f'{folded(field)}, CASE "IsDeleted" WHEN 0 THEN 0 ELSE "Id" END'
    return folded(field)


def is_indexed(field: PracticeField) -> bool:
    """Is there an index on the field alone?"""
    # The key of the table needs no second index, and one on few different values costs more than it saves.
    if field.type is FieldType.ID or field.name in ("OwnerId", "CreatedById", "LastModifiedById", "MasterRecordId"):
        return False
    return field.is_key or field.unique or field.type is FieldType.REFERENCE or field.name == "SystemModstamp"
