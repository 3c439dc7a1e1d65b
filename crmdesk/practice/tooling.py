"""What the Tooling API tells of the org: its objects and validation rules, as tables that SOQL can ask.

They are made anew for each question, in memory: they are few, and so they are never behind the schema.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from crmdesk.practice.ids import new_id
from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject, Schema, create_tables_sql, quoted
from crmdesk.practice.schema.builders import read_only, record_id, reference
from crmdesk.practice.soql.functions import register


def _text(name: str, label: str, length: int = 255) -> PracticeField:
    return replace(read_only(name, label, FieldType.STRING), length=length)


def _tooling_object(name: str, label: str, key_prefix: str, *fields: PracticeField) -> PracticeObject:
    deleted = read_only("IsDeleted", "Deleted", FieldType.BOOLEAN, nillable=False)
    return PracticeObject(
        name,
        label,
        f"{label}s",
        key_prefix,
        (record_id("Id"), *fields, deleted),
        createable=False,
        updateable=False,
        deletable=False,
    )


ENTITY_DEFINITION = _tooling_object(
    "EntityDefinition",
    "Entity Definition",
    "4ie",
    _text("DurableId", "Durable ID"),
    replace(_text("QualifiedApiName", "Qualified API Name"), name_field=True),
    _text("DeveloperName", "Object Name"),
    _text("Label", "Label"),
    _text("PluralLabel", "Plural Label"),
    _text("KeyPrefix", "Key Prefix", 3),
    read_only("IsCustomizable", "Is Customizable", FieldType.BOOLEAN, nillable=False),
    read_only("IsQueryable", "Is Queryable", FieldType.BOOLEAN, nillable=False),
)
VALIDATION_RULE = _tooling_object(
    "ValidationRule",
    "Validation Rule",
    "03d",
    replace(_text("ValidationName", "Rule Name", 80), name_field=True),
    reference("EntityDefinitionId", "Entity Definition ID", "EntityDefinition", "EntityDefinition", "ValidationRules"),
    read_only("Active", "Active", FieldType.BOOLEAN, nillable=False),
    _text("Description", "Description"),
    _text("ErrorDisplayField", "Error Display Field"),
    _text("ErrorMessage", "Error Message"),
    _text("NamespacePrefix", "Namespace Prefix", 15),
)
TOOLING = Schema((ENTITY_DEFINITION, VALIDATION_RULE))


@contextmanager
def tooling_tables(schema: Schema) -> Iterator[sqlite3.Connection]:
    """The tables of `TOOLING`, filled from the org's schema."""
    with closing(sqlite3.connect(":memory:")) as connection:
        register(connection)
        for statement in create_tables_sql(TOOLING):
            connection.execute(statement)
        for number, each in enumerate(schema.objects, start=1):
            _insert(connection, ENTITY_DEFINITION, _entity(number, each))
        yield connection


def _entity(number: int, each: PracticeObject) -> dict[str, object]:
    return {
        "Id": new_id(ENTITY_DEFINITION.key_prefix, number),
        "DurableId": each.name,
        "QualifiedApiName": each.name,
        "DeveloperName": each.name.removesuffix("__c"),
        "Label": each.label,
        "PluralLabel": each.label_plural,
        "KeyPrefix": each.key_prefix,
        "IsCustomizable": 1,
        "IsQueryable": int(each.queryable),
    }


def _insert(connection: sqlite3.Connection, what: PracticeObject, values: dict[str, object]) -> None:
    columns = ", ".join(quoted(name) for name in values)
    marks = ", ".join("?" for _ in values)
    statement = f"INSERT INTO {quoted(what.name)} ({columns}) VALUES ({marks})"  # noqa: S608 - names of the schema
    connection.execute(statement, tuple(values.values()))
