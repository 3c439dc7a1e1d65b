"""Which source columns matter for the rejects of a job: its key, its name, and those that fill a field."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, Expression, FieldMap, Lookup, Owner, RecordType
from crmdesk.viewmodel.job_editor.writing.formulas import columns_in

_NAMES = ("Name", "LastName", "Subject", "Title", "CaseNumber", "fullname", "name")
"""Fields by which people know a record, the most telling first."""


def column_of(line: FieldMap) -> str:
    """The source column that fills a field, or an empty text where none does."""
    match line.origin:
        case Column(name):
            return name
        case Lookup(column=column) | Owner(column=column) | RecordType(column=column):
            return column
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class RejectColumns:
    """The columns of the rejects' source. `key` and `name` are columns of it, or empty."""

    all: tuple[str, ...]
    key: str
    name: str
    fields: tuple[tuple[str, str], ...]
    """Pairs of a remote field and the column that fills it, empty where none does, in the job's order."""

    def column_of_field(self, fields: str) -> str:
        """The column behind the first of these fields (`LastName, Email`) that has one.

        A cell that cannot be read is a reject for its column, before any field is known.
        """
        by_field = dict(self.fields)
        found = next((by_field[name] for name in fields.split(", ") if by_field.get(name)), "")
        return found or (fields if fields in self.all else "")

    def fields_of_column(self, column: str) -> tuple[str, ...]:
        """The remote fields that a column fills."""
        return tuple(field for field, filled_by in self.fields if filled_by == column)


def columns_of(job: Job, header: Iterable[str]) -> RejectColumns:
    """What the columns of `header` are for in `job`."""
    present = tuple(header)
    filled = ((line.remote, column_of(line) or _sole_column(line, present)) for line in job.mapping)
    fields = tuple((field, column) for field, column in filled if column in present or not column)
    by_field = dict(fields)
    key = by_field.get(job.export.key, "") if job.export is not None else ""
    name = next((by_field[field] for field in _NAMES if by_field.get(field)), "")
    return RejectColumns(present, key, name if name != key else "", fields)


def _sole_column(line: FieldMap, present: Collection[str]) -> str:
    """The one column that a formula is made of; empty where there is none, or another."""
    named = columns_in(line.origin.text, present) if isinstance(line.origin, Expression) else frozenset()
    return next(iter(named)) if len(named) == 1 else ""
