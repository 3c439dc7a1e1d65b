"""The preview as a table: a row a row of the source, a cell a line of the mapping, raw and as it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crmdesk.desk.window.answers import PreviewRow
from crmdesk.model.job import Job, LocalFile
from crmdesk.model.local import LocalTable
from crmdesk.model.mapping import Column, Constant, Conversion, Expression, FieldMap
from crmdesk.model.preview import Fate
from crmdesk.model.schema import FieldType, RemoteObject
from crmdesk.viewmodel.job_editor.mapping_lines import MappingLine

_OUTCOMES: Mapping[Fate | None, str] = {
    Fate.INSERT: "created",
    Fate.UPDATE: "updated",
    Fate.UNDELETE: "updated",
    Fate.DELETE: "deleted",
    Fate.SKIP: "unchanged",
    Fate.REJECT: "rejected",
}
_WITH_TIME = (Conversion.DEFAULT, Conversion.WITHOUT_OFFSET)


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A value before and after; `problem` is what is wrong with it."""

    raw: str
    becomes: str
    problem: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A row; `outcome` is what a run would make of it, as a count of a run is called, `why` all its problems.

    It is empty for a row that is read and has no problem.
    """

    row: int
    outcome: str
    why: str
    cells: tuple[PreviewCell, ...]


def preview_titles(job: Job, lines: Sequence[MappingLine], remote: RemoteObject | None) -> tuple[str, ...]:
    """The head of the table: what each line of the mapping fills, a time with the zone in which it is meant."""
    named = job.local.time_zone if isinstance(job.local, LocalFile | LocalTable) else ""
    zone = named or datetime.now().astimezone().tzname() or ""
    return tuple(_title(line, remote, zone) for line in lines)


def _title(line: MappingLine, remote: RemoteObject | None, zone: str) -> str:
    field = remote.field(line.name) if remote is not None else None
    is_time = field is not None and field.type is FieldType.DATETIME and line.conversion in _WITH_TIME
    return f"{line.label} ({zone})" if is_time else line.label or "–"


def preview_lines(job: Job, rows: Sequence[PreviewRow]) -> list[PreviewLine]:
    """The rows that were looked at."""
    return [
        PreviewLine(
            row.row,
            "rejected" if row.problems else _OUTCOMES.get(row.fate, ""),
            "\n".join(problem.message for problem in row.problems),
            tuple(_cell(job, item, row) for item in job.mapping),
        )
        for row in rows
    ]


def _cell(job: Job, item: FieldMap, row: PreviewRow) -> PreviewCell:
    problem = next((each.message for each in row.problems if each.field.casefold() == item.remote.casefold()), "")
    if job.operation.is_reading:
        name = item.origin.name if isinstance(item.origin, Column) else item.remote
        return PreviewCell(row.values.get(item.remote) or "", row.becomes.get(name) or "", problem)
    if isinstance(item.origin, Constant | Expression):
        raw = ""
    else:
        raw = row.values.get(item.origin.name if isinstance(item.origin, Column) else item.origin.column) or ""
    return PreviewCell(raw, row.becomes.get(item.remote) or "", problem)
