"""Automatic index: the window of a run is made of options as it begins, kept with it, and moves them on in the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.jobs.planning import plan_of
from crmdesk.engine.filters.campaign import RuleSet, rule_set
from crmdesk.engine.index.occasion import Occasion, occasion_again, timeless
from crmdesk.engine.planning.plan import Plan
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.model.index import DEFAULT_LAG_SECONDS, IndexOptions, Window
from crmdesk.model.job import Job
from crmdesk.model.run import Progress, RunRecord
from crmdesk.store import Store
from crmdesk.store.options import Options

if TYPE_CHECKING:
    from crmdesk.connectors.deletions import Coverage, Period
    from crmdesk.engine.index.settling import Setting


class AutomaticIndex:
    """Settles the occasions of runs (windows, periods, values of expressions) over the options of a profile."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def now(self, opened: Opened, job: Job) -> Occasion:
        """The occasion of a run that begins now, by the clock of the CRM; raises PlanError."""
        if job.index is None and job.period is None:
            return timeless(job, opened.account.name)
        from crmdesk.desk.ends.deleted_rows import coverage_of

        setting, remote = self._setting(opened), opened.describe(job.object)

        def cover(period: Period) -> Coverage:
            return coverage_of(opened, remote, period)

        if job.period is not None:
            from crmdesk.engine.deletions.settling import deleted_occasion

            return deleted_occasion(job, job.period, setting, cover)
        from crmdesk.engine.index.settling import occasion_of

        return occasion_of(job, remote, opened.connector.capabilities, setting, cover)

    def standing(self, opened: Opened, job: Job, index: IndexOptions) -> Window:
        """Where the option of an import stands, whatever keeps a run from going on from there; raises PlanError."""
        from crmdesk.engine.index.settling import standing

        return standing(job, index, self._setting(opened))

    def _setting(self, opened: Opened) -> Setting:
        from crmdesk.engine.index.settling import Setting

        identity = opened.session.whoami()  # asked anew: a window must not end later than now
        is_campaign = rule_set(opened.account.settings) is RuleSet.CAMPAIGN
        return Setting(
            opened.account.name,
            identity.organization_id,
            datetime.fromisoformat(identity.server_time),
            self._options,
            0 if is_campaign else DEFAULT_LAG_SECONDS,
        )

    def again(self, record: RunRecord, job: Job) -> Occasion:
        """The occasion of a run that goes on: the window and the values it began with."""
        return occasion_again(job, record.start.account, json.loads(record.start.settings))

    def moving(self, steps: Iterator[Progress], window: Window | None, log: LedgerLog) -> Iterator[Progress]:
        """The steps of an import; once all is in its place, the option says how far it came.

        Before the run is told to have ended: a run that is killed in between goes on, and moves it then.
        """
        yield from steps
        if window is None or window.is_manual:
            return
        from crmdesk.engine.index.tracked import with_next_token

        window = with_next_token(window, log.ledger.folder)
        if window.reached == window.before and not window.is_tracked:
            return
        if self._options.advance(window.option, window.before, window.reached, log.ledger.run, window.bound):
            return
        found = self._options.find(window.option)
        stands = found.value if found is not None and found.value else "no value"
        log.notice(
            f"{window.option} was set to {stands} while this run went on, and was left so; "
            f"this run has read up to {window.reached} UTC."
        )


def plan_now(opened: Opened, store: Store, job: Job, header: tuple[str, ...]) -> Plan:
    """The plan that a run which began now would have; see `plan_of`."""
    return plan_of(opened, job, header, AutomaticIndex(store.options).now(opened, job))
