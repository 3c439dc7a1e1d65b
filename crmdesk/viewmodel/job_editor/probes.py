"""Jobs made of a draft to learn something about it: one to count by, one to check, one to preview."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from crmdesk.desk.window.answers import JobProblem
from crmdesk.desk.window.history import History
from crmdesk.model.index import Deletions
from crmdesk.model.job import Action, ExportOptions, Job, Local, LocalFile, Operation
from crmdesk.model.local import LocalTable
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.mapping import Column, Constant, FieldMap, Mapping
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.viewmodel.job_editor.line_choices import column_of
from crmdesk.viewmodel.job_editor.mapping_lines import line_of_place
from crmdesk.viewmodel.job_editor.reading.period import is_whole

_UNNAMED = "draft"
_ANY_LINE = (FieldMap(_UNNAMED, Constant(_UNNAMED)),)


def any_line(remote: RemoteObject | None) -> Mapping:
    """A mapping for a reading job that has none: of the record id, whatever the CRM calls that."""
    name = remote.id_field if remote is not None else "Id"
    return (FieldMap(name, Column(name)),)


def counting_text(history: History, job: Job, remote: RemoteObject | None) -> str:
    """The text of a job that has the source of `job` and else what does not count; empty while there is no source.

    `remote` is the object that a reading job reads.
    """
    if job.operation.is_reading:
        if not (job.account and job.object) or (job.period is not None and not is_whole(job.period)):
            return ""
        mapping = job.mapping if job.index else any_line(remote)
        named = replace(job, name=name_for_probes(job), mapping=mapping, order_by=())
        index = replace(job.index, deletions=Deletions.NO) if job.index is not None else None
        return history.job_text(replace(named, local=LocalFile("rows.csv"), index=index))
    if not job.local.path:
        return ""
    return history.job_text(source_of(job))


def source_of(job: Job) -> Job:
    """A job of which nothing but the source of `job` is meant.

    Of another account that is what the job chooses among its records, and the paths that it takes beside their fields.
    """
    if not isinstance(job.local, LocalAccount):
        return source_job(job.local)
    names = dict.fromkeys(column_of(line.origin) for line in job.mapping)
    paths = tuple(FieldMap(name, Column(name)) for name in names if "." in name)
    return replace(
        source_job(job.local),
        mapping=paths or _ANY_LINE,
        filter=job.filter,
        order_by=job.order_by,
    )


def source_job(local: Local) -> Job:
    """A job of which nothing but its source is meant."""
    insert = ExportOptions(Action.INSERT)
    return Job(_UNNAMED, _UNNAMED, _UNNAMED, Operation.EXPORT, local, _ANY_LINE, export=insert)


def database_job(local: LocalTable) -> Job:
    """A job of which nothing but its database is meant, whatever is said of its rows."""
    return source_job(LocalTable(local.database, local.table or _UNNAMED))


def name_for_probes(job: Job) -> str:
    """The name by which a job is looked at: any, unless its option is called by it."""
    return job.name if job.name and (job.index is not None or job.period is not None) else _UNNAMED


def checked_job(job: Job) -> Job:
    """The job as it is, with a name for the time it has none."""
    return job if job.name else replace(job, name=_UNNAMED)


def seen_job(job: Job) -> Job:
    """The job with what it may lack and can be looked at all the same: a name, and the lines of a reading one."""
    mapping = job.mapping if not job.operation.is_reading else job.mapping or any_line(None)
    return replace(checked_job(job), mapping=mapping)


def preview_job(job: Job, problems: Sequence[JobProblem], remote: RemoteObject | None) -> Job | None:
    """The job without the lines that cannot work, so that the others can be seen; None when nothing can be.

    A required field without a line is filled with something, and a missing key is let pass: the values of the other
    lines do not depend on them.
    """
    bad = {number for problem in problems if (number := line_of_place(problem.place)) is not None}
    places = {problem.place for problem in problems if line_of_place(problem.place) is None}
    mapping = tuple(line for number, line in enumerate(job.mapping) if number not in bad)
    if places - {"mapping", "export.key"} or not mapping:
        return None
    seen = replace(checked_job(job), mapping=mapping)
    if remote is None or seen.export is None or not (bad or places):
        return seen
    return without_fields(seen, (), remote)


def without_fields(job: Job, names: Collection[str], remote: RemoteObject) -> Job | None:
    """The job without the lines of these fields; None when no line is left."""
    dropped = {name.casefold() for name in names}
    mapping = tuple(line for line in job.mapping if line.remote.casefold() not in dropped)
    if not mapping or job.export is None:
        return None
    mapped = {line.remote.casefold() for line in mapping}
    export = job.export
    if not export.key_fields <= mapped and export.action is not Action.DELETE:
        export = replace(export, action=Action.INSERT, key="")
        mapping = tuple(line for line in mapping if line.remote.casefold() != remote.id_field.casefold())
    if export.action is Action.INSERT:
        mapping += tuple(FieldMap(field.name, Constant(_anything(field))) for field in missing_fields(remote, mapped))
    return replace(job, mapping=mapping, export=export) if mapping else None


def missing_fields(remote: RemoteObject, mapped: Collection[str]) -> tuple[Field, ...]:
    """The fields that a new record must have and that are not among `mapped` (folded names)."""
    return tuple(
        field
        for field in remote.fields
        if field.is_required_on_create and field.name.casefold() not in mapped and field.name != remote.id_field
    )


def _anything(field: Field) -> str:
    return field.values[0] if field.values else "1"
