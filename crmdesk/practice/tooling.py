"""What the Tooling API tells of the org: its objects and validation rules, as tables that SOQL can ask.

They are made anew for each question, in memory: they are few, and so they are never behind the schema.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import msgspec

from crmdesk.practice.ids import new_id
from crmdesk.practice.org_rules import RuleBook, ValidationRule
from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject, Schema, create_tables_sql, quoted
from crmdesk.practice.schema.builders import read_only, record_id
from crmdesk.practice.schema.lookups import reference
from crmdesk.practice.soql.functions import register

METADATA = "Metadata"


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
    _text("FullName", "Full Name"),
    _text(METADATA, METADATA),
)
FIELD_DEFINITION = _tooling_object(
    "FieldDefinition",
    "Field Definition",
    "4fe",
    _text("DurableId", "Durable ID"),
    replace(_text("QualifiedApiName", "Qualified API Name"), name_field=True),
    reference("EntityDefinitionId", "Entity Definition ID", "EntityDefinition", "EntityDefinition", "Fields"),
    _text("DeveloperName", "Field Name"),
    _text("Label", "Label"),
    _text("DataType", "Data Type"),
    read_only("Length", "Length", FieldType.INT),
    read_only("IsIndexed", "Is Indexed", FieldType.BOOLEAN, nillable=False),
    read_only("IsNillable", "Is Nillable", FieldType.BOOLEAN, nillable=False),
)
# Questions that the Salesforce CLI and loaders ask, and to which a practice org has nothing to say.
SANDBOX_PROCESS = _tooling_object(
    "SandboxProcess", "Sandbox Process", "0GR", _text("SandboxName", "Sandbox Name"), _text("Status", "Status")
)
APEX_TRIGGER = _tooling_object(
    "ApexTrigger",
    "Apex Trigger",
    "01q",
    replace(_text("Name", "Name"), name_field=True),
    _text("TableEnumOrId", "Object"),
    _text("Status", "Status"),
)
TOOLING = Schema((ENTITY_DEFINITION, FIELD_DEFINITION, VALIDATION_RULE, SANDBOX_PROCESS, APEX_TRIGGER))


@contextmanager
def tooling_tables(schema: Schema, book: RuleBook) -> Iterator[sqlite3.Connection]:
    """The tables of `TOOLING`, filled from the org's schema and its rules."""
    with closing(sqlite3.connect(":memory:")) as connection:
        register(connection)
        for statement in create_tables_sql(TOOLING):
            connection.execute(statement)
        for number, each in enumerate(schema.objects, start=1):
            _insert(connection, ENTITY_DEFINITION, _entity(number, each))
        fields = [(each, one) for each in schema.objects for one in each.fields]
        for number, (each, one) in enumerate(fields, start=1):
            _insert(connection, FIELD_DEFINITION, _field(schema, number, each, one))
        for number, rule in enumerate(book.validation, start=1):
            _insert(connection, VALIDATION_RULE, _rule(schema, number, rule))
        yield connection


def _definition_id(schema: Schema, name: str) -> str:
    names = [each.name for each in schema.objects]
    return new_id(ENTITY_DEFINITION.key_prefix, names.index(name) + 1)


def _field(schema: Schema, number: int, each: PracticeObject, one: PracticeField) -> dict[str, object]:
    return {
        "Id": new_id(FIELD_DEFINITION.key_prefix, number),
        "DurableId": f"{each.name}.{one.name}",
        "QualifiedApiName": one.name,
        "EntityDefinitionId": _definition_id(schema, each.name),
        "DeveloperName": one.name.removesuffix("__c"),
        "Label": one.label,
        "DataType": one.type.describe_name,
        "Length": one.length,
        "IsIndexed": int(one.is_key or one.type.is_id),
        "IsNillable": int(one.nillable),
    }


def _rule(schema: Schema, number: int, rule: ValidationRule) -> dict[str, object]:
    metadata = {
        "active": rule.active,
        "description": None,
        "errorConditionFormula": rule.formula,
        "errorDisplayField": rule.field,
        "errorMessage": rule.message,
        "shouldEvaluateOnClient": None,
        "urls": None,
    }
    return {
        "Id": new_id(VALIDATION_RULE.key_prefix, number),
        "ValidationName": rule.name,
        "EntityDefinitionId": _definition_id(schema, rule.object),
        "Active": int(rule.active),
        "ErrorDisplayField": rule.field,
        "ErrorMessage": rule.message,
        "FullName": f"{rule.object}.{rule.name}",
        METADATA: msgspec.json.encode(metadata).decode(),
    }


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
