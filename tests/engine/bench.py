"""A whole export by the engine alone: real store, real files, a CRM in memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crmdesk.connectors.contract import Packing, Road, WriteRequest
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.ends.tables import result_frames
from crmdesk.engine.planning.writing import plan_write
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preparing.prepare import prepare
from crmdesk.engine.run import execute
from crmdesk.engine.sending.bounds import Bounds
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.requests import request_for
from crmdesk.engine.sending.send import Sending
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.errors import CrmDeskError
from crmdesk.model.job import Action, Engine, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.run import Progress, RunFinished, RunStart
from crmdesk.store import Store
from crmdesk.store.ledger import RunLedger
from tests.engine.fakes import ALL, CAN, THING, FakeSession, Rows, describe

HEADER = ("key", "name")
_numbers = itertools.count(1)


def job(action: Action = Action.UPSERT, key: str = "Key__c", mapping: tuple[FieldMap, ...] = ()) -> Job:
    """A job that writes key and name into Thing."""
    lines = mapping or (FieldMap("Key__c", Column("key")), FieldMap("Name", Column("name")))
    operation = Operation.DELETE if action is Action.DELETE else Operation.EXPORT
    return Job("things", "fake", "Thing", operation, LocalFile("things.csv"), lines, export=ExportOptions(action, key))


@dataclass
class Export:
    """One run of `job` over `source`; `go` may be called again, which resumes it."""

    store: Store
    ledger: RunLedger
    session: FakeSession
    source: Rows
    job: Job
    most_rejects: int | None = None
    steps: Sequence[object] = ()

    def go(self, first: int = 0) -> RunFinished:
        log = LedgerLog(self.ledger)
        token = CancelToken()
        with self.store.runs.claim(self.ledger.run):
            steps = partial(self._steps, log, token, first)
            *self.steps, last = execute(steps, log, self.session, token, _raise, is_partial=first > 0)
        assert isinstance(last, RunFinished)
        assert last.tally.is_balanced
        return last

    def _steps(self, log: LedgerLog, token: CancelToken, first: int) -> Iterator[Progress]:
        plan = plan_write(self.job, THING, self.source.header, CAN, describe)

        def packing_of(request: WriteRequest) -> tuple[Packing, str]:
            sink = self.session.sink(request, log)
            return sink.packing, sink.engine.value

        if not self.ledger.is_prepared:
            work = Preparation(plan, self.source, self.session, CAN, describe, self.ledger, token)
            yield from prepare(work, packing_of, stop_at=first)
        options = plan.options
        own, rows = Road(options.action, Engine(self.ledger.engine)), self.ledger.tally().pending
        with Sinks(self.session, log, own, lambda action: request_for(plan, action, rows)) as sinks:
            bounds = Bounds(most_rejects=self.most_rejects)
            yield from Sending(self.ledger, self.session, sinks, log, token, ALL, bounds).all(first)

    def outcomes(self) -> list[dict[str, str]]:
        """Every row's result, without the run's number."""
        return [
            {name: text for name, text in row.items() if name != "_run"}
            for frame in result_frames(self.store, self.ledger.run)
            for row in frame.iter_rows(named=True)
        ]


def _raise(bug: Exception) -> CrmDeskError:
    raise bug


def export(
    store: Store, rows: Sequence[tuple[str, ...]], session: FakeSession, size: int = 100, **more: object
) -> Export:
    """A new run, of a job of its own."""
    wanted = more.get("job")
    chosen = wanted if isinstance(wanted, Job) else job()
    start = RunStart(
        job=f"things {next(_numbers)}",
        job_text="",
        account="fake",
        organization_id="00D0",
        operation=chosen.operation,
        action=chosen.export.action if chosen.export is not None else None,
        object="Thing",
        source="things.csv",
        fingerprint="",
    )
    ledger = store.runs.ledger(store.runs.create(start))
    return Export(store, ledger, session, Rows(HEADER, rows, size), chosen)


def opened(folder: Path) -> Store:
    return Store.open(folder, keychains=())
