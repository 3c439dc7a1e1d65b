"""A Job becomes the text of a job file, which reads back as the same Job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomli_w

from crmdesk.engine.job.filter import filter_table
from crmdesk.engine.job.index import index_table
from crmdesk.engine.job.local import local_table
from crmdesk.engine.job.mapping import line_values
from crmdesk.engine.job.period import period_table
from crmdesk.engine.job.reading import reading_tables
from crmdesk.engine.job.writing import behaviour_values, export_values, guard_values
from crmdesk.errors import UserError
from crmdesk.model.filter import Order
from crmdesk.model.job import Engine, Job

_Table = dict[str, object]


def job_text(job: Job, folder: Path | None = None) -> str:
    """The job as TOML; a file below `folder`, an absolute directory, is named relative to it.

    A filter that is one condition comes back as a group of one. Raises UserError for a text that is no Unicode.
    """
    text = tomli_w.dumps(_document(job, folder))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UserError(
            f"The job “{job.name}” cannot be saved: {error.object[error.start : error.end]!r} is no character.",
            hint="Give the file a name that consists of characters of your system's language.",
        ) from error
    return text


def _document(job: Job, folder: Path | None) -> _Table:
    """The tables of the file, without what a job has by itself."""
    document: _Table = {
        "version": 1,
        "name": job.name,
        "account": job.account,
        "object": job.object,
        "operation": job.operation.value,
        "local": local_table(job.local, folder),
        "mapping": [line_values(line, filter_table) for line in job.mapping],
    }
    if job.filter is not None:
        document["filter"] = filter_table(job.filter)
    if job.order_by:
        document["order_by"] = [_order(order) for order in job.order_by]
    if job.export is not None:
        document["export"] = export_values(job.export, job.operation)
    if guard := guard_values(job.guard):
        document["guard"] = guard
    if behaviour := behaviour_values(job.behaviour):
        document["behaviour"] = behaviour
    if job.engine is not Engine.AUTO:
        document["behaviour"] = {**behaviour, "engine": job.engine.value}
    if job.index is not None:
        document["index"] = index_table(job.index)
    if job.period is not None:
        document["period"] = period_table(job.period, folder)
    if job.variables:
        document["variables"] = dict(job.variables)
    return document | reading_tables(job.reading, folder)


def _without(table: _Table, defaults: Mapping[str, object]) -> _Table:
    """The table without the keys that have their default value."""
    return {key: value for key, value in table.items() if key not in defaults or value != defaults[key]}


def _order(order: Order) -> _Table:
    return {"field": order.field, **({"direction": "desc"} if order.is_descending else {})}
