"""Sentences and lines that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crmdesk.errors import Problem
from crmdesk.model.account import Account
from crmdesk.model.job import Job
from crmdesk.model.run import RunOutcome, RunRecord, RunStart, Tally


def ends(job: Job, account: Account) -> str:
    """The tag and both ends, with the arrow the data follows."""
    local, remote = Path(job.local.path).name, f"{account.label} · {job.object}"
    if job.operation.is_reading:
        return f"{job.direction.value} {remote} → {local}"
    return f"{job.direction.value} {local} → {remote}"


def problem_values(problem: Problem) -> dict[str, str]:
    """A problem as a JSON object."""
    return {"place": problem.place, "message": problem.message, "hint": problem.hint}


def run_values(record: RunRecord) -> dict[str, object]:
    """A run as a JSON object: a line of `runs`."""
    start = record.start
    return {
        "run": record.run,
        "job": start.job,
        "operation": start.operation.value,
        "account": start.account,
        "object": start.object,
        "outcome": record.outcome.value,
        "started": record.started,
        "ended": record.ended or None,
        **record.tally.as_dict(),
        "api_calls": record.api_calls,
        "retry_of": start.retry_of or None,
        "undo_of": start.undo_of or None,
    }


def cause_sentence(rows: int, code: str, field: str, message: str) -> str:
    """How many rows share a cause, with the message of one of them."""
    return f"  {rows:>7,} × {code}{f' · {field}' if field else ''} · {message}"


def outcome_sentence(
    outcome: RunOutcome, run: str, tally: Tally, start: RunStart | None = None, open_rejects: int | None = None
) -> str:
    """How a run ended and what can be done next; its rejects may have been settled or taken up since."""
    match outcome:
        case RunOutcome.SUCCEEDED:
            return "Done."
        case RunOutcome.REJECTS:
            return " ".join(
                ["Done.", *_left_over(run, tally, start, tally.rejected if open_rejects is None else open_rejects)]
            )
        case RunOutcome.STOPPED:
            return f"Stopped. `crmdesk resume {run}` goes on."
        case RunOutcome.PAUSED:
            return f"Paused. `crmdesk resume {run}` goes on."
        case RunOutcome.FAILED:
            return f"It could not go on. With the cause mended, `crmdesk resume {run}` goes on by the job as it was."
        case RunOutcome.RUNNING:
            return f"It is running. `crmdesk stop {run}` stops it."
        case RunOutcome.INTERRUPTED:
            return f"It was interrupted. `crmdesk resume {run}` goes on."


def is_mended_by_file(start: RunStart) -> bool:
    """Whether rejects of the run are sent again with the values of a corrected file."""
    return not (start.operation.is_reading or start.undo_of)


def _left_over(run: str, tally: Tally, start: RunStart | None, open_rejects: int) -> Iterator[str]:
    if open_rejects and start is not None and start.undo_of:
        yield f"`crmdesk rejects {run}` names the records that were left as they are, and why."
    elif open_rejects and start is not None and start.operation.is_reading:
        yield (
            f"`crmdesk rejects {run}` names the rows that are lacking, and why. Mend them in the CRM, or in the job's "
            "list of ids: its next run brings them."
        )
    elif open_rejects:
        yield (
            f"`crmdesk rejects {run} --csv FILE` writes the rejects down; correct that file, then "
            f"`crmdesk retry {run} --from FILE`."
        )
    if tally.unknown:
        yield (
            f"Nobody knows whether {tally.unknown:,} rows arrived: `crmdesk results {run}` names them (unknown); "
            "look for them in the CRM before you send them again."
        )
