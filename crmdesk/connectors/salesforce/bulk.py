"""Many rows by Bulk API 2.0 ingest jobs, one job a payload, a few at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

import polars as pl

from crmdesk.connectors.contract import (
    OpenSend,
    Packing,
    Payload,
    Point,
    Receipt,
    SendLog,
    Settled,
    WriteRequest,
)
from crmdesk.connectors.flight import Landing, in_flight
from crmdesk.connectors.salesforce import bulk_csv
from crmdesk.connectors.salesforce.bulk_job import IngestJob, JobGone
from crmdesk.connectors.salesforce.polling import JobInfo, State
from crmdesk.connectors.salesforce.receipts import ended_by, of_one_kind
from crmdesk.connectors.salesforce.rest import Rest, cut_short
from crmdesk.connectors.salesforce.results import joined_rows
from crmdesk.connectors.salesforce.sent_rows import SentRows
from crmdesk.connectors.siblings import Siblings
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, CrmDeskError, LostAnswer, RemoteJobError
from crmdesk.model.job import Engine
from crmdesk.tabular.batch import ROW

if TYPE_CHECKING:
    from crmdesk.connectors.salesforce.lookback import Lookback

IN_FLIGHT = 3
MAX_ROWS = 150_000
MAX_BYTES = 100_000_000
"""Bulk API 2.0 guide, "Limits": 150 MB once Salesforce has put it in base64, so 100 MB as we send it."""

T = TypeVar("T")

_ASKED_AGAIN = 3
"""How often the results are asked for again that tell of fewer rows than were sent: an answer may be cut short."""

_BROKEN_UPLOAD = "The connection broke while the rows were being uploaded."


def packing(request: WriteRequest) -> Packing:
    """How rows become the CSV of a job."""
    names = [field.name for field in request.fields]
    return Packing(
        max_rows=MAX_ROWS,
        max_bytes=MAX_BYTES,
        encode=lambda frame: bulk_csv.encode(frame, names),
        decode=bulk_csv.decode,
        head=bulk_csv.header(names),
    )


class BulkSink:
    """See Sink."""

    engine = Engine.BULK

    def __init__(self, rest: Rest, request: WriteRequest, log: SendLog, lookback: Callable[[], Lookback]) -> None:
        self._request = request
        self._log = log
        self._lookback = lookback
        # One at a time: what is read holds a job's rows, and memory is bounded by jobs, not by jobs times threads.
        self._reading = Lock()
        self._siblings = Siblings(rest, IN_FLIGHT)
        self.packing: Packing = packing(request)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._siblings.close()

    def write(self, payloads: Iterator[Payload], token: CancelToken) -> Iterator[Receipt]:
        """See Sink. After a request to stop, open jobs are aborted; what they did is read when the run is resumed."""
        return self._received(payloads, self._send, token)

    def settle(self, open_sends: Sequence[OpenSend], token: CancelToken) -> Iterator[Receipt]:
        """See Sink."""
        return self._received(iter(open_sends), self._settle, token)

    def _received(
        self, sends: Iterator[T], deliver: Callable[[Rest, T, CancelToken], Landing], token: CancelToken
    ) -> Iterator[Receipt]:
        def on_its_own_session(send: T) -> Landing:
            with self._siblings.lent() as rest:
                return deliver(rest, send, token)

        lost: list[OpenSend] = []
        for landing in in_flight(sends, on_its_own_session, IN_FLIGHT, token):
            if landing.receipt is not None:
                yield landing.receipt
            if landing.lost is not None:
                lost.append(landing.lost)
        if lost:
            yield from self._lookback().settle(lost, self.packing.decode, token)

    def _send(self, rest: Rest, payload: Payload, token: CancelToken) -> Landing:
        token.check()
        sent_at = rest.now()
        self._log.intend(payload, sent_at)
        try:
            job = IngestJob.create(rest, self._request, token)
        except Cancelled:
            raise
        except CrmDeskError as error:  # no job, so nothing was uploaded
            return Landing(receipt=of_one_kind(payload, Settled.UNSENT), error=error)
        self._log.reached(payload.send, Point.CREATED)
        self._log.handle(payload.send, job.id)
        try:
            return self._fill(job, payload)
        except JobGone:
            return Landing(lost=OpenSend(payload, job.id, sent_at))
        except Cancelled:
            _abort_kindly(rest, job)
            raise

    def _fill(self, job: IngestJob, payload: Payload) -> Landing:
        try:
            job.upload(payload.body)
        except Cancelled:
            raise
        except LostAnswer:
            # Whether all of it arrived cannot be asked, and a second upload is refused: the job is given up.
            return self._given_up(job, payload, _BROKEN_UPLOAD)
        except CrmDeskError as error:
            landing = self._given_up(job, payload, "")
            return Landing(landing.receipt, error=error)
        self._log.reached(payload.send, Point.UPLOADED)
        job.close()
        self._log.reached(payload.send, Point.CLOSED)
        end, found = self._ended(job, payload)
        stopped = _stopped_there(job) if end.state is State.ABORTED else None
        return Landing(receipt=found, error=ended_by(found) or stopped)

    def _finish(self, job: IngestJob, payload: Payload, failure: str = "") -> Landing:
        """Wait for the end of a job that may have been aborted from here, and say what became of the rows."""
        _, found = self._ended(job, payload, failure)
        return Landing(receipt=found, error=ended_by(found))

    def _ended(self, job: IngestJob, payload: Payload, failure: str = "") -> tuple[JobInfo, Receipt]:
        """Wait for the end of a job, reading what was sent meanwhile; its end, and what became of the rows."""
        with self._reading:
            sent = SentRows(payload, self._request.key.name if self._request.key is not None else None, job.token)
        end = job.wait(lambda: self._log.reached(payload.send, Point.POLLED), len(payload.rows))
        return end, self._fetched(job, end, payload, sent, failure)

    def _given_up(self, job: IngestJob, payload: Payload, failure: str) -> Landing:
        """Abort a job that was never closed; should a close have won the race, its results say what was done."""
        job.abort()
        return self._finish(job, payload, failure)

    def _settle(self, rest: Rest, send: OpenSend, token: CancelToken) -> Landing:
        """By what the ledger and the org say of the job."""
        if send.handle is None:  # nothing was uploaded; an orphan is empty and expires by itself
            return Landing(receipt=of_one_kind(send.payload, Settled.UNSENT))
        job = IngestJob(rest, send.handle, token)
        try:
            state = job.look().state
            if state is State.OPEN:
                return self._given_up(job, send.payload, "")
            return self._finish(job, send.payload)
        except JobGone:
            return Landing(lost=send)

    def _fetched(self, job: IngestJob, end: JobInfo, payload: Payload, sent: SentRows, failure: str) -> Receipt:
        """The receipt of an ended job. Rows that no result speaks of are asked for again, then unknown.

        Raises TransientError when the results tell nothing that can be read, however often they are asked for.
        """
        never_begun = end.state is State.ABORTED and end.number_records_processed == 0
        rows = self._rows(job, sent)
        for _ in range(_ASKED_AGAIN):
            if rows is not None and (len(rows) == len(payload.rows) or never_begun):
                break
            rows = self._rows(job, sent)
        if rows is None or (rows.is_empty() and end.number_records_processed):
            raise cut_short()
        self._log.reached(payload.send, Point.FETCHED)
        missing = Settled.UNSENT if never_begun else Settled.UNKNOWN
        if len(rows) < len(payload.rows):
            whole = payload.rows.to_frame(ROW).join(rows, on=ROW, how="left", maintain_order="left")
            rows = whole.with_columns(pl.col("outcome").fill_null(missing.value))
        if end.state is State.FAILED:
            failure = end.error_message or "Salesforce gave no reason."
        return Receipt(payload.send, rows, failure, end.system_modstamp)

    def _rows(self, job: IngestJob, sent: SentRows) -> pl.DataFrame | None:
        """What the results tell; None when they break off in the middle of a value."""
        with tempfile.TemporaryDirectory() as folder, self._reading:
            try:
                return joined_rows(sent, job.fetch(Path(folder)), self._request.action)
            except pl.exceptions.ComputeError:
                return None


def _stopped_there(job: IngestJob) -> RemoteJobError:
    """What is to be said of a job that nobody here has aborted."""
    return RemoteJobError(
        f"Somebody has aborted the job {job.id} in Salesforce, or Salesforce itself did.",
        hint="Ask who looks after the org (Setup, Bulk Data Load Jobs); resuming the run sends the rows that were not"
        " processed, and nothing twice.",
    )


def _abort_kindly(rest: Rest, job: IngestJob) -> None:
    """Ask the org to stop. When it does not hear, the job runs on, and resuming the run reads what it did."""
    with suppress(CrmDeskError):
        IngestJob(rest, job.id, CancelToken()).abort()
