"""The first mapping of a job, made when its file and its object are known."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.desk.window.answers import FileLook
from crmdesk.model.job import Action, ExportOptions, Job, Operation
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.auto_map import Match, match_columns
from crmdesk.viewmodel.job_editor.draft import with_key
from crmdesk.viewmodel.job_editor.mapping import samples_of


def first_mapping(job: Job, look: FileLook, remote: RemoteObject) -> Job:
    """The job with the lines that names alone decide.

    An insert for which the file has an external id becomes an upsert by it, so that a second run doubles nothing.
    """
    if job.operation is Operation.DELETE:
        return _delete(job, look, remote)
    if job.export is None:
        return job
    action = job.export.action
    if action is Action.INSERT:
        upsert = _sure(job, look, remote, Action.UPSERT)
        key = next((match for match in upsert if match.field.is_key and match.field.is_external_id), None)
        if key is not None and _is_filled(look, key.column):
            export = replace(job.export, action=Action.UPSERT, key=key.field.name)
            mapping = (key.line, *(match.line for match in upsert if match is not key))
            return replace(job, export=export, mapping=mapping)
    return replace(job, mapping=tuple(match.line for match in _sure(job, look, remote, action)))


def _delete(job: Job, look: FileLook, remote: RemoteObject) -> Job:
    found = _sure(job, look, remote, Action.DELETE)
    chosen = next((match for match in found if match.field.name == remote.id_field), found[0] if found else None)
    if chosen is None:
        return job
    return replace(
        with_key(job, chosen.field.name), mapping=(chosen.line,), export=ExportOptions(Action.DELETE, chosen.field.name)
    )


def _sure(job: Job, look: FileLook, remote: RemoteObject, action: Action) -> tuple[Match, ...]:
    return match_columns(samples_of(look), remote, job.operation, action).sure


def _is_filled(look: FileLook, column: str) -> bool:
    """Whether most of the first rows have a value in the column."""
    values = samples_of(look)[column]
    return bool(values) and sum(bool(value.strip()) for value in values) * 2 > len(values)
