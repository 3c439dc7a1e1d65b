"""Bulk jobs as they are kept: what was asked for, how far each has come, and the file of its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from crmdesk.practice import ids, limits, refusals
from crmdesk.practice.clock import Clock
from crmdesk.practice.people import ADMINISTRATOR_ID
from crmdesk.practice.store import keep_setting, setting

_PREFIX = "750"
_LAST_NUMBER = "last job number"
_STAMP = "%Y-%m-%dT%H:%M:%S.000Z"
_STALE = f"InvalidJobState : The job was open for more than {limits.OPEN_HOURS} hours"  # believed
BROKEN = "InternalServerError : The practice org could not go on with this job"


class Kind(StrEnum):
    INGEST = "ingest"
    QUERY = "query"


class State(StrEnum):
    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    JOB_COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"

    @property
    def is_terminal(self) -> bool:
        return self in (State.JOB_COMPLETE, State.FAILED, State.ABORTED)


class LineEnding(StrEnum):
    LF = "LF"
    CRLF = "CRLF"

    @property
    def text(self) -> str:
        return "\n" if self is LineEnding.LF else "\r\n"


class Delimiter(StrEnum):
    COMMA = "COMMA"
    TAB = "TAB"
    SEMICOLON = "SEMICOLON"
    PIPE = "PIPE"
    CARET = "CARET"
    BACKQUOTE = "BACKQUOTE"

    @property
    def text(self) -> str:
        return _DELIMITERS[self]


_DELIMITERS = {
    Delimiter.COMMA: ",",
    Delimiter.TAB: "\t",
    Delimiter.SEMICOLON: ";",
    Delimiter.PIPE: "|",
    Delimiter.CARET: "^",
    Delimiter.BACKQUOTE: "`",
}


class Request(msgspec.Struct, frozen=True):
    """What the job was made with, and by whom. version: `60.0`; soql: of a query job only.

    assignment_rule: the id of the rule that chooses the owners of new cases or leads.
    """

    version: str
    object: str
    operation: str
    delimiter: Delimiter = Delimiter.COMMA
    line_ending: LineEnding = LineEnding.LF
    key_field: str | None = None
    soql: str | None = None
    user_id: str = ADMINISTRATOR_ID
    assignment_rule: str | None = None


class Progress(msgspec.Struct):
    """How far the job has come.

    place: the byte of the upload, or 0 before the header was read, from which the rows go on that no batch holds yet.
    fail_at, fail_message: after how many rows the job is to break off, drawn when it starts.
    """

    uploaded: bool = False
    processed: int = 0
    failed: int = 0
    batches: int = 0
    place: int = 0
    milliseconds: int = 0
    error: str | None = None
    fail_at: int | None = None
    fail_message: str = ""


class Job(msgspec.Struct):
    id: str
    kind: Kind
    state: State
    created: str
    modified: str
    request: Request
    progress: Progress


def make_job(connection: sqlite3.Connection, kind: Kind, state: State, request: Request, stamp: str) -> Job:
    """A new job under an id that no job, not even a deleted one, ever had."""
    number = int(setting(connection, _LAST_NUMBER) or 0) + 1
    keep_setting(connection, _LAST_NUMBER, str(number))
    job = Job(ids.new_id(_PREFIX, number), kind, state, stamp, stamp, request, Progress())
    connection.execute(
        "INSERT INTO _job VALUES (?, ?, ?, ?, ?, ?, ?)",
        (job.id, kind, state, stamp, stamp, msgspec.json.encode(request), msgspec.json.encode(job.progress)),
    )
    return job


def find_job(connection: sqlite3.Connection, kind: Kind, job_id: str, clock: Clock) -> Job:
    """Raises NOT_FOUND, also for a job that ended more than seven days ago."""
    row = connection.execute("SELECT * FROM _job WHERE id = ? AND kind = ?", (_long_id(job_id), kind)).fetchone()
    job = _aged(_job(row), clock) if row else None
    if job is None or _is_expired(job, clock):
        raise refusals.NOT_FOUND()
    return job


@contextmanager
def forgiving_deletion() -> Iterator[None]:
    """For work on a job that may be aborted and deleted meanwhile: it ends quietly then."""
    try:
        yield
    except refusals.Refused as refusal:
        if refusal.code != refusals.NOT_FOUND.code:
            raise


def list_jobs(connection: sqlite3.Connection, kind: Kind, clock: Clock, before: str, count: int) -> list[Job]:
    """Newest first, those whose id is smaller than `before`."""
    rows = connection.execute(
        "SELECT * FROM _job WHERE kind = ? AND id < ? ORDER BY id DESC LIMIT ?", (kind, before, count)
    )
    return [job for row in rows if not _is_expired(job := _aged(_job(row), clock), clock)]


def unfinished_jobs(connection: sqlite3.Connection) -> list[Job]:
    """Jobs that were working, or about to, when the server ended; oldest first."""
    rows = connection.execute(
        "SELECT * FROM _job WHERE state IN (?, ?) ORDER BY id", (State.UPLOAD_COMPLETE, State.IN_PROGRESS)
    )
    return [_job(row) for row in rows]


def keep_job(connection: sqlite3.Connection, job: Job, stamp: str) -> None:
    """Write the job's state and progress back."""
    job.modified = stamp
    connection.execute(
        "UPDATE _job SET state = ?, modified = ?, progress = ? WHERE id = ?",
        (job.state, stamp, msgspec.json.encode(job.progress), job.id),
    )


def delete_job(connection: sqlite3.Connection, job: Job) -> None:
    connection.execute("DELETE FROM _batch WHERE job = ?", (job.id,))
    connection.execute("DELETE FROM _job WHERE id = ?", (job.id,))


def sweep_jobs(connection: sqlite3.Connection, folder: Path, clock: Clock) -> None:
    """Remove the jobs whose results nobody may read any more, and uploads that broke off."""
    for job in map(_job, connection.execute("SELECT * FROM _job").fetchall()):
        if _is_expired(_aged(job, clock), clock):
            delete_job(connection, job)
            remove_files(folder, job.id)
    known = {job_id for (job_id,) in connection.execute("SELECT id FROM _job")}
    for path in (folder / "jobs").iterdir():
        if path.suffix == ".part" or path.name.partition(".")[0] not in known:
            path.unlink()


def remove_files(folder: Path, job_id: str) -> None:
    for path in (folder / "jobs").glob(f"{job_id}.*"):
        path.unlink(missing_ok=True)


def job_file(folder: Path, job_id: str, ending: str) -> Path:
    return folder / "jobs" / f"{job_id}.{ending}"


def _long_id(job_id: str) -> str:
    try:
        return ids.to18(job_id)
    except ValueError:
        return ""


def _job(row: tuple[str, str, str, str, str, bytes, bytes]) -> Job:
    job_id, kind, state, created, modified, request, progress = row
    return Job(
        job_id,
        Kind(kind),
        State(state),
        created,
        modified,
        msgspec.json.decode(request, type=Request),
        msgspec.json.decode(progress, type=Progress),
    )


def _aged(job: Job, clock: Clock) -> Job:
    """The job as it is by now: one that was never closed has failed.

    That it may be open for a day is documented (Bulk API 2.0 limits); the state that it has then is believed.
    """
    end = _moment(job.created) + timedelta(hours=limits.OPEN_HOURS)
    if job.state is State.OPEN and clock.now() >= end:
        job.state, job.modified, job.progress.error = State.FAILED, end.strftime(_STAMP), _STALE
    return job


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def _is_expired(job: Job, clock: Clock) -> bool:
    ended = _moment(job.modified)
    return job.state.is_terminal and clock.now() - ended > timedelta(days=limits.RESULTS_DAYS)
