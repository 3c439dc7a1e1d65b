"""One stretch of a run, from its start or a resume to its end or a kill, as the desk carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import assert_never

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.crash_file import kept_crash
from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.runs.agreement import Confirm, remembered
from crmdesk.desk.runs.automatic_index import AutomaticIndex
from crmdesk.desk.runs.run_start import about
from crmdesk.desk.runs.superseding import supersede
from crmdesk.desk.runs.waiting_for_parents import rejected_parents, tell_children
from crmdesk.engine.planning.plan import Plan, ReadPlan, WritingPlan
from crmdesk.engine.run import execute
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.points import OnPoint
from crmdesk.errors import StoreError
from crmdesk.model.index import Window
from crmdesk.model.run import Notice, Progress, RunEvent, RunFinished, RunOutcome
from crmdesk.store import Store
from crmdesk.tabular.local_source import LocalSource


@dataclass(frozen=True, slots=True)
class Stretch:
    """What it is carried out with. `source` is None once the run is prepared; `first` pauses it after so many rows.

    `notices` are told when it begins, `window` is that of an automatic index, `pasted` are names given by hand.
    """

    run: str
    opened: Opened
    plan: Plan
    source: LocalSource | None
    token: CancelToken
    confirm: Confirm
    first: int = 0
    notices: tuple[str, ...] = ()
    window: Window | None = None
    pasted: str = ""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Carries stretches out, over one profile."""

    home: Path
    ends: LocalEnds
    store: Store
    on_point: OnPoint
    index: AutomaticIndex

    def carry_out(self, stretch: Stretch) -> Iterator[RunEvent]:
        """The events of the stretch; the last one is RunFinished."""
        log, session = LedgerLog(self.store.runs.ledger(stretch.run), self.on_point), stretch.opened.session
        on_bug, is_partial = partial(kept_crash, self.home), stretch.first > 0
        with self.store.runs.claim(stretch.run):
            for notice in stretch.notices:
                log.notice(notice)
            steps = partial(self._steps, stretch, log)
            for event in execute(steps, log, session, stretch.token, on_bug, is_partial=is_partial):
                if isinstance(event, RunFinished):
                    yield from self._settled(stretch, event.outcome, log)
                yield about(event, stretch.opened.account)

    def _steps(self, stretch: Stretch, log: LedgerLog) -> Iterator[Progress]:
        match stretch.plan:
            case ReadPlan() as plan:
                return self._reading(stretch, plan, log)
            case WritingPlan() as plan:
                from crmdesk.desk.runs.writing import Writing

                asking = remembered(stretch.confirm, self.store, stretch.run)
                opened, token = stretch.opened, stretch.token
                return Writing(
                    opened,
                    plan,
                    stretch.source,
                    log.ledger,
                    log,
                    token,
                    asking,
                    stretch.first,
                    rejected=rejected_parents(self.store, opened),
                ).all()
            case _:
                assert_never(stretch.plan)

    def _reading(self, stretch: Stretch, plan: ReadPlan, log: LedgerLog) -> Iterator[Progress]:
        from crmdesk.desk.ends.deleted_rows import deleted_rows
        from crmdesk.desk.ends.populations import Populations
        from crmdesk.engine.duplicates.source import distinct_rows
        from crmdesk.engine.importing import Importing
        from crmdesk.engine.index.tracked import tracked_rows

        session, folder = stretch.opened.session, log.ledger.folder
        named = Populations(self.store, self.ends, stretch.pasted).source(stretch.opened, plan, folder)
        tracked = tracked_rows(session, plan, stretch.window, folder, log)
        rows = named or tracked or deleted_rows(stretch.opened, self.ends, plan, log)
        rows = distinct_rows(session, plan, rows, folder)
        password = self.ends.password(plan.job.local)
        importing = Importing(plan, session, log.ledger, log, stretch.token, password, rows)
        return self.index.moving(importing.all(), stretch.window, log)

    def _settled(self, stretch: Stretch, outcome: RunOutcome, log: LedgerLog) -> Iterator[Notice]:
        """Do what follows from the end of a run, and tell it."""
        if outcome in (RunOutcome.FAILED, RunOutcome.STOPPED):
            self.store.rejects.release(stretch.run)
        if outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS) and isinstance(stretch.plan, ReadPlan):
            from crmdesk.desk.runs.overtaking import forget_overtaken
            from crmdesk.engine.duplicates.source import forget_gathered

            forget_gathered(log.ledger.folder)
            forget_overtaken(self.store, self.store.runs.get(stretch.run))
        with suppress(StoreError):  # this run is stored; what is not closed here stays open, and nothing is lost
            for notice in (supersede(self.store, stretch.run), *tell_children(self.store, stretch.run)):
                if notice:
                    log.notice(notice)
            yield from map(Notice, log.new_notices())
