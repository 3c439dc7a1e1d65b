"""How the lines of a mapping come to be what the table shows: from the job, the schema, the problems and one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

from crmdesk.desk.window.answers import PreviewRow
from crmdesk.model.job import Job, Operation
from crmdesk.model.mapping import Column, Constant, Expression, FieldMap, Lookup, Owner, RecordType
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.viewmodel.job_editor.field_words import type_words
from crmdesk.viewmodel.job_editor.line_choices import column_of
from crmdesk.viewmodel.job_editor.mapping_lines import (
    BecomesTone,
    Findings,
    LineState,
    MappingLine,
    Source,
    line_of_place,
)
from crmdesk.viewmodel.job_editor.writing.formulas import columns_in

_LEFT_ALONE = "left as it is"
_EMPTIED = "(emptied)"


@dataclass(frozen=True, slots=True)
class LinesContext:
    """What the lines are shown by: `sample` is the row under the stepper, `raw` its texts where no preview has it."""

    job: Job
    remote: RemoteObject | None
    findings: Findings
    sample: PreviewRow | None
    raw: Mapping[str, str]
    label_of: Callable[[str], str] = str


def mapping_lines(context: LinesContext) -> tuple[MappingLine, ...]:
    """The lines of the job, in its order."""
    known = _Known(context)
    return tuple(known.line(number, item) for number, item in enumerate(context.job.mapping))


class _Known:
    """What is looked up for each line, by folded name: a wide object has hundreds of fields, and as many lines."""

    def __init__(self, context: LinesContext) -> None:
        self._is_reading = context.job.operation.is_reading
        self._key = context.job.export.key_fields if context.job.export is not None else frozenset[str]()
        self._label_of = context.label_of
        self._sample = context.sample
        self._raw: Mapping[str, str | None] = context.sample.values if context.sample is not None else context.raw
        self._counts = context.findings.issue_counts()
        self._filled = {item.remote.casefold() for item in context.job.mapping} | {""}
        remote = context.remote
        # A delete sends the id of the record that its key finds, and nothing else.
        self._deleted_by = remote.id_field.casefold() if remote and context.job.operation is Operation.DELETE else ""
        self._fields: dict[str, Field] = {f.name.casefold(): f for f in remote.fields} if remote is not None else {}
        becomes = context.sample.becomes if context.sample is not None else {}
        self._becomes = becomes if self._is_reading else {name.casefold(): value for name, value in becomes.items()}
        self._blocking: dict[int, list[str]] = {}
        for problem in context.findings.problems:
            number = line_of_place(problem.place)
            if number is not None:
                self._blocking.setdefault(number, []).append(f"{problem.message} {problem.hint}".strip())
        self._wrong: dict[str, list[str]] = {}
        for each in context.sample.problems if context.sample is not None else ():
            self._wrong.setdefault(each.field.casefold(), []).append(each.message)

    def line(self, number: int, item: FieldMap) -> MappingLine:
        name = item.remote.casefold()
        field, issues = self._fields.get(name), self._issues(item)
        blocking, wrong = self._blocking.get(number, []), self._wrong.get(name, [])
        source, origin = self._origin(item)
        becomes, tone = self._arrives(item, blocking, wrong)
        is_key = name in self._key
        has_choice = not (self._is_reading or is_key or isinstance(item.origin, Constant))
        return MappingLine(
            number=number,
            state=LineState.BLOCKED if blocking else LineState.WARNING if issues or wrong else LineState.FINE,
            source=source,
            origin=origin,
            has_values=bool(item.values),
            raw=self._raw.get(self._source_name(item)) or "",
            label=field.label if field is not None else item.remote,
            is_required=field is not None and field.is_required_on_create and not self._is_reading,
            name=item.remote,
            type=type_words(field, self._label_of) + (" · key" if is_key else "") if field is not None else "",
            becomes=becomes,
            tone=tone,
            conversion=item.conversion,
            when_empty=item.when_empty if has_choice else None,
            issues=issues,
            problems=(*blocking, *wrong),
        )

    def _origin(self, item: FieldMap) -> tuple[Source, str]:
        if self._is_reading:
            return Source.FIELD, _target(item)
        match item.origin:
            case Column(name):
                return Source.COLUMN, name
            case Constant(value):
                return Source.FIXED, f"“{value}”"
            case Lookup(column, object_name):
                return Source.FIND, f"{column} → {self._label_of(object_name)}" if object_name else column
            case Expression(text):
                return Source.FORMULA, text
            case Owner(column):
                return Source.FIND, f"{column} → owner"
            case RecordType(column):
                return Source.FIND, f"{column} → record type"
            case _:
                assert_never(item.origin)

    def _issues(self, item: FieldMap) -> int:
        """Rows in trouble for the field, or for the cells of its column where that is no field of the mapping, too."""
        name, column = item.remote.casefold(), column_of(item.origin).casefold()
        of_column = self._counts.get(column, 0) if column not in self._filled else 0
        return self._counts.get(name, 0) + of_column

    def _source_name(self, item: FieldMap) -> str:
        """Under which name the row holds the raw value; empty for a value that is in no row, or made of several."""
        if self._is_reading:
            return item.remote
        if isinstance(item.origin, Expression):
            named = columns_in(item.origin.text, self._raw)
            return next(iter(named)) if len(named) == 1 else ""
        return column_of(item.origin)

    def _arrives(self, item: FieldMap, blocking: list[str], wrong: list[str]) -> tuple[str, BecomesTone]:
        if blocking:
            return blocking[0], BecomesTone.BAD
        if wrong:
            return wrong[0], BecomesTone.WARNING
        name = _target(item) if self._is_reading else item.remote.casefold()
        if self._deleted_by and self._becomes.get(self._deleted_by):
            return f"{self._becomes[self._deleted_by]} is deleted", BecomesTone.VALUE
        if self._sample is None or name not in self._becomes:
            is_refused = self._sample is not None and bool(self._sample.problems)
            return "the row is rejected" if is_refused else "", BecomesTone.QUIET
        value = self._becomes[name]
        if value:
            return value, BecomesTone.VALUE
        if self._is_reading:
            return "(empty)", BecomesTone.QUIET
        return (_LEFT_ALONE, BecomesTone.QUIET) if value is None else (_EMPTIED, BecomesTone.WARNING)


def _target(item: FieldMap) -> str:
    """The column that a reading line writes."""
    return item.origin.name if isinstance(item.origin, Column) else item.remote
