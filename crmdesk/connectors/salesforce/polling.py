"""Bulk jobs as they are answered, and waiting for their end."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum

import msgspec

from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.token import CancelToken

_SHORTEST_PAUSE = 0.2
_SHORTEST_AT_THE_END = 0.1  # where the job tells how far it is, so that short pauses are few
_LONGEST_PAUSE = 5.0


class State(StrEnum):
    """Bulk API 2.0 guide, "Job States"."""

    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    JOB_COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"


ENDS = frozenset({State.JOB_COMPLETE, State.FAILED, State.ABORTED})


class JobInfo(msgspec.Struct, rename="camel"):
    """What a job resource answers. `number_records_processed` counts failed records too.

    `system_modstamp` is when the job last changed its state (Bulk API 2.0 guide, "Get Job Info").
    """

    id: str
    state: State
    number_records_processed: int = 0
    error_message: str = ""
    system_modstamp: str = ""


def wait_for_end(
    rest: Rest, tail: str, token: CancelToken, polled: Callable[[], None] | None = None, rows: int = 0
) -> JobInfo:
    """Ask after the job at `tail` until it has ended; `polled` is told of each answer.

    `rows` is how many records the job has, 0 where nobody knows: then the looks become rarer and rarer.
    """
    begun = time.monotonic()
    while True:
        job = rest.get(tail, JobInfo, token)
        if polled is not None:
            polled()
        if job.state in ENDS:
            return job
        token.sleep(pause_before_next_look(time.monotonic() - begun, job.number_records_processed, rows))


def pause_before_next_look(elapsed: float, processed: int, rows: int) -> float:
    """Seconds, after `elapsed` seconds in which `processed` of `rows` records (0: nobody knows) went through.

    Half of what is left if the others go as fast, else a quarter of what has passed: few calls for a long job, and no
    end that is noticed late.
    """
    if processed and rows:
        return min(max(elapsed * (rows - processed) / processed / 2, _SHORTEST_AT_THE_END), _LONGEST_PAUSE)
    return min(max(elapsed / 4, _SHORTEST_PAUSE), _LONGEST_PAUSE)
