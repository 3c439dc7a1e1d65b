"""The plan of an import of deleted records: what is known of them, each in a column."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.connectors.deletions import DELETED_AT
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.schema import Field, FieldType, RemoteObject

SURVIVOR = "MasterRecordId"
"""SOAP guide, merge: the record that took the place of one that vanished in a merge."""


def with_time(remote: RemoteObject) -> RemoteObject:
    """The object with the time of a deletion as a field of its own."""
    if remote.field(DELETED_AT) is not None:
        return remote
    time = Field(DELETED_AT, "Deleted", FieldType.DATETIME, is_creatable=False, is_updatable=False, is_filterable=False)
    return replace(remote, fields=(*remote.fields, time))


def with_by_itself(job: Job, remote: RemoteObject) -> Job:
    """The job with the time of the deletion and, where records are merged, the survivor mapped by themselves."""
    mapped = {line.remote.casefold() for line in job.mapping}
    names = [DELETED_AT, *([SURVIVOR] if remote.field(SURVIVOR) is not None else [])]
    added = (FieldMap(remote=name, origin=Column(name)) for name in names if name.casefold() not in mapped)
    return replace(job, mapping=(*job.mapping, *added))
