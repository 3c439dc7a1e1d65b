"""What can be chosen for the origin of a line, and what is proposed when it becomes another."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from crmdesk.model.mapping import Column, Constant, Expression, FieldMap, Lookup, Origin, Owner, RecordType
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.viewmodel.job_editor.writing.formulas import column_in_formula

_FINDERS = (FieldType.ID, FieldType.TEXT, FieldType.EMAIL, FieldType.INTEGER, FieldType.DECIMAL)
_USERS = ("User", "systemuser")  # what Salesforce and Dynamics call the object of their users


class OriginKind(StrEnum):
    """Where the value of a writing line can come from."""

    COLUMN = "column"
    FIXED = "fixed"
    FORMULA = "formula"
    FIND = "find"
    OWNER = "owner"
    RECORD_TYPE = "record-type"

    @property
    def words(self) -> str:
        """What it is called on a button."""
        match self:
            case OriginKind.COLUMN:
                return "Column"
            case OriginKind.FIXED:
                return "Fixed"
            case OriginKind.FORMULA:
                return "Formula"
            case OriginKind.FIND:
                return "Find"
            case OriginKind.OWNER:
                return "Owner"
            case OriginKind.RECORD_TYPE:
                return "Type"
            case _:
                assert_never(self)


def kind_of_origin(origin: Origin) -> OriginKind:
    """The kind of an origin."""
    match origin:
        case Column():
            return OriginKind.COLUMN
        case Constant():
            return OriginKind.FIXED
        case Expression():
            return OriginKind.FORMULA
        case Lookup():
            return OriginKind.FIND
        case Owner():
            return OriginKind.OWNER
        case RecordType():
            return OriginKind.RECORD_TYPE
        case _:
            assert_never(origin)


def preset_for(remote: RemoteObject | None, name: str) -> OriginKind | None:
    """The ready-made search for the field `name`: users for a reference to them, record types for one to those."""
    field = remote.field(name) if remote is not None else None
    references = field.references if field is not None else ()
    if any(each in references for each in _USERS):
        return OriginKind.OWNER
    return OriginKind.RECORD_TYPE if "RecordType" in references else None


def turned_into(kind: OriginKind, line: FieldMap, remote: RemoteObject | None, key: str = "") -> Origin:
    """The origin of `line` as one of another kind; its column goes along where the other has one.

    Another record of the very object is looked for by the `key` of the job.
    """
    if kind is kind_of_origin(line.origin):
        return line.origin
    column = column_of(line.origin)
    match kind:
        case OriginKind.COLUMN:
            return Column(column)
        case OriginKind.FIXED:
            return Constant("")
        case OriginKind.FORMULA:
            return Expression(column_in_formula(column) if column else "")
        case OriginKind.FIND:
            return lookup_proposal(remote, line.remote, column, key)
        case OriginKind.OWNER:
            return Owner(column)
        case OriginKind.RECORD_TYPE:
            return RecordType(column)
        case _:
            assert_never(kind)


def column_of(origin: Origin) -> str:
    """The column that the value is taken from; empty where there is none, or more than one."""
    match origin:
        case Column(name) | Lookup(name) | Owner(name) | RecordType(name):
            return name
        case Constant() | Expression():
            return ""
        case _:
            assert_never(origin)


def lookup_keys(target: RemoteObject | None) -> tuple[Field, ...]:
    """The fields that a record of `target` can be found by: keys first, then by label."""
    if target is None:
        return ()
    found = [field for field in target.fields if field.is_filterable and field.type in _FINDERS]
    return tuple(sorted(found, key=lambda field: (not field.is_key, field.label.casefold(), field.name)))


def lookup_proposal(remote: RemoteObject | None, name: str, column: str, key: str = "") -> Lookup:
    """A lookup for the field `name`: of the object that it refers to, by the value of `column`; of its own by `key`."""
    field = remote.field(name) if remote is not None else None
    target = field.references[0] if field is not None and field.references else ""
    return Lookup(column, target, key if remote is not None and target == remote.name != "" else "")
