"""The local end of a draft: made of what a person types or chooses, and changed piece by piece."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from crmdesk.model.job import Job, Local, LocalFile
from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.read_options import Take

SQLITE = (".db", ".sqlite", ".sqlite3")
"""How the names of files end that hold a database."""

_RUN = re.compile(r"(results|rejects) of run (\d+)", re.IGNORECASE)
_ADDRESS = re.compile(r"(sqlite|postgres(?:ql)?)://", re.IGNORECASE)


def local_of(text: str, job: Job) -> Local:
    """The end that `text` names: a path, a database file or an address, with `#table` behind it or without.

    A table that is not named is the one of the draft, else it is called like the object. How rows are put in stays.
    Of a job that writes also an earlier run: “results of run 7”, “rejects of run 7”.
    """
    typed = text.strip()
    found = _RUN.fullmatch(typed)
    if found is not None and not job.operation.is_reading:
        return LocalRun(found[2], Take.REJECTS if found[1].casefold() == Take.REJECTS else Take.OUTPUT)
    address, _, table = typed.partition("#")
    if _ADDRESS.match(typed) or address.lower().endswith(SQLITE):
        return _table_of(address, table, job)
    mode = job.local.mode if job.operation.is_reading else Mode.REPLACE
    return LocalFile(absolute(typed), mode=mode) if typed else LocalFile("")


def read_as(local: Local, file: LocalFile) -> Local:
    """`local` with what is said of its texts by `file`; a table has no encoding, what a CRM writes needs no words."""
    if isinstance(local, LocalAccount):
        return local
    if isinstance(local, LocalFile):
        return replace(file, path=local.path)
    return replace(local, decimal=file.decimal, date_format=file.date_format, time_zone=file.time_zone)


def with_source(job: Job, local: Local) -> Job:
    """The job with its rows from `local`; what chose among the records of another object goes."""
    before = job.local
    is_same = isinstance(before, LocalAccount) and isinstance(local, LocalAccount) and before.object == local.object
    if job.operation.is_reading or is_same:
        return replace(job, local=local)
    return replace(job, local=local, filter=None, order_by=())


def absolute(path: str) -> str:
    """The path as a job keeps it; "" stays."""
    return str(Path(path).expanduser().absolute()) if path.strip() else ""


def _table_of(address: str, table: str, job: Job) -> LocalTable:
    mode = job.local.mode if job.operation.is_reading else Mode.REPLACE
    before = job.local if isinstance(job.local, LocalTable) else LocalTable("", mode=mode)
    named = table or before.table or ("" if before.query else job.object.lower())
    query = "" if table or job.operation.is_reading else before.query
    return replace(before, database=_database(address), table="" if query else named, query=query)


def _database(address: str) -> str:
    """The address as a job keeps it: of a file the absolute path behind `sqlite:///`."""
    found = _ADDRESS.match(address)
    if found is not None and found[1].lower() != "sqlite":
        return address
    return f"sqlite:///{absolute(re.sub(r'^sqlite:///?', '', address, flags=re.IGNORECASE))}"
