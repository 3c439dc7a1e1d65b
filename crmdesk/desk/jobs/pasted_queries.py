"""A query in the CRM's own language becomes a job that reads the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crmdesk.connectors.queries import TakesQueriesApart
from crmdesk.connectors.registry import connector
from crmdesk.engine.job.text import job_text
from crmdesk.errors import UserError
from crmdesk.model.account import Account
from crmdesk.model.file_kind import SUFFIXES, is_known
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap


def job_from_query(account: Account, text: str, name: str, place: Path) -> tuple[str, Sequence[str]]:
    """The text of a job file that reads into the file `place` what `text` asks for, and what it has no place for.

    Each field goes into a column of its own path. Raises UserError that says why it cannot be.
    """
    crm = connector(account.kind)
    if not isinstance(crm, TakesQueriesApart):
        raise UserError(f"Queries for {crm.label} cannot be taken apart.", hint="Write the job by hand.")
    if not is_known(place.name):
        raise UserError(f"“{place}” is not a kind of file that can be used.", hint=f"Use one of {', '.join(SUFFIXES)}.")
    found = crm.taken_apart(text)
    query = found.query
    job = Job(
        name=name or f"{query.object} by query",
        account=account.name,
        object=query.object,
        operation=Operation.IMPORT,
        local=LocalFile(str(place.absolute())),
        mapping=tuple(FieldMap(field, Column(field)) for field in query.fields),
        filter=query.filter,
        order_by=query.order_by,
    )
    return job_text(job, place.absolute().parent), found.notices
