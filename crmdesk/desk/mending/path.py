"""The path of one row: every run that took it up, and what became of it there."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.errors import UserError
from crmdesk.model.reject import Reject, reject_id
from crmdesk.store import Store

PENDING = "pending"


@dataclass(frozen=True, slots=True)
class PathStep:
    """What became of a row in one run.

    `outcome` is a RowOutcome, or `pending`. `id` is the remote id where there is one; `reject` what refused the row,
    and what has become of that since.
    """

    run: str
    attempt: int
    started: str
    outcome: str
    id: str
    reject: Reject | None


def path_of(store: Store, run: str, row: int) -> tuple[PathStep, ...]:
    """The steps of a row along all runs that took it up, oldest first; UserError for a row the run never had."""
    record = store.runs.get(run)
    rejects = store.rejects.line_of(reject_id(run, row))
    runs = [reject.run for reject in rejects]
    if rejects and rejects[-1].retried_by:
        runs.append(rejects[-1].retried_by)
    elif not rejects:
        runs = [*_ancestors(store, record.start.retry_of), run]
    if run not in runs:
        runs.append(run)
    steps = [step for each in runs if (step := _step(store, each, row, rejects)) is not None]
    if not steps or (run in runs and all(step.run != run for step in steps)):
        raise UserError(f"Run {run} has no row {row}.", hint=f"`crmdesk results {run}` lists its rows.")
    return tuple(steps)


def _ancestors(store: Store, run: str) -> list[str]:
    line: list[str] = []
    while run:
        line.insert(0, run)
        run = store.runs.get(run).start.retry_of
    return line


def _step(store: Store, run: str, row: int, rejects: tuple[Reject, ...]) -> PathStep | None:
    record = store.runs.get(run)
    known = store.runs.outcomes(run, row, row)
    found = next((reject for reject in rejects if reject.run == run), None)
    if known.is_empty():
        if row > record.tally.read and not record.start.retry_of:
            return None
        return PathStep(run, record.attempt, record.started, PENDING, "", found)
    outcome, remote = known.row(0, named=True)["outcome"], known.row(0, named=True)["id"]
    return PathStep(run, record.attempt, record.started, outcome, remote or "", found)
