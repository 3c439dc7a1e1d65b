"""What the org tells of its objects and fields: the global and the full describe of the REST API.

Keys and their meaning as in published replies of orgs at API versions 52 to 59; an org's layouts, actions and feeds
are not imitated, so their marks say no.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from crmdesk.practice.schema import ChildRelationship, FieldType, PicklistValue, PracticeField, PracticeObject, Schema

Json = dict[str, object]

MASTER_RECORD_TYPE = "012000000000000AAA"
_BYTES_PER_CHARACTER = 3
_NOT_AGGREGATED = (
    FieldType.BOOLEAN,
    FieldType.LONGTEXTAREA,
    FieldType.MULTIPICKLIST,
    FieldType.ADDRESS,
    FieldType.BASE64,
)


def describe_global(schema: Schema, base: str) -> Json:
    """The reply of `GET {base}/sobjects`; `base` is the path of the API version, `/services/data/v64.0`."""
    return {
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": [describe_summary(each, base) for each in schema.objects],
    }


def describe_summary(practice_object: PracticeObject, base: str) -> Json:
    """One object as the global describe, and as `objectDescribe` of `GET {base}/sobjects/X`, tell it."""
    return _summary(practice_object) | {"urls": _summary_urls(practice_object, base)}


@dataclass(frozen=True, slots=True)
class RecordTypeInfo:
    """A record type of an object, and whether the user may choose it."""

    record_id: str
    label: str
    developer_name: str
    is_available: bool = True


def describe_object(
    schema: Schema, practice_object: PracticeObject, base: str, record_types: Sequence[RecordTypeInfo] = ()
) -> Json:
    """The reply of `GET {base}/sobjects/X/describe`."""
    master = RecordTypeInfo(MASTER_RECORD_TYPE, "Master", "Master")
    described = _summary(practice_object) | {
        "actionOverrides": [],
        "childRelationships": [_child(each) for each in schema.children_of(practice_object)],
        "compactLayoutable": False,
        "fields": [describe_field(each) for each in practice_object.fields],
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_record_type(practice_object, each, base) for each in (*record_types, master)],
        "searchLayoutable": False,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": f"All {practice_object.label_plural.lower()}", "name": "everything"}],
        "urls": _urls(practice_object, base),
    }
    return dict(sorted(described.items()))


def _summary(practice_object: PracticeObject) -> Json:
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": practice_object.createable,
        "custom": practice_object.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": practice_object.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": practice_object.key_prefix,
        "label": practice_object.label,
        "labelPlural": practice_object.label_plural,
        "layoutable": False,
        "mergeable": False,
        "mruEnabled": False,
        "name": practice_object.name,
        "queryable": practice_object.queryable,
        "replicateable": practice_object.field("IsDeleted") is not None,
        "retrieveable": True,
        "searchable": False,
        "triggerable": practice_object.createable,
        "undeletable": practice_object.deletable,
        "updateable": practice_object.updateable,
    }


def _summary_urls(practice_object: PracticeObject, base: str) -> dict[str, str]:
    own = f"{base}/sobjects/{practice_object.name}"
    return {"rowTemplate": f"{own}/{{ID}}", "describe": f"{own}/describe", "sobject": own}


def _urls(practice_object: PracticeObject, base: str) -> dict[str, str]:
    own = f"{base}/sobjects/{practice_object.name}"
    return _summary_urls(practice_object, base) | {"layouts": f"{own}/describe/layouts"}


def _child(relationship: ChildRelationship) -> Json:
    return {
        "cascadeDelete": relationship.field.cascade_delete,
        "childSObject": relationship.child.name,
        "deprecatedAndHidden": False,
        "field": relationship.field.name,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": relationship.name,
        "restrictedDelete": relationship.field.restricted_delete,
    }


def _record_type(practice_object: PracticeObject, record_type: RecordTypeInfo, base: str) -> Json:
    """New records have the master type, that is none, unless one is chosen."""
    layouts = f"{base}/sobjects/{practice_object.name}/describe/layouts"
    is_master = record_type.record_id == MASTER_RECORD_TYPE
    return {
        "active": True,
        "available": record_type.is_available,
        "defaultRecordTypeMapping": is_master,
        "developerName": record_type.developer_name,
        "master": is_master,
        "name": record_type.label,
        "recordTypeId": record_type.record_id,
        "urls": {"layout": f"{layouts}/{record_type.record_id}"},
    }


def describe_field(field: PracticeField) -> Json:
    """The 57 keys of one field."""
    is_writable = field.createable or field.updateable
    return {
        "aggregatable": field.type not in _NOT_AGGREGATED,
        "aiPredictionField": False,
        "autoNumber": field.auto_number,
        "byteLength": _byte_length(field),
        "calculated": field.calculated,
        "calculatedFormula": field.formula,
        "cascadeDelete": field.is_master,
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": field.compound,
        "controllerName": field.controller,
        "createable": field.createable,
        "custom": field.custom,
        # Only check boxes tell their default; lists tell it beside the entry.
        "defaultValue": bool(field.default) if field.type is FieldType.BOOLEAN else None,
        "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted_on_create,
        "dependentPicklist": field.controller is not None,
        "deprecatedAndHidden": False,
        "digits": field.digits,
        "displayLocationInDecimal": False,
        "encrypted": False,
        "externalId": field.external_id,
        "extraTypeInfo": "plaintextarea" if field.type.describe_name == "textarea" else None,
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "groupable": field.can_group,
        "highScaleNumber": False,
        "htmlFormatted": False,
        "idLookup": field.id_lookup,
        "inlineHelpText": field.inline_help,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": len(field.reference_to) > 1,
        "nillable": field.nillable,
        "permissionable": is_writable and field.nillable,
        "picklistValues": [_entry(each) for each in field.values],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": field.precision,
        "queryByDistance": field.type is FieldType.ADDRESS,
        "referenceTargetField": None,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "relationshipOrder": 0 if field.is_master else None,
        "restrictedDelete": field.restricted_delete,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "searchPrefilterable": field.type is FieldType.REFERENCE and is_writable,
        "soapType": _soap_type(field.type),
        "sortable": field.sortable,
        "type": field.type.describe_name,
        "unique": field.unique,
        "updateable": field.updateable,
        "writeRequiresMasterRead": False,
    }


def _byte_length(field: PracticeField) -> int:
    return field.length if field.type.is_id else field.length * _BYTES_PER_CHARACTER


def _entry(entry: PicklistValue) -> Json:
    return {
        "active": entry.is_active,
        "defaultValue": entry.is_default,
        "label": entry.label,
        "validFor": entry.valid_for,
        "value": entry.value,
    }


def _soap_type(kind: FieldType) -> str:
    match kind:
        case FieldType.ID | FieldType.REFERENCE:
            return "tns:ID"
        case FieldType.BOOLEAN | FieldType.INT | FieldType.DOUBLE | FieldType.DATE:
            return f"xsd:{kind}"
        case FieldType.CURRENCY | FieldType.PERCENT:
            return "xsd:double"
        case FieldType.DATETIME:
            return "xsd:dateTime"
        case FieldType.ADDRESS:
            return "urn:address"
        case FieldType.BASE64:
            return "xsd:base64Binary"
        case (
            FieldType.STRING
            | FieldType.TEXTAREA
            | FieldType.LONGTEXTAREA
            | FieldType.EMAIL
            | FieldType.PHONE
            | FieldType.URL
            | FieldType.PICKLIST
            | FieldType.MULTIPICKLIST
        ):
            return "xsd:string"
        case _:
            assert_never(kind)
