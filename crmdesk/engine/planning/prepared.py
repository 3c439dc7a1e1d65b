"""The plan of a run whose list is complete: what the list was worked out from does not matter any more."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.planning.plan import Describe, WritingPlan
from crmdesk.engine.planning.writing import plan_write
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.schema import Field, FieldType, RemoteObject


def plan_prepared(job: Job, remote: RemoteObject, can: Capabilities, describe: Describe) -> WritingPlan:
    """The plan by which the list of a run is sent; raises PlanError for what the CRM would refuse of every row.

    Lookups were made, constants and formulas worked out: where they came from may be gone or have changed.
    """
    listed = tuple(FieldMap(item.remote, Column(item.remote)) for item in job.mapping)
    header = tuple(item.remote for item in job.mapping)
    plan = plan_write(replace(job, mapping=listed), remote, header, can, describe)
    return replace(plan, job=job)


def plan_settling(job: Job, remote: RemoteObject, can: Capabilities, describe: Describe) -> WritingPlan:
    """The plan by which it is found out what became of a list; nothing of it is sent, so no right is needed for it."""
    return plan_prepared(job, regardless(job, remote), can, describe)


def regardless(job: Job, remote: RemoteObject) -> RemoteObject:
    """The object as if all that a job writes could be written still; what is gone can be neither read nor compared.

    They keep their places, so that a row is not shortened by what is not there for a while.
    """
    key = job.export.key.casefold() if job.export is not None else ""
    gone = [item.remote for item in job.mapping if remote.field(item.remote) is None]
    ghosts = [Field(name, name, FieldType.BINARY, is_filterable=False, is_key=name.casefold() == key) for name in gone]
    there = [each if each.name == remote.id_field else _writable(each) for each in remote.fields]
    return replace(remote, fields=(*there, *ghosts), is_creatable=True, is_updatable=True, is_deletable=True)


def _writable(field: Field) -> Field:
    return replace(field, is_creatable=True, is_updatable=True, is_defaulted=True)
