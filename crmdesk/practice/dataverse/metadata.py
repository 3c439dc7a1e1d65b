"""What the environment tells of itself: EntityDefinitions, their attributes, relationships and keys.

Microsoft Learn, "Query table definitions using the Web API".
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import CHOICES, LOOKUPS, Column, Kind, Option, Table
from crmdesk.practice.dataverse.store import Store

_CRM = "Microsoft.Dynamics.CRM."
_ONE = re.compile(r"EntityDefinitions\((?:LogicalName='(?P<name>\w+)'|(?P<id>[0-9a-fA-F-]{36}))\)(?:/(?P<rest>.*))?")
_BY_NAME = re.compile(r"LogicalName eq '(?P<name>\w+)'")
_SPACE = uuid.UUID("9d2c1e50-0b1f-4c5e-8f1a-1f6f2f0d4a11")
_OLD_NAMES = {Kind.MULTISELECT: "Virtual"}


def answer(store: Store, root: str, path: str, options: dict[str, str]) -> dict[str, Any]:
    """The answer to a request below EntityDefinitions. Raises Refused."""
    context = f"{root}$metadata#EntityDefinitions"
    if path == "EntityDefinitions":
        wanted = _BY_NAME.fullmatch(options.get("$filter", "").strip())
        if options.get("$filter") and wanted is None:
            raise refusals.bad_query("This filter over definitions is not imitated here.")
        tables = [each for each in store.tables() if wanted is None or each.name == wanted["name"]]
        shared = "Attributes" in options.get("$expand", "")
        return {
            "@odata.context": context,
            "value": [_chosen(_table(each, attributes=shared), options) for each in tables],
        }
    found = _ONE.fullmatch(path)
    if found is None:
        raise refusals.unknown_segment(path)
    table = next((each for each in store.tables() if found["name"] == each.name or found["id"] == _id(each.name)), None)
    if table is None:
        raise refusals.Refused(
            404, "0x80060888", f"Could not find an entity with name {found['name']} and with sync mode False."
        )
    if not found["rest"]:
        return {"@odata.context": f"{context}/$entity", **_chosen(_table(table, attributes=False), options)}
    return {"@odata.context": context, "value": _members(store, table, found["rest"], options)}


def _members(store: Store, table: Table, rest: str, options: dict[str, str]) -> list[dict[str, Any]]:
    part, _, cast = rest.partition("/")
    match part:
        case "Attributes":
            kind = cast.removeprefix(_CRM).removesuffix("AttributeMetadata")
            if cast and kind == "Enum":
                raise refusals.bad_query("Type cast to an abstract type is not supported.")
            columns = [each for each in table.columns if not cast or each.kind.value == kind or _is_lookup(each, kind)]
            own = bool(cast)
            return [
                _chosen(_attribute(table, each, is_cast=own), options, keeps=("OptionSet",) if own else ())
                for each in columns
            ]
        case "ManyToOneRelationships":
            return [_chosen(each, options) for each in _relationships(store, table)]
        case "Keys":
            return [_chosen(_key(table, each.name, each.columns, each.status), options) for each in table.keys]
        case _:
            raise refusals.unknown_segment(part)


def _is_lookup(column: Column, kind: str) -> bool:
    return kind == "Lookup" and column.kind in LOOKUPS


def _chosen(whole: dict[str, Any], options: dict[str, str], keeps: tuple[str, ...] = ()) -> dict[str, Any]:
    """The members of $select, MetadataId always, and those that are expanded."""
    expanded = [name for name in keeps if name in options.get("$expand", "")]
    plain = {name: value for name, value in whole.items() if name not in keeps or name in expanded}
    if not options.get("$select"):
        return plain
    names = {name.strip() for name in options["$select"].split(",")}
    unknown = names - set(whole)
    if unknown:
        raise refusals.bad_query(f"Could not find a property named '{min(unknown)}' on the type of this definition.")
    return {
        name: value
        for name, value in plain.items()
        if name in names or name in ("MetadataId", "Attributes", "@odata.type") or name in expanded
    }


def _table(table: Table, *, attributes: bool) -> dict[str, Any]:
    found = {
        "LogicalName": table.name,
        "SchemaName": table.name.capitalize(),
        "EntitySetName": table.set_name,
        "DisplayName": _label(table.label),
        "DisplayCollectionName": _label(table.plural),
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryNameAttribute": table.primary_name,
        "ObjectTypeCode": table.type_code,
        "IsCustomEntity": table.is_custom,
        "IsActivity": table.is_activity,
        "IsIntersect": False,
        "IsPrivate": False,
        "OwnershipType": "None" if table.is_read_only else "UserOwned",
        "TableType": "Standard",
        "ChangeTrackingEnabled": table.tracks,
        "CanChangeTrackingBeEnabled": _managed(value=not table.is_read_only),
        "IsAuditEnabled": _managed(value=table.is_audited),
        "IsOptimisticConcurrencyEnabled": True,
        "Privileges": [
            {"Name": f"prv{word}{table.name.capitalize()}", "PrivilegeType": word}
            for word in (("Read",) if table.is_read_only else ("Create", "Read", "Write", "Delete"))
        ],
        "MetadataId": _id(table.name),
    }
    if attributes:
        found["Attributes"] = [_attribute(table, each, is_cast=False) for each in table.columns]
    return found


def _attribute(table: Table, column: Column, *, is_cast: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "LogicalName": column.name,
        "SchemaName": column.schema_name or column.name,
        "AttributeType": _OLD_NAMES.get(column.kind, column.kind.value),
        "AttributeTypeName": {"Value": f"{column.kind.value}Type"},
        "DisplayName": _label(column.label),
        "RequiredLevel": {**_managed(value=True), "Value": _required(table, column)},
        "IsValidForCreate": column.is_creatable,
        "IsValidForUpdate": column.is_updatable,
        "IsValidForRead": True,
        "IsPrimaryId": column.name == table.primary_id,
        "IsPrimaryName": column.name == table.primary_name,
        "AttributeOf": column.attribute_of or None,
        "IsLogical": False,
        "MetadataId": _id(f"{table.name}.{column.name}"),
    }
    return found if not is_cast else {**found, **_of_its_kind(table, column)}


def _of_its_kind(table: Table, column: Column) -> dict[str, Any]:
    """What only a cast tells."""
    match column.kind:
        case Kind.STRING:
            return {"MaxLength": column.length, "FormatName": {"Value": "Text"}}
        case Kind.MEMO:
            return {"MaxLength": column.length}
        case Kind.INTEGER:
            least, most = (-(2**31) if column.least is None else int(column.least)), int(column.most or 2**31 - 1)
            return {"MinValue": least, "MaxValue": most}
        case Kind.BIGINT:
            return {"MinValue": -(2**63), "MaxValue": 2**63 - 1}
        case Kind.DECIMAL | Kind.DOUBLE | Kind.MONEY:
            return {
                "Precision": column.precision,
                "MinValue": column.least if column.least is not None else -100_000_000_000.0,
                "MaxValue": column.most if column.most is not None else 100_000_000_000.0,
            }
        case Kind.DATETIME:
            is_date = column.behavior == "DateOnly"
            return {"DateTimeBehavior": {"Value": column.behavior}, "Format": "DateOnly" if is_date else "DateAndTime"}
        case Kind.BOOLEAN:
            true, false = column.options or (Option(1, "Yes"), Option(0, "No"))
            return {"OptionSet": {"TrueOption": _option(true), "FalseOption": _option(false), "IsGlobal": False}}
        case Kind.PICKLIST | Kind.MULTISELECT | Kind.STATE | Kind.STATUS:
            options = [_option(each, is_status=column.kind is Kind.STATUS) for each in column.options]
            name = f"{table.name}_{column.name}"
            return {"OptionSet": {"Name": name, "IsGlobal": False, "Options": options, "MetadataId": _id(name)}}
        case Kind.LOOKUP | Kind.CUSTOMER | Kind.OWNER:
            return {"Targets": list(column.targets)}
        case _:
            return {}


def _required(table: Table, column: Column) -> str:
    if column.name == table.primary_id or column.kind in (CHOICES & {Kind.STATE}) or column.kind is Kind.OWNER:
        return "SystemRequired"
    return "SystemRequired" if column.is_required else "ApplicationRequired" if column.is_wanted else "None"


def _relationships(store: Store, table: Table) -> list[dict[str, Any]]:
    found = []
    for column in table.columns:
        for target in column.targets if column.kind in LOOKUPS else ():
            referenced = store.table(target)
            if referenced is None:
                continue
            name = f"{target}_{table.name}_{column.name}"
            found.append(
                {
                    "SchemaName": name,
                    "ReferencingEntity": table.name,
                    "ReferencingAttribute": column.name,
                    "ReferencedEntity": target,
                    "ReferencedAttribute": referenced.primary_id,
                    "ReferencingEntityNavigationPropertyName": column.navigation_to(target),
                    "MetadataId": _id(name),
                }
            )
    return found


def _key(table: Table, name: str, columns: tuple[str, ...], status: str) -> dict[str, Any]:
    return {
        "SchemaName": name,
        "LogicalName": name,
        "EntityLogicalName": table.name,
        "KeyAttributes": list(columns),
        "EntityKeyIndexStatus": status,
        "MetadataId": _id(f"{table.name}.key.{name}"),
    }


def _option(option: Option, *, is_status: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"Value": option.value, "Label": _label(option.label), "Color": None}
    return {**found, "State": option.state} if is_status else found


def _label(text: str) -> dict[str, Any]:
    label = {"Label": text, "LanguageCode": 1033, "IsManaged": True, "MetadataId": _id(text), "HasChanged": None}
    return {"LocalizedLabels": [label], "UserLocalizedLabel": label}


def _managed(*, value: bool) -> dict[str, Any]:
    return {"Value": value, "CanBeChanged": False, "ManagedPropertyLogicalName": "managed"}


def _id(name: str) -> str:
    return str(uuid.uuid5(_SPACE, name))
