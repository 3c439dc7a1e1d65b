"""A reject beside the record that is in the CRM now."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.window.answers import Beside, FieldBeside
from crmdesk.engine.finding.records import Wanted, records
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.reject import Reject
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.store import Store


def beside(accounts: Accounts, store: Store, reject: Reject) -> Beside:
    """Look the record of a reject up by the key of its job; raises RemoteError and SignInError."""
    start = store.runs.get(reject.run).start
    job = job_of(start).job
    with accounts.open(start.account) as opened:
        remote = opened.describe(job.object)
        shown = [(line, field) for line in job.mapping if (field := remote.field(line.remote)) is not None]
        key = remote.key(job.export.key) if job.export is not None and job.export.key else None
        value = _value(job, reject, key)
        found = _record(opened, remote, key, value, [field for _, field in shown]) if key is not None and value else {}
    record = str(found.get(remote.id_field) or "")
    fields = (FieldBeside(f.name, f.label, _source(line, reject), found.get(f.name)) for line, f in shown)
    return Beside(record, "" if record else _why(remote, key, value), tuple(fields))


def _value(job: Job, reject: Reject, key: Field | None) -> str:
    """What the row says about the key: as it was sent, else as the source has it."""
    if key is None:
        return ""
    line = next((line for line in job.mapping if line.remote.casefold() == key.name.casefold()), None)
    return reject.sent.get(key.name) or (_source(line, reject) if line is not None else None) or ""


def _source(line: FieldMap, reject: Reject) -> str | None:
    return reject.values.get(line.origin.name) if isinstance(line.origin, Column) else reject.sent.get(line.remote)


def _record(
    opened: Opened, remote: RemoteObject, key: Field, value: str, fields: Sequence[Field]
) -> dict[str, str | None]:
    readable = [each.name for each in fields if each.type not in (FieldType.COMPOUND, FieldType.BINARY)]
    names = tuple(dict.fromkeys((remote.id_field, key.name, *readable)))
    wanted = Wanted(remote, key, lambda: (pl.Series([value], dtype=pl.String),), names)
    for frame in records(wanted, opened.session, opened.connector.capabilities, CancelToken()):
        if frame.height:
            return dict(frame.row(0, named=True))
    return {}


def _why(remote: RemoteObject, key: Field | None, value: str) -> str:
    if key is None:
        return "The job finds records by no key."
    if not value:
        return f"The row has no {key.name}."
    return f"No {remote.label} with this {key.name} is there."
