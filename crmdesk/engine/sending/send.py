"""Send: the stored list goes out, receipts come back into the ledger. The source is never opened here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl

from crmdesk.connectors.contract import Payload, Receipt, Road, SendId, Session, Settled
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.ledger import Ledger, Prepared
from crmdesk.engine.preparing.rejects import no_rejects, reject_frame
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.sending.again import Again
from crmdesk.engine.sending.bounds import Bounds
from crmdesk.engine.sending.counting import AGAIN, added, counted, once_each
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.pacing import Pacing
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.errors import CrmDeskError, RemoteJobError, StoreError, TransientError
from crmdesk.model.job import Engine
from crmdesk.model.run import Phase, Progress, Tally
from crmdesk.tabular.batch import ROW

_PATIENCE = 3
"""How often all rows that are left are sent without one of them being taken or refused."""

_DONE = (Settled.CREATED, Settled.UPDATED, Settled.DELETED, Settled.UNCHANGED, Settled.UNKNOWN)


@dataclass(slots=True)
class Sending:
    """The send stage of one stretch of a run. `engines` are those that rows of this run may take."""

    ledger: Ledger
    session: Session
    sinks: Sinks
    log: LedgerLog
    token: CancelToken
    engines: tuple[Engine, ...]
    bounds: Bounds = field(default_factory=Bounds)
    _total: int = 0
    _failures: Counter[str] = field(default_factory=Counter)
    _wasted: int = 0
    _is_crowd_told: bool = False
    _before_first: int | None = None
    _trouble: CrmDeskError | None = None

    def all(self, first: int = 0) -> Iterator[Progress]:
        """Settle what is open, then send what is left; with `first`, at most sends of that many rows, however often.

        Raises Cancelled, GuardError, and RemoteError when the CRM refuses to go on; what has no receipt then stays
        open or unsent. May be called again after an error.
        """
        tally = self.ledger.tally()
        self.bounds.check(tally)
        self._total = tally.pending
        self._wasted = 0
        self._trouble = None
        again = Again(self.sinks, self.engines, self.token)
        yield from self._settle(tally, again)
        if first:
            self._before_first = tally.settled if self._before_first is None else self._before_first
            first -= self.ledger.tally().settled - self._before_first
            if first <= 0:
                return
        pacing = Pacing(self.ledger, self.sinks, self.engines, self.log)
        passed = set[Road]()
        while True:
            self.token.check()
            yield from (self._progress(Phase.PREPARING, self.ledger.tally()) for _ in pacing.keep())
            road = next((way for send in self.ledger.unsent() if (way := self.sinks.road_of(send)) not in passed), None)
            if road is None:
                return
            waiting: dict[SendId, Payload] = {}
            outgoing = _Outgoing(
                self.ledger.unsent(), waiting, first, self._is_on(road), lambda: self._is_ending or pacing.is_changed()
            )
            sink = self.sinks.at(road)
            yield from self._record_all(sink.write(iter(outgoing), self.token), waiting, again)
            if outgoing.damage is not None:
                raise outgoing.damage
            if first:  # each road once: what comes back to be sent again has to wait like all the rest
                passed.add(road)
                first -= outgoing.rows
                if not first:
                    return

    def settled(self) -> Iterator[Progress]:
        """Settle what is open, and send nothing."""
        tally = self.ledger.tally()
        self._total = tally.pending
        yield from self._settle(tally, Again(self.sinks, self.engines, self.token))

    @property
    def _is_ending(self) -> bool:
        return self._trouble is not None

    def _is_on(self, road: Road) -> Callable[[Payload], bool]:
        return lambda payload: self.sinks.road_of(payload) == road

    def _settle(self, tally: Tally, again: Again) -> Iterator[Progress]:
        opened = self.ledger.open_sends()
        yield self._progress(Phase.SETTLING if opened else Phase.SENDING, tally)
        by_road = sorted(opened, key=lambda send: str(self.sinks.road_of(send.payload)))
        for road, group in groupby(by_road, key=lambda send: self.sinks.road_of(send.payload)):
            sends = list(group)
            waiting = {send.payload.send: send.payload for send in sends}
            yield from self._record_all(self.sinks.at(road).settle(sends, self.token), waiting, again)

    def _record_all(
        self, receipts: Iterator[Receipt], waiting: dict[SendId, Payload], again: Again
    ) -> Iterator[Progress]:
        copy = SourceCopy(self.ledger.folder, list(self.ledger.source_blocks()))
        tally = self.ledger.tally()
        for receipt in receipts:
            payload = waiting.pop(receipt.send)
            rows = again.judged(once_each(receipt, payload), payload)
            refused = self._record(rows, payload, copy, again, receipt.done_at)
            counts = counted(rows)
            tally = added(tally, counts)
            self.log.settled()
            yield self._progress(Phase.SENDING, tally)
            try:
                self._check_failure(receipt)
                self._check_waste(counts, tally)
                self.bounds.check(tally)
                self.bounds.watch(rows.filter(~pl.col("outcome").is_in([each.value for each in AGAIN])), refused)
            except CrmDeskError as error:  # nothing more goes out; what is on the way is awaited, and recorded
                self._trouble = error
        trouble = self._trouble
        if trouble is not None and (tally.pending or not trouble.place.startswith("behaviour.")):
            raise trouble  # where nothing is left to be stopped, a run is through

    def _check_waste(self, counts: Counter[str], tally: Tally) -> None:
        """Rows proven not applied are sent again, but not for ever while not a single one gets through."""
        unsent = counts[Settled.UNSENT]
        self._wasted = self._wasted + unsent if counts.total() == unsent else 0
        if self._wasted and self._wasted >= _PATIENCE * tally.pending:
            raise TransientError(
                f"The CRM took none of the rows that were sent, {_PATIENCE} times in a row.",
                hint="Resume the run when the CRM answers as usual: nothing that arrived is sent again.",
            )

    def _record(
        self, rows: pl.DataFrame, payload: Payload, copy: SourceCopy, again: Again, done_at: str
    ) -> pl.DataFrame:
        """Store what became of the rows of a send: outcomes, rejects with their values, and what is sent again.

        Gives what was sent of the rejected rows.
        """
        done = rows.filter(pl.col("outcome").is_in([outcome.value for outcome in _DONE]))
        rejected = rows.filter(pl.col("outcome") == Settled.REJECTED.value)
        rejects, prepared, sent = no_rejects(), list[Prepared](), pl.DataFrame()
        if done.height < rows.height:
            packing = self.sinks.at(self.sinks.road_of(payload)).packing
            body = packing.decode(payload.body.read()).with_columns(payload.rows.alias(ROW))
            if not rejected.is_empty():
                sent = body.filter(pl.col(ROW).is_in(rejected[ROW].implode()))
                rejects = reject_frame(
                    rejected.select(ROW, "field", "code", "message"), copy.rows(rejected[ROW].sort()), sent
                )
            prepared = again.packed(rows, body, payload)
            self._tell_of_crowds(rows)
        self.ledger.settle(payload.send, done.select(ROW, "outcome", "id"), rejects, prepared, done_at)
        return sent

    def _tell_of_crowds(self, rows: pl.DataFrame) -> None:
        if self._is_crowd_told:
            return
        refused = rows.filter(pl.col("outcome").is_in([Settled.CROWDED.value, Settled.BUSY.value]))
        if not refused.is_empty():
            self._is_crowd_told = True
            said = " ".join(str(refused["message"][0]).split())
            self.log.notice(f"Some rows are sent again in smaller calls, because the CRM said: {said}")

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
    """Unsent payloads as they go out, noted in `waiting` until their receipts come.

    Those for which `is_meant` holds; at most `most` rows, 0 = all; none any more once `is_over`, and none behind a
    `damage` of what is stored.
    """

    payloads: Iterator[Payload]
    waiting: dict[SendId, Payload]
    most: int
    is_meant: Callable[[Payload], bool]
    is_over: Callable[[], bool]
    rows: int = 0
    damage: StoreError | None = None

    def __iter__(self) -> Iterator[Payload]:
        for payload in filter(self.is_meant, self.payloads):
            if (self.most and self.rows + len(payload.rows) > self.most) or self.is_over():
                return
            try:  # before the send is begun: then nobody has to ask what became of it
                payload.body.check()
            except StoreError as damage:
                self.damage = damage
                return
            self.rows += len(payload.rows)
            self.waiting[payload.send] = payload
            yield payload
