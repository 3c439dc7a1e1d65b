"""The value of a field as SQL: a column, what a formula finds at a parent, the address of a file, or a name of many."""

# ruff: noqa: S608 - names come from the schema, quoted

from __future__ import annotations

from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject, Schema, quoted
from crmdesk.practice.schema.builders import read_only, record_id, text

NAME = PracticeObject(
    "Name",
    "Name",
    "Names",
    "",
    (
        record_id("Name ID"),
        text("Name", "Name", 255),
        text("Type", "Type", 40, FieldType.PICKLIST),
        text("FirstName", "First Name", 40),
        text("LastName", "Last Name", 80),
        text("Title", "Title", 128),
        text("Email", "Email", 128, FieldType.EMAIL),
        text("Phone", "Phone", 40, FieldType.PHONE),
        text("Username", "Username", 80),
        read_only("IsActive", "Active", FieldType.BOOLEAN),
    ),
    createable=False,
    updateable=False,
    deletable=False,
    queryable=False,
)
"""What can be asked of a parent that may be of several objects (SOQL reference, the Name object)."""


def field_sql(schema: Schema, practice_object: PracticeObject, field: PracticeField, table: str) -> str:
    """The value of the field of the record that `table` stands for."""
    if field.follows is not None:
        return _followed(schema.whole, practice_object, field.follows, table)
    column = f"{table}.{quoted(field.name)}"
    if field.type is FieldType.BASE64:
        # The bytes have an address of their own; the root of the API version is put before it when it is told.
        place = f"'/sobjects/{practice_object.name}/' || {table}.\"Id\" || '/{field.name}'"
        return f"(CASE WHEN {column} IS NOT NULL THEN {place} END)"
    return column


def _followed(whole: Schema, practice_object: PracticeObject, follows: tuple[str, str], table: str) -> str:
    lookup = practice_object.field(follows[0])
    target = whole.object(lookup.reference_to[0]) if lookup else None
    found = target.field(follows[1]) if target else None
    if lookup is None or target is None or found is None:
        raise ValueError(f"{practice_object.name} has a field that follows nothing: {follows}")
    alias = f"{table}_{lookup.name}"
    value = field_sql(whole, target, found, alias)
    link = f"{table}.{quoted(lookup.name)}"
    return f'(SELECT {value} FROM {quoted(target.name)} AS {alias} WHERE {alias}."Id" = {link})'


def name_sql(field: PracticeField, link: str, targets: tuple[PracticeObject, ...]) -> str:
    """The value of a field of the Name object for the record whose id `link` is."""
    if field.type is FieldType.ID:
        return link
    cases = "".join(f" WHEN '{each.key_prefix}' THEN {_of(each, field, link)}" for each in targets)
    return f"(CASE substr({link}, 1, 3){cases} END)"


def _of(target: PracticeObject, field: PracticeField, link: str) -> str:
    if field.name == "Type":
        return f"'{target.name}'"
    found = target.name_field if field.name == "Name" else target.field(field.name)
    if found is None or not found.has_column:
        return "NULL"
    return f'(SELECT n.{quoted(found.name)} FROM {quoted(target.name)} AS n WHERE n."Id" = {link})'
