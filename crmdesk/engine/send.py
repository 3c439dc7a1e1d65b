"""Send: the stored list goes out, receipts come back into the ledger. The source is never opened here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from crmdesk.connectors.contract import Payload, Receipt, SendId, Session, Settled, Sink
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.ledger import Ledger, Prepared
from crmdesk.engine.packing import Packer
from crmdesk.engine.rejects import no_rejects, reject_frame
from crmdesk.engine.send_log import LedgerLog
from crmdesk.engine.source_copy import SourceCopy
from crmdesk.errors import RemoteJobError, TransientError
from crmdesk.model.run import Phase, Progress, Tally
from crmdesk.tabular.batch import ROW

_PATIENCE = 3
"""How often all rows that are left are sent without one of them being taken or refused."""

_DONE = (Settled.CREATED, Settled.UPDATED, Settled.DELETED, Settled.UNCHANGED, Settled.UNKNOWN)


@dataclass(slots=True)
class Sending:
    """The send stage of one stretch of a run."""

    ledger: Ledger
    session: Session
    sink: Sink
    log: LedgerLog
    token: CancelToken
    most_rejects: int | None = None
    _total: int = 0
    _failures: Counter[str] = field(default_factory=Counter)
    _wasted: int = 0

    def all(self, first: int = 0) -> Iterator[Progress]:
        """Settle what is open, then send what is left; with `first`, at most sends of that many rows.

        Raises Cancelled, and RemoteError when the CRM refuses to go on; what has no receipt then stays open or unsent.
        """
        tally = self.ledger.tally()
        self._check_rejects(tally)
        self._total = tally.pending
        opened = self.ledger.open_sends()
        yield self._progress(Phase.SETTLING if opened else Phase.SENDING, tally)
        if opened:
            waiting = {send.payload.send: send.payload for send in opened}
            yield from self._record_all(self.sink.settle(opened, self.token), waiting)
        while True:
            self.token.check()
            waiting = {}
            outgoing = _Outgoing(self.ledger.unsent(), waiting, first)
            yield from self._record_all(self.sink.write(iter(outgoing), self.token), waiting)
            if first or not outgoing.rows:
                return

    def _record_all(self, receipts: Iterator[Receipt], waiting: dict[SendId, Payload]) -> Iterator[Progress]:
        copy = SourceCopy(self.ledger.folder, list(self.ledger.source_blocks()))
        tally = self.ledger.tally()
        for receipt in receipts:
            counts = self._record(receipt, waiting.pop(receipt.send), copy)
            tally = _added(tally, counts)
            self.log.settled()
            yield self._progress(Phase.SENDING, tally)
            self._check_failure(receipt)
            self._check_waste(counts, tally)
            self._check_rejects(tally)

    def _check_waste(self, counts: Counter[str], tally: Tally) -> None:
        """Rows proven not applied are sent again, but not for ever while not a single one gets through."""
        unsent = counts[Settled.UNSENT]
        self._wasted = self._wasted + unsent if counts.total() == unsent else 0
        if self._wasted and self._wasted >= _PATIENCE * tally.pending:
            raise TransientError(
                f"The CRM took none of the rows that were sent, {_PATIENCE} times in a row.",
                hint="Resume the run when the CRM answers as usual: nothing that arrived is sent again.",
            )

    def _check_rejects(self, tally: Tally) -> None:
        if self.most_rejects is not None and tally.rejected >= self.most_rejects:
            msg = f"{tally.rejected:,} rows were rejected, more than the job allows before it stops."
            raise RemoteJobError(msg, hint="Look at the rejects and mend their cause, then resume the run.")

    def _record(self, receipt: Receipt, payload: Payload, copy: SourceCopy) -> Counter[str]:
        """Store a receipt: outcomes, rejects with their values, and what is to be sent again."""
        rows = _once_each(receipt, payload)
        done = rows.filter(pl.col("outcome").is_in([outcome.value for outcome in _DONE]))
        rejected = rows.filter(pl.col("outcome") == Settled.REJECTED.value)
        unsent = rows.filter(pl.col("outcome") == Settled.UNSENT.value)
        rejects, again = no_rejects(), []
        if not rejected.is_empty() or not unsent.is_empty():
            body = self.sink.packing.decode(payload.body.read()).with_columns(payload.rows.alias(ROW))
            if not rejected.is_empty():
                sent = body.filter(pl.col(ROW).is_in(rejected[ROW].implode()))
                rejects = reject_frame(
                    rejected.select(ROW, "field", "code", "message"), copy.rows(rejected[ROW].sort()), sent
                )
            if not unsent.is_empty():
                again = self._again(body.filter(pl.col(ROW).is_in(unsent[ROW].implode())), payload)
        self.ledger.settle(receipt.send, done.select(ROW, "outcome", "id"), rejects, again)
        return _counted(rows)

    def _again(self, frame: pl.DataFrame, payload: Payload) -> list[Prepared]:
        """Rows proven not applied, packed once more behind what is stored already."""
        packer = Packer(self.sink.packing, payload.body.path)
        return [*packer.add(frame), *packer.close()]

    def _check_failure(self, receipt: Receipt) -> None:
        if not receipt.failure:
            return
        self._failures[receipt.failure] += 1
        if self._failures[receipt.failure] > 1:
            raise RemoteJobError(
                f"The CRM gave up on the job twice with the same words: {receipt.failure}",
                hint="Mend the cause, then resume the run: nothing that arrived is sent again.",
            )
        self.log.notice(f"The CRM gave up on a job and its rows are sent once more: {receipt.failure}")

    def _progress(self, phase: Phase, tally: Tally) -> Progress:
        """Of the rows that this stretch has to send, those that are answered."""
        done = self._total - tally.pending
        return Progress(phase, done, self._total, tally, self.session.api_calls, self.session.calls_left)


@dataclass(slots=True)
class _Outgoing:
    """Unsent payloads as they go out, noted in `waiting` until their receipts come; at most `most` rows, 0 = all."""

    payloads: Iterator[Payload]
    waiting: dict[SendId, Payload]
    most: int
    rows: int = 0

    def __iter__(self) -> Iterator[Payload]:
        for payload in self.payloads:
            if self.most and self.rows + len(payload.rows) > self.most:
                return
            self.rows += len(payload.rows)
            self.waiting[payload.send] = payload
            yield payload


def _once_each(receipt: Receipt, payload: Payload) -> pl.DataFrame:
    """The rows of a receipt, every row of the send exactly once: what a sink left out or said twice is unknown."""
    known = receipt.rows.filter(~pl.col(ROW).is_duplicated())
    rows = payload.rows.to_frame(ROW).join(known, on=ROW, how="left")
    return rows.with_columns(pl.col("outcome").fill_null(Settled.UNKNOWN.value))


def _counted(rows: pl.DataFrame) -> Counter[str]:
    counts = rows["outcome"].value_counts()
    return Counter(dict(zip(counts["outcome"], counts["count"], strict=True)))


def _added(tally: Tally, counts: Counter[str]) -> Tally:
    final = sum(count for outcome, count in counts.items() if outcome != Settled.UNSENT)
    return Tally(
        read=tally.read,
        created=tally.created + counts[Settled.CREATED],
        updated=tally.updated + counts[Settled.UPDATED],
        deleted=tally.deleted + counts[Settled.DELETED],
        unchanged=tally.unchanged + counts[Settled.UNCHANGED],
        rejected=tally.rejected + counts[Settled.REJECTED],
        unknown=tally.unknown + counts[Settled.UNKNOWN],
        pending=tally.pending - final,
    )
