"""The lines of the mapping as the table shows them: from, raw, field, becomes, empty, issues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from crmdesk.desk.answers import JobProblem, PreviewRow
from crmdesk.model.job import Job, Operation
from crmdesk.model.mapping import Column, Constant, Conversion, FieldMap, Lookup, WhenEmpty
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.field_words import type_words

_PLACE = re.compile(r"mapping\[(\d+)\]")
_LEFT_ALONE = "left as it is"
_EMPTIED = "(emptied)"


class LineState(StrEnum):
    """Whether a line can work: fine, some rows have trouble, the job cannot run with it."""

    FINE = "fine"
    WARNING = "warning"
    BLOCKED = "blocked"


class Source(StrEnum):
    """Where a line's value comes from, in the word of the screen."""

    COLUMN = "Column"
    FIXED = "Fixed value"
    FIND = "Find record"
    FIELD = "Field"


class BecomesTone(StrEnum):
    """How the outcome of a value should look."""

    VALUE = "value"
    QUIET = "quiet"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class MappingLine:
    """One line as text. `issues` counts rows; `problems` are sentences for the tool tip, the blocking ones first."""

    number: int
    state: LineState
    source: Source
    origin: str
    has_values: bool
    raw: str
    label: str
    is_required: bool
    name: str
    type: str
    becomes: str
    tone: BecomesTone
    conversion: Conversion
    when_empty: WhenEmpty | None
    issues: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known about the draft: problems of the job, rows as they would arrive, rows in trouble by field."""

    problems: tuple[JobProblem, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    issues: Mapping[str, int] | None = None  # over all rows, from a rehearsal; None before one

    def row(self, number: int) -> PreviewRow | None:
        """The row of that number, if it is among those looked at."""
        return next((row for row in self.rows if row.row == number), None)

    def issue_counts(self) -> Mapping[str, int]:
        """Rows in trouble by field, upper and lower case taken for one: of all rows, or of those looked at."""
        if self.issues is not None:
            return {field.casefold(): count for field, count in self.issues.items()}
        return Counter(
            field
            for row in self.rows
            for field in {problem.field.casefold() for problem in row.problems if problem.field}
        )


def line_of_place(place: str) -> int | None:
    """The index of the line that a place of a problem belongs to: `mapping[3].remote` is 2."""
    found = _PLACE.match(place)
    return int(found[1]) - 1 if found else None


@dataclass(frozen=True, slots=True)
class LinesContext:
    """What the lines are shown by: `sample` is the row under the stepper, `raw` its texts where no preview has it."""

    job: Job
    remote: RemoteObject | None
    findings: Findings
    sample: PreviewRow | None
    raw: Mapping[str, str]
    label_of: Callable[[str], str] = str

    @property
    def is_reading(self) -> bool:
        return self.job.operation is Operation.IMPORT


def mapping_lines(context: LinesContext) -> tuple[MappingLine, ...]:
    """The lines of the job, in its order."""
    counts = context.findings.issue_counts()
    return tuple(
        _line(context, number, item, counts.get(item.remote.casefold(), 0))
        for number, item in enumerate(context.job.mapping)
    )


def _sentences(problems: Sequence[JobProblem], number: int) -> tuple[str, ...]:
    return tuple(f"{p.message} {p.hint}".strip() for p in problems if line_of_place(p.place) == number)


def _line(context: LinesContext, number: int, item: FieldMap, issues: int) -> MappingLine:
    field = context.remote.field(item.remote) if context.remote is not None else None
    source, origin = _origin(item, is_reading=context.is_reading, label_of=context.label_of)
    blocking = _sentences(context.findings.problems, number)
    wrong = _row_problems(context.sample, item.remote)
    becomes, tone = _becomes(item, context.sample, wrong, blocking, is_reading=context.is_reading)
    export = context.job.export
    is_key = export is not None and export.key.casefold() == item.remote.casefold()
    has_choice = not (context.is_reading or is_key or isinstance(item.origin, Constant))
    return MappingLine(
        number=number,
        state=LineState.BLOCKED if blocking else LineState.WARNING if issues or wrong else LineState.FINE,
        source=source,
        origin=origin,
        has_values=bool(item.values),
        raw=_raw(item, context.sample, context.raw, is_reading=context.is_reading),
        label=field.label if field is not None else item.remote,
        is_required=field is not None and field.is_required_on_create and not context.is_reading,
        name=item.remote,
        type=_type(context, item),
        becomes=becomes,
        tone=tone,
        conversion=item.conversion,
        when_empty=item.when_empty if has_choice else None,
        issues=issues,
        problems=(*blocking, *wrong),
    )


def _origin(item: FieldMap, *, is_reading: bool, label_of: Callable[[str], str]) -> tuple[Source, str]:
    if is_reading:
        return Source.FIELD, item.origin.name if isinstance(item.origin, Column) else item.remote
    match item.origin:
        case Column(name):
            return Source.COLUMN, name
        case Constant(value):
            return Source.FIXED, f"“{value}”"
        case Lookup(column, object_name):
            return Source.FIND, f"{column} → {label_of(object_name)}" if object_name else column
        case _:
            assert_never(item.origin)


def _row_problems(sample: PreviewRow | None, remote: str) -> tuple[str, ...]:
    if sample is None:
        return ()
    return tuple(problem.message for problem in sample.problems if problem.field.casefold() == remote.casefold())


def _raw(item: FieldMap, sample: PreviewRow | None, raw: Mapping[str, str], *, is_reading: bool) -> str:
    values: Mapping[str, str | None] = sample.values if sample is not None else raw
    if is_reading:
        return values.get(item.remote) or ""
    match item.origin:
        case Column(name) | Lookup(name):
            return values.get(name) or ""
        case Constant():
            return ""
        case _:
            assert_never(item.origin)


def _becomes(
    item: FieldMap, sample: PreviewRow | None, wrong: tuple[str, ...], blocking: tuple[str, ...], *, is_reading: bool
) -> tuple[str, BecomesTone]:
    if blocking:
        return blocking[0], BecomesTone.BAD
    if wrong:
        return wrong[0], BecomesTone.WARNING
    if sample is None:
        return "", BecomesTone.QUIET
    if is_reading:
        name = item.origin.name if isinstance(item.origin, Column) else item.remote
        value = sample.becomes.get(name)
        return (value, BecomesTone.VALUE) if value else ("(empty)" if sample.becomes else "", BecomesTone.QUIET)
    found = {name.casefold(): value for name, value in sample.becomes.items()}
    if item.remote.casefold() not in found:
        return ("the row is rejected", BecomesTone.QUIET) if sample.problems else ("", BecomesTone.QUIET)
    value = found[item.remote.casefold()]
    if value is None:
        return _LEFT_ALONE, BecomesTone.QUIET
    return (value, BecomesTone.VALUE) if value else (_EMPTIED, BecomesTone.WARNING)


def _type(context: LinesContext, item: FieldMap) -> str:
    field = context.remote.field(item.remote) if context.remote is not None else None
    if field is None:
        return ""
    export = context.job.export
    is_key = export is not None and export.key.casefold() == item.remote.casefold()
    return type_words(field, context.label_of) + (" · key" if is_key else "")
