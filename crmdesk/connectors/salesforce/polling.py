"""Bulk jobs as they are answered, and waiting for their end."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.token import CancelToken

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_SLOWER = 1.5


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
    """What a job resource answers. `number_records_processed` counts failed records too."""

    id: str
    state: State
    number_records_processed: int = 0
    number_records_failed: int = 0
    error_message: str = ""


def wait_for_end(rest: Rest, tail: str, token: CancelToken, polled: Callable[[], None] | None = None) -> JobInfo:
    """Ask after the job at `tail` until it has ended, ever more slowly; `polled` is told of each answer."""
    pause = _FIRST_PAUSE
    while True:
        job = rest.get(tail, JobInfo, token)
        if polled is not None:
            polled()
        if job.state in ENDS:
            return job
        token.sleep(pause)
        pause = min(pause * _SLOWER, _LONGEST_PAUSE)
