"""The preview as a table: a row a row of the source, a cell a line of the mapping, raw and as it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmdesk.desk.window.answers import PreviewRow
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, Constant, Expression, FieldMap
from crmdesk.viewmodel.job_editor.mapping_lines import MappingLine


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """A value before and after; `problem` is what is wrong with it."""

    raw: str
    becomes: str
    problem: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A row; `word` is its outcome where it would not be sent, `why` all its problems."""

    row: int
    word: str
    why: str
    cells: tuple[PreviewCell, ...]


def preview_titles(lines: Sequence[MappingLine]) -> tuple[str, ...]:
    """The head of the table: what each line of the mapping fills."""
    return tuple(line.label or "–" for line in lines)


def preview_lines(job: Job, rows: Sequence[PreviewRow]) -> list[PreviewLine]:
    """The rows that were looked at."""
    return [
        PreviewLine(
            row.row,
            "Rejected" if row.problems else "",
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
