"""What a job does about trouble, and what its runs must not exceed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """What a run must not exceed; None: no bound. Percentages are of the rows read, 0 to 100."""

    max_rows: int | None = None
    max_created: int | None = None
    max_cleared_percent: int | None = None
    max_rejected_percent: int | None = None


NO_BOUNDS = Guard()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a run does about trouble.

    After an error it waits `retry_after` seconds and goes on by itself, `retries` times. `ride_out` is how many seconds
    a lost network is waited for (None: two hours, or not at all where the CRM is on this computer). It stops after
    `stop_after_rejects` rejects, and after `stop_after_same` in a row of one cause with nothing between them that went
    well (None and 0: never). `processes_rejects` hands rejects on to jobs that read them; they are stored and warned of
    in any case. `processes_errors` lets a run go on by itself after an error.
    """

    stop_after_rejects: int | None = None
    retry_after: int = 300
    retries: int = 0
    ride_out: int | None = None
    stop_after_same: int = 1000
    processes_rejects: bool = True
    processes_errors: bool = True


AS_USUAL = Behaviour()
