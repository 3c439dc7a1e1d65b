"""The workbook of a run's open rejects: a sheet a cause, with what the CRM's schema knows of each column."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial

from crmdesk.desk.mending.groups import CauseGroup, rejects_in
from crmdesk.engine.planning.writing import columns_of
from crmdesk.engine.workbook.sheets import SET_ASIDE, CauseSheet, CellRule, Handover
from crmdesk.model.figures import counted
from crmdesk.model.job import Job, LocalFile
from crmdesk.model.mapping import Column
from crmdesk.model.reject import Check, Reject, RejectState, RowProblem
from crmdesk.model.run import RunRecord
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.store.rejects import Rejects

_NAMES = ("Name", "LastName", "Subject", "FullName")
_MOST_CHOICES = 16_000  # columns of a sheet, one a choice


def handover_of(
    record: RunRecord,
    job: Job,
    groups: Sequence[CauseGroup],
    rejects: Rejects,
    remote: RemoteObject | None,
    words: Sequence[str] = (),
) -> Handover:
    """What the workbook of a run holds; without `remote` it has no lists to pick from."""
    first = next(iter(rejects.page(record.run, limit=1, states=(RejectState.OPEN,))), None)
    fields = _fields(job, remote)
    return Handover(
        columns=tuple(first.values) if first is not None else (),
        sheets=tuple(
            CauseSheet(
                f"{group.number} {group.title}",
                group.advice or "Correct the row, or tell why it is to be set aside.",
                source_columns(job, group.field),
                partial(rejects_in, rejects, record.run, group, (RejectState.OPEN,)),
            )
            for group in groups
            if group.open
        ),
        rules={column: rule for column, field in fields.items() if (rule := _rule(field)) is not None},
        dates={column for column, field in fields.items() if field.type is FieldType.DATE},
        date_format=job.local.date_format if isinstance(job.local, LocalFile) else "",
        key=next(iter(source_columns(job, job.export.key if job.export is not None else "")), ""),
        name=next((column for name in _NAMES for column in source_columns(job, name)), ""),
        words=_words(record, groups, words),
    )


def source_columns(job: Job, field: str) -> tuple[str, ...]:
    """The source columns that fill a remote field, or those of a key with commas between.

    None for a field that is not mapped, or filled by a constant.
    """
    wanted = {name.strip().casefold() for name in field.split(",")} - {""}
    return columns_of(tuple(line for line in job.mapping if line.remote.casefold() in wanted))


def unreadable_columns(job: Job, reject: Reject) -> Collection[str]:
    """The source columns of a reject whose values could not be read: written in another way they are mended."""
    problems = (RowProblem(reject.field, reject.code, reject.message), *reject.also)
    wrong = {problem.field for problem in problems if problem.code == Check.CONVERSION_ERROR}
    return {column for field in wrong for column in source_columns(job, field)}


def _fields(job: Job, remote: RemoteObject | None) -> dict[str, Field]:
    """The fields that source columns fill as they are."""
    return {
        line.origin.name: field
        for line in job.mapping
        if isinstance(line.origin, Column) and remote is not None and (field := remote.field(line.remote)) is not None
    }


def _rule(field: Field) -> CellRule | None:
    match field.type:
        case FieldType.PICKLIST if field.is_restricted and 0 < len(field.values) <= _MOST_CHOICES:
            return CellRule(choices=field.values)
        case FieldType.BOOLEAN:
            return CellRule(choices=("true", "false"))
        case FieldType.TEXT | FieldType.EMAIL if field.length:
            return CellRule(length=field.length)
        case _:
            return None


def _words(record: RunRecord, groups: Sequence[CauseGroup], more: Sequence[str]) -> tuple[str, ...]:
    waiting = sum(group.open for group in groups)
    return (
        f"{counted(waiting, 'row')} of “{record.start.job}” did not make it to the CRM (run {record.run}).",
        "Each sheet holds the rows of one cause: correct the yellow cells.",
        f"A row that is not to be sent gets a reason in the column “{SET_ASIDE}”.",
        "Leave the first column as it is: by it rows find their way back, though they be sorted, moved or removed.",
        f"Written on {date.today().isoformat()}.",  # noqa: DTZ011 - the day of the person who writes it
        *more,
    )
