"""Changes to a job that is being edited: each makes a new one of it."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.model.behaviour import Guard
from crmdesk.model.job import Action, Direction, Engine, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.period import PeriodOptions
from crmdesk.model.read_options import READ_PLAINLY
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.field_words import keys_of
from crmdesk.viewmodel.job_editor.part_draft import with_item


def empty_job(operation: Operation, account: str = "") -> Job:
    """A job in which nothing is chosen yet: empty texts stand for what is missing."""
    return Job("", account, "", operation, LocalFile(""), (), export=_export(operation), period=_period(operation))


def _export(operation: Operation) -> ExportOptions | None:
    match operation:
        case Operation.IMPORT | Operation.IMPORT_DELETED:
            return None
        case Operation.EXPORT:
            return ExportOptions(Action.INSERT)
        case Operation.DELETE:
            return ExportOptions(Action.DELETE)


def _period(operation: Operation) -> PeriodOptions | None:
    return PeriodOptions() if operation is Operation.IMPORT_DELETED else None


def with_operation(job: Job, operation: Operation) -> Job:
    """The job turned into another operation.

    What the other way round could do harm is dropped: a file that was read is never the one to be written over.
    """
    if operation is job.operation:
        return job
    was_reading = job.direction is Direction.READS
    is_reading = operation.is_reading
    stays_chosen = isinstance(job.local, LocalAccount) and not is_reading  # the records of a source are chosen there
    turned = replace(
        job,
        operation=operation,
        export=_export(operation),
        filter=job.filter if stays_chosen else None,
        order_by=job.order_by if stays_chosen else (),
        reading=READ_PLAINLY,
        engine=Engine.AUTO,
        index=None,
        period=_period(operation),
    )
    if was_reading is not is_reading:
        return replace(turned, local=LocalFile(""), mapping=(), guard=Guard())
    return replace(turned, mapping=()) if operation is Operation.DELETE else turned


def with_line(job: Job, number: int, line: FieldMap) -> Job:
    """The job with its line at index `number` replaced."""
    return replace(job, mapping=with_item(job.mapping, number, line))


def with_proposed_key(job: Job, remote: RemoteObject | None) -> Job:
    """The job with the one external id that has a line as its key, where an action wants one and none is chosen."""
    if job.export is None or job.export.key or job.export.action not in (Action.UPDATE, Action.UPSERT):
        return job
    mapped = {line.remote for line in job.mapping}
    found = [each.name for each in keys_of(remote, job.export.action) if each.is_external_id and each.name in mapped]
    return with_key(job, found[0]) if len(found) == 1 else job


def with_key(job: Job, key: str) -> Job:
    """The job with `key` to find records by; the lines of a delete are those of its key."""
    if job.export is None:
        return job
    turned = replace(job, export=replace(job.export, key=key))
    if job.operation is Operation.DELETE and key:
        parts = [part.strip() for part in key.split(",")]
        known = {line.remote.casefold(): line for line in job.mapping}
        first = job.mapping[0].origin if job.mapping and len(parts) == 1 else Column("")
        return replace(turned, mapping=tuple(known.get(part.casefold()) or FieldMap(part, first) for part in parts))
    return turned
