"""The lines of a job file's mapping: read into the model, and written back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import assert_never

from crmdesk.engine.job.table import Table, choice_of
from crmdesk.model.filter import Filter
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    FieldMap,
    Inactive,
    Lookup,
    NotFound,
    Origin,
    Owner,
    RecordType,
    Several,
    UserKey,
    WhenEmpty,
)

_Values = dict[str, object]
_ORIGINS = ("local", "constant", "expression", "lookup", "owner", "record_type")

ReadFilter = Callable[[Table], Filter]
FilterValues = Callable[[Filter], Mapping[str, object]]


def read_line(table: Table, read_filter: ReadFilter, *, is_import: bool) -> FieldMap:
    """One line; `read_filter` reads the filter of a lookup."""
    remote = table.text("remote")
    default = table.scalar_text("default_on_create") if "default_on_create" in table else ""
    given = [name for name in _ORIGINS if name in table]
    if len(given) != 1 and not (default and not given):
        table.problem(
            "local",
            f"The line for “{remote}” must say exactly one of {', '.join(_ORIGINS)}.",
            'For a column write local = "name of the column".',
        )
        for name in given:
            table.take(name)  # one of them is meant, and none is unknown
    # With a default alone the line says nothing but what new records get.
    origin = _origin(table, given[0], read_filter) if given else Constant("") if default else Column("")
    if is_import and not isinstance(origin, Column):
        table.problem("local", "An import writes fields into columns.", 'Write local = "name of the column".')
    if is_import and default:
        table.problem("default_on_create", "An import creates nothing in the CRM.", "Remove it.")
    return FieldMap(
        remote=remote,
        origin=origin,
        conversion=choice_of(table, "conversion", Conversion, Conversion.DEFAULT),
        when_empty=choice_of(table, "when_empty", WhenEmpty, WhenEmpty.LEAVE),
        values=table.text_map("values"),
        default_on_create=default,
    )


def _origin(table: Table, name: str, read_filter: ReadFilter) -> Origin:
    match name:
        case "constant":
            return Constant(table.scalar_text("constant"))
        case "expression":
            return Expression(table.text("expression"))
        case "lookup":
            return _lookup(table.table("lookup"), read_filter)
        case "owner":
            owner = table.table("owner")
            return Owner(
                column=owner.text("column"),
                by=choice_of(owner, "by", UserKey, UserKey.EMAIL),
                not_found=choice_of(owner, "not_found", NotFound, NotFound.REJECT),
                inactive=choice_of(owner, "inactive", Inactive, Inactive.REJECT),
                instead=owner.text("instead", default=""),
            )
        case "record_type":
            kind = table.table("record_type")
            return RecordType(
                column=kind.text("column"),
                not_found=choice_of(kind, "not_found", NotFound, NotFound.REJECT),
                instead=kind.text("instead", default=""),
            )
        case _:
            return Column(table.text("local"))


def _lookup(table: Table, read_filter: ReadFilter) -> Lookup:
    where = table.optional("filter")
    return Lookup(
        column=table.text("column"),
        object=table.text("object"),
        key=table.text("key"),
        not_found=choice_of(table, "not_found", NotFound, NotFound.REJECT),
        several=choice_of(table, "several", Several, Several.REJECT),
        filter=read_filter(where) if where is not None else None,
        instead=table.text("instead", default=""),
    )


def line_values(line: FieldMap, filter_values: FilterValues) -> _Values:
    """The line as it stands in a job file, without what has its default value."""
    more: _Values = {
        "conversion": line.conversion.value,
        "when_empty": line.when_empty.value,
        "values": dict(line.values),
        "default_on_create": line.default_on_create,
    }
    defaults: _Values = {
        "conversion": Conversion.DEFAULT,
        "when_empty": WhenEmpty.LEAVE,
        "values": {},
        "default_on_create": "",
    }
    return {"remote": line.remote, **_origin_values(line.origin, filter_values), **_without(more, defaults)}


def _origin_values(origin: Origin, filter_values: FilterValues) -> _Values:
    match origin:
        case Column(name):
            return {"local": name}
        case Constant(value):
            return {"constant": value}
        case Expression(text):
            return {"expression": text}
        case Lookup():
            found: _Values = {"column": origin.column, "object": origin.object, "key": origin.key}
            if origin.filter is not None:
                found["filter"] = filter_values(origin.filter)
            policies = _policies(origin.instead, not_found=origin.not_found, several=origin.several)
            return {"lookup": found | policies}
        case Owner():
            by: _Values = {"by": origin.by.value} if origin.by is not UserKey.EMAIL else {}
            policies = _policies(origin.instead, not_found=origin.not_found, inactive=origin.inactive)
            return {"owner": {"column": origin.column, **by, **policies}}
        case RecordType():
            policies = _policies(origin.instead, not_found=origin.not_found)
            return {"record_type": {"column": origin.column, **policies}}
        case _:
            assert_never(origin)


def _policies(instead: str, **policies: StrEnum) -> _Values:
    values: _Values = {name: policy.value for name, policy in policies.items() if policy.value != "reject"}
    return values | ({"instead": instead} if instead else {})


def _without(values: Mapping[str, object], defaults: Mapping[str, object]) -> _Values:
    return {name: value for name, value in values.items() if value != defaults[name]}
