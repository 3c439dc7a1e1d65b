"""A run that writes, from its source to its last receipt: prepare, keep what is there, ask, send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crmdesk.connectors.contract import Packing, Road, WriteRequest
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.runs.agreement import Confirm, Intent
from crmdesk.engine.before import BeforeValues, keeps_before
from crmdesk.engine.cost import cost_of
from crmdesk.engine.finding.rejected_parents import RejectedParents, none_rejected
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.planning.writing import in_run
from crmdesk.engine.preparing.doubled_hours import DoubledHours
from crmdesk.engine.preparing.guarding import refuse_created
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preparing.prepare import prepare
from crmdesk.engine.run_notes import note, note_halt, read_notes
from crmdesk.engine.sending.bounds import Bounds, is_share_exceeded
from crmdesk.engine.sending.by_parent import parent_of
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.patience import Patience, seconds_to_ride_out
from crmdesk.engine.sending.requests import request_for
from crmdesk.engine.sending.send import Sending
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.errors import Cancelled
from crmdesk.model.job import Action, Engine
from crmdesk.model.run import LookupCount, Phase, Progress
from crmdesk.model.write_options import WriteOption
from crmdesk.tabular.local_source import LocalSource

_OF_SPEED = {WriteOption.SERIAL, WriteOption.ROWS_PER_CALL}


@dataclass(frozen=True, slots=True)
class Writing:
    """One stretch of a run that writes. `source` is None once it is prepared.

    `looks_anew` takes off the list what shall not be sent any more, when a run that has begun goes on.
    """

    opened: Opened
    plan: WritingPlan
    source: LocalSource | None
    ledger: Ledger
    log: LedgerLog
    token: CancelToken
    confirm: Confirm
    first: int = 0
    undoes: str = ""
    rejected: RejectedParents = none_rejected
    looks_anew: Callable[[Sinks], None] | None = None

    def all(self) -> Iterator[Progress]:
        """Prepare if that is not done, ask, send."""
        if self.source is not None:
            yield from self._prepare(self.source)
        yield from self.send()

    def _prepare(self, rows: LocalSource) -> Iterator[Progress]:
        source = DoubledHours(rows, self.plan)
        for notice in self.plan.notices:
            self.log.notice(notice)
        note(self.ledger.folder, id_field=self.plan.object.id_field)
        session, can = self.opened.session, self.opened.connector.capabilities
        own, describe = in_run(self.plan, self.ledger.run), self.opened.describe
        tell, rejected = self._tell_of_lookups, self.rejected
        work = Preparation(own, source, session, can, describe, self.ledger, self.token, tell, rejected)
        yield from prepare(work, self.packing_of, stop_at=self.first)
        for notice in source.notices:
            self.log.notice(notice)

    def _tell_of_lookups(self, counts: tuple[LookupCount, ...]) -> None:
        for count in counts:
            self.log.notice(count.sentence)

    def packing_of(self, request: WriteRequest) -> tuple[Packing, str]:
        """How the sends of a request are packed, and the engine that carries them."""
        with self.opened.session.sink(request, self.log) as sink:
            return sink.packing, sink.engine.value

    def send(self) -> Iterator[Progress]:
        """Keep before-values, ask, and send what is prepared."""
        pending, session = self.ledger.tally().pending, self.opened.session
        if not pending:
            return
        behaviour = self.plan.job.behaviour
        with self._sinks(pending) as sinks:
            is_new = not self.ledger.has_begun
            if is_new:
                yield from self._keep_before(sinks)
                self._check_created(pending)
                if not self.confirm(self._intent(pending, sinks)):
                    raise Cancelled
            elif not read_notes(self.ledger.folder).halted:
                note(self.ledger.folder, halted=session.server_time())
            sending = Sending(self.ledger, session, sinks, self.log, self.token, self._engines(), self._bounds())
            ride_out = seconds_to_ride_out(behaviour, session.environment)
            patience = Patience(behaviour, ride_out, self.log, self.token)
            try:
                if not is_new:
                    yield from patience.through(lambda: self._looked_anew(sending, sinks))
                yield from patience.through(lambda: sending.all(self.first))
            finally:
                note_halt(self.ledger.folder, session.server_time())

    def settle(self) -> Iterator[Progress]:
        """Find out what became of the sends that are on the way, and send nothing."""
        session = self.opened.session
        with self._sinks(self.ledger.tally().pending) as sinks:
            sending = Sending(self.ledger, session, sinks, self.log, self.token, self._engines())
            yield from sending.settled()
        note_halt(self.ledger.folder, session.server_time())

    def _sinks(self, pending: int) -> Sinks:
        own = Road(self.plan.options.action, Engine(self.ledger.engine))
        return Sinks(self.opened.session, self.log, own, lambda action: request_for(self.plan, action, pending))

    def _engines(self) -> tuple[Engine, ...]:
        """Those that may carry rows of this run at any speed."""
        options = self.plan.options
        return self.opened.connector.capabilities.matrix.ways(options.action, options.asked - _OF_SPEED)

    def _keep_before(self, sinks: Sinks) -> Iterator[Progress]:
        if keeps_before(self.plan) and not self.undoes:
            yield from self._told(self._before_values(sinks).keep())

    def _looked_anew(self, sending: Sending, sinks: Sinks) -> Iterator[Progress]:
        """Settle what is open; of what is left, take in what others did while the run lay still."""
        yield from sending.settled()
        if self.looks_anew is not None:
            self.looks_anew(sinks)
        elif read_notes(self.ledger.folder).before is not None:
            yield from self._told(self._before_values(sinks).keep_anew())

    def _before_values(self, sinks: Sinks) -> BeforeValues:
        can = self.opened.connector.capabilities
        return BeforeValues(self.plan, self.opened.session, can, self.ledger, sinks, self.token)

    def _told(self, counts: Iterator[int]) -> Iterator[Progress]:
        session, tally = self.opened.session, self.ledger.tally()
        for records in counts:
            yield Progress(Phase.LOOKING_UP, records, tally.pending, tally, session.api_calls, session.calls_left)

    def _check_created(self, pending: int) -> None:
        """Refuse too many new records, as far as anybody can know before they are sent."""
        notes = read_notes(self.ledger.folder)
        if self.plan.options.action is Action.INSERT:
            refuse_created(self.plan.job.guard, pending)
        elif self.plan.options.action is Action.UPSERT and notes.before is not None:
            refuse_created(self.plan.job.guard, pending - min(notes.known, pending))

    def _intent(self, pending: int, sinks: Sinks) -> Intent:
        notes = read_notes(self.ledger.folder)
        action, engine = self._most_dangerous(sinks)
        cost = cost_of(self.ledger, sinks, self._engines())
        if cost.by_bulk:
            self.log.notice(
                f"By Bulk it would be about {cost.by_bulk:,} calls instead of {cost.calls:,}: choose the speed fast."
            )
        return Intent(
            self.plan.job,
            self.opened.account,
            self.opened.session.environment,
            self.plan.object.label_plural,
            pending,
            action,
            engine,
            cost,
            None if notes.before is None else min(notes.known, pending),
            self.undoes,
        )

    def _most_dangerous(self, sinks: Sinks) -> tuple[Action, Engine]:
        """What is done with the rows, and how; where it is not the same with all, a delete counts for the whole."""
        roads = {(road := sinks.road_of(send)).action: road.engine for send in self.ledger.unsent()}
        action = Action.DELETE if Action.DELETE in roads else self.plan.options.action
        engines = set(roads.values())
        return action, roads.get(action) or (engines.pop() if len(engines) == 1 else sinks.own.engine)

    def _bounds(self) -> Bounds:
        """How many rejects end this stretch: whoever resumes a run has seen the ones it had."""
        behaviour, guard, tally = self.plan.job.behaviour, self.plan.job.guard, self.ledger.tally()
        limit = behaviour.stop_after_rejects
        if limit is not None and self.source is None:
            limit += tally.rejected
        seen = tally.rejected if self.ledger.has_begun and is_share_exceeded(guard, tally) else 0
        parent = parent_of(self.plan.fields)
        return Bounds(guard, limit, behaviour.stop_after_same, parent.name if parent is not None else "", seen)
