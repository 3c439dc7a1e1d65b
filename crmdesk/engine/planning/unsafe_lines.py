"""What is unsafe about a job, told before a run: what may be refused, cut or changed, and what people cannot save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from crmdesk.engine.planning.plan import Plan, ReadPlan, WritingPlan
from crmdesk.errors import Problem
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import Action, LocalFile
from crmdesk.model.mapping import Column, Conversion, WhenEmpty
from crmdesk.model.schema import NUMBERS, Field, FieldType
from crmdesk.tabular.convert_read import ReadLine
from crmdesk.tabular.files.contract import Kind
from crmdesk.tabular.known_columns import KnownColumn

Known = Mapping[str, KnownColumn]

CELL = 32_767
"""Characters that a cell of a workbook holds."""

_SHORT, _WHOLE = 16, 32
_WORDS = {
    FieldType.INTEGER: "a whole number",
    FieldType.DECIMAL: "a number",
    FieldType.BOOLEAN: "true or false",
    FieldType.DATE: "a date",
    FieldType.DATETIME: "a date with a time",
    FieldType.TIME: "a time",
}


def pair_flags(plan: Plan, known: Known) -> tuple[Problem, ...]:
    """What is unsafe about each line, at its place; the job can run all the same. `known` are the typed columns."""
    flags: Iterator[tuple[str, str]]
    match plan:
        case ReadPlan():
            flags = ((_place(plan, line), text) for line in plan.lines for text in _of_reading(plan, line, known))
        case WritingPlan():
            of_lines = (
                (f"mapping[{number}]", text)
                for number, line in enumerate(plan.convert.lines, 1)
                if isinstance(line.map.origin, Column) and line.map.conversion is Conversion.DEFAULT
                for text in _of_writing(line.field, line.map.origin.name, known)
            )
            flags = chain(of_lines, _wanted(plan))
    return tuple(Problem(place, text) for place, text in flags)


def _wanted(plan: WritingPlan) -> Iterator[tuple[str, str]]:
    """Fields that the CRM's forms insist on, and that new records may come without, each with its place."""
    if plan.options.action not in (Action.INSERT, Action.UPSERT):
        return
    lines = {line.field.name: (number, line.map) for number, line in enumerate(plan.convert.lines, 1)}
    for field in plan.object.fields:
        number, line = lines.get(field.name, (0, None))
        if not field.is_wanted or not field.is_creatable:
            continue
        named = f"{field.label} ({field.name})"
        if line is None:
            yield "mapping", f"No line fills {named}: the CRM takes such records, and its forms save none without it."
        elif line.when_empty is not WhenEmpty.REJECT and not line.default_on_create:
            yield (
                f"mapping[{number}]",
                f"The CRM takes records without {named}, its forms save none: when_empty = “reject” keeps them out.",
            )


def _place(plan: ReadPlan, line: ReadLine) -> str:
    paths = [item.remote.casefold() for item in plan.job.mapping]
    path = line.remote.casefold()
    return f"mapping[{paths.index(path) + 1}]" if path in paths else "mapping_all"


def _of_reading(plan: ReadPlan, line: ReadLine, known: Known) -> Iterator[str]:
    field, column = line.field, known.get(line.local)
    named = f"{field.label} ({line.remote})"
    if field.type is FieldType.MULTIPICKLIST:
        yield f"{named} holds several values; “{line.local}” gets them in one text, with ; between them."
    is_cell = isinstance(plan.job.local, LocalFile) and kind_of(plan.job.local.path) is FileKind.XLSX
    most = CELL if is_cell else column.length if column is not None else None
    if most is not None and field.length > most:
        yield (
            f"{named} has up to {field.length:,} characters, and “{line.local}” holds {most:,}: "
            "rows with longer ones are rejected."
        )
    if column is None or column.kind is Kind.TEXT:
        return
    if field.type is FieldType.INTEGER and column.bits <= _SHORT:
        yield f"{named} has whole numbers of {_WHOLE} bits, and “{line.local}” holds {column.bits}."
    if field.type is FieldType.DECIMAL and _is_finer(field, column):
        yield (
            f"{named} has up to {field.precision} digits, {field.scale} of them behind the point, and “{line.local}” "
            f"holds {_digits(column)}: rows with more are rejected."
        )


def _is_finer(field: Field, column: KnownColumn) -> bool:
    if column.precision is None or not field.precision:
        return False
    scale = field.scale if column.scale is None else column.scale
    return field.scale > scale or field.precision - field.scale > column.precision - (column.scale or 0)


def _digits(column: KnownColumn) -> str:
    behind = f", {column.scale} behind the point" if column.scale is not None else ""
    return f"{column.precision}{behind}"


def _of_writing(field: Field, name: str, known: Known) -> Iterator[str]:
    column = known.get(name)
    if column is None:
        return
    named = f"{field.label} ({field.name})"
    is_text = column.kind is Kind.TEXT
    if is_text and field.type in _WORDS:
        yield f"“{name}” holds texts, and {named} is {_WORDS[field.type]}: rows with other texts are rejected."
    if is_text and column.length is not None and 0 < field.length < column.length:
        yield (
            f"“{name}” holds up to {column.length:,} characters, and {named} takes {field.length:,}: "
            "rows with longer texts are rejected."
        )
    if column.kind in (Kind.MOMENT, Kind.CLOCK) and field.type is FieldType.DATE:
        yield f"“{name}” holds times, and {named} is a date: the time of day is left out."
    if column.kind is Kind.DATE and field.type is FieldType.DATETIME:
        yield f"“{name}” holds dates, and {named} is a date with a time: midnight in the job's zone is meant."
    if column.kind is Kind.DECIMAL and field.type is FieldType.INTEGER:
        yield f"“{name}” holds numbers with decimals, and {named} is a whole number: rows with decimals are rejected."
    if column.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN) and not _takes(field, column.kind):
        yield f"“{name}” holds {_HELD[column.kind]}, and {named} is {_WORDS.get(field.type, 'a text')}."


_HELD = {Kind.INTEGER: "whole numbers", Kind.DECIMAL: "numbers", Kind.BOOLEAN: "true and false"}
_TAKEN = {
    Kind.INTEGER: NUMBERS | {FieldType.BOOLEAN},
    Kind.DECIMAL: NUMBERS,
    Kind.BOOLEAN: frozenset({FieldType.BOOLEAN}),
}


def _takes(field: Field, kind: Kind) -> bool:
    """Whether values of that kind mean something in the field; a text takes them as they are written."""
    return field.type in _TAKEN[kind] or field.type not in _WORDS
