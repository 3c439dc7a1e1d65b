"""Remedies that change how rows are sent: a job becomes another one, for a retry or from now on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from crmdesk.errors import UserError
from crmdesk.model.job import Action, Engine, ExportOptions, Job, LocalFile, Speed, WhenKeyEmpty
from crmdesk.model.mapping import Column, FieldMap

RECORD_ID = "_crmdesk_id"
"""The column that holds the id of the record that a row turned out to be."""

_ID_IN_MESSAGE = re.compile(
    r"\b(?=\w*\d)[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)


class Way(StrEnum):
    """Another way to send rejects again than the job's own."""

    AS_THE_JOB = "job"
    GENTLY = "gentle"
    ONE_BY_ONE = "one-by-one"
    CREATE = "create"
    ANYWAY = "anyway"
    UPDATE = "update"


_WITH_VALUES = (Way.CREATE, Way.ANYWAY, Way.UPDATE)


def sent_in(job: Job, way: Way, id_field: str) -> Job:
    """The job that sends rejects in this way; `id_field` is the remote field that holds the record id."""
    options = job.export
    if options is None:
        raise UserError(
            f"“{job.name}” reads from the CRM: its rejects are not sent.", hint="Run the job again instead."
        )
    if options.action in (Action.DELETE, Action.UNDELETE) and way in _WITH_VALUES:
        raise UserError(
            f"“{job.name}” {'deletes' if options.action is Action.DELETE else 'brings back'} records: its rows have "
            f"nothing that could be written by “{way.value}”.",
            hint="Correct the key, or set the rows aside.",
        )
    return {
        Way.AS_THE_JOB: lambda: job,
        Way.GENTLY: lambda: _exported(job, replace(options, engine=Engine.REST, speed=Speed.GENTLE)),
        Way.ONE_BY_ONE: lambda: _exported(job, replace(options, engine=Engine.REST, rows_per_call=1)),
        Way.ANYWAY: lambda: _exported(job, replace(options, wishes=replace(options.wishes, allows_duplicates=True))),
        Way.CREATE: lambda: _creating(job, options, id_field),
        Way.UPDATE: lambda: _updating(job, options, id_field),
    }[way]()


def without_field(job: Job, field: str) -> Job:
    """The job without the line that fills a field; raises UserError where there is none that it can do without."""
    lines = tuple(line for line in job.mapping if line.remote.casefold() != field.casefold())
    if not lines or len(lines) == len(job.mapping):
        raise UserError(
            f"{field} cannot be left out of “{job.name}”.", hint="`crmdesk check` names the lines of a job."
        )
    return replace(job, mapping=lines)


def with_values(job: Job, field: str, table: Mapping[str, str]) -> Job:
    """The job with more whole values replaced in the lines that fill a field."""
    return _lines_changed(job, field, lambda line: replace(line, values={**line.values, **table}))


def inserting_without_key(job: Job) -> Job:
    """The job that makes new records of rows without a key; raises UserError for one that looks for none."""
    if job.export is None or job.export.action is not Action.UPSERT:
        raise UserError(f"“{job.name}” does not look for records to update.", hint="Leave --from-now-on out.")
    return _exported(job, replace(job.export, when_key_empty=WhenKeyEmpty.INSERT))


def with_format(job: Job, pattern: str, decimal: str) -> Job:
    """The job that reads its dates in this form, or its numbers with this decimal mark and the other one as groups'."""
    if not isinstance(job.local, LocalFile):
        raise UserError("The dates of a table are dates already.", hint="Correct the values.")
    if pattern:
        return replace(job, local=replace(job.local, date_format=pattern))
    groups = "," if decimal == "." else "."
    local = replace(job.local, decimal=decimal, thousands=groups)
    return replace(job, local=local)


def id_in(message: str) -> str:
    """The id of a record that a message names; "" when it names none, or several."""
    found = set(_ID_IN_MESSAGE.findall(message))
    return found.pop() if len(found) == 1 else ""


def _exported(job: Job, options: ExportOptions) -> Job:
    return replace(job, export=options)


def _creating(job: Job, options: ExportOptions, id_field: str) -> Job:
    """Every row a new record, without the id that it would be found by."""
    lines = tuple(line for line in job.mapping if line.remote.casefold() != id_field.casefold())
    return replace(job, mapping=lines, export=replace(options, action=Action.INSERT, key=""))


def _updating(job: Job, options: ExportOptions, id_field: str) -> Job:
    lines = tuple(line for line in job.mapping if line.remote.casefold() != id_field.casefold())
    found = FieldMap(id_field, Column(RECORD_ID))
    return replace(job, mapping=(found, *lines), export=replace(options, action=Action.UPDATE, key=id_field))


def _lines_changed(job: Job, field: str, change: Callable[[FieldMap], FieldMap]) -> Job:
    lines = tuple(change(line) if line.remote.casefold() == field.casefold() else line for line in job.mapping)
    if lines == job.mapping:
        raise UserError(f"“{job.name}” does not fill {field}.", hint="Give the job a line for it.", place="mapping")
    return replace(job, mapping=lines)
