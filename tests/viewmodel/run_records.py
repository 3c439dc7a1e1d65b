"""Runs as the history tells of them, made up for a test."""

from __future__ import annotations

from crmdesk.model.job import Action, Operation
from crmdesk.model.run import Progress, RunOutcome, RunRecord, RunStart, Tally


def a_run(
    outcome: RunOutcome = RunOutcome.RUNNING,
    tally: Tally | None = None,
    progress: Progress | None = None,
    *,
    action: Action | None = Action.UPSERT,
    is_prepared: bool = True,
    retry_of: str = "",
) -> RunRecord:
    """A run of contacts.csv into Contact; `action` None reads from the CRM instead."""
    operation = {None: Operation.IMPORT, Action.DELETE: Operation.DELETE}.get(action, Operation.EXPORT)
    start = RunStart(
        job="contacts",
        job_text="",
        account="practice_org",
        organization_id="00D",
        operation=operation,
        action=action,
        object="Contact",
        source="/data/contacts.csv",
        fingerprint="",
        retry_of=retry_of,
    )
    return RunRecord(
        run="7",
        start=start,
        outcome=outcome,
        started="2026-03-07T14:22:00+00:00",
        ended="" if outcome is RunOutcome.RUNNING else "2026-03-07T15:03:00+00:00",
        tally=tally or Tally(),
        api_calls=12,
        error="",
        attempt=1,
        is_released=False,
        is_prepared=is_prepared,
        progress=progress,
        pid=4711,
        notices=(),
    )
