"""What went wrong, a line each: a record that was refused, or a run that could not go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crmdesk.model.reject import RejectState


class Level(StrEnum):
    """Whether one record is meant, or the whole run."""

    RECORD = "record"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One record or run that failed.

    `time` is ISO 8601 in UTC. `symbol` is the CRM's word for the refusal, or one of our checks; of a run how it ended.
    `code` is the CRM's number for it, empty where it gives none. `fields` are those that were named. `key` is the value
    that finds the record in the source, `record` the id of the remote record where it is known. `values` are the
    original ones, `converted` what they became (a row that never left too), `sent` what left for the CRM.
    """

    level: Level
    time: str
    run: str
    job: str
    account: str
    object: str
    symbol: str
    message: str
    code: str = ""
    row: int = 0
    key: str = ""
    record: str = ""
    stage: str = ""
    state: str = ""
    attempt: int = 1
    fields: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    converted: Mapping[str, str | None] = field(default_factory=dict)
    sent: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which troubles are meant; what is empty chooses nothing.

    `since` and `until` are days in UTC, both included; `account` is an internal name; `object` in any case. Runs are
    in no state: with `states` only records are meant.
    """

    since: date | None = None
    until: date | None = None
    level: Level | None = None
    symbol: str = ""
    job: str = ""
    run: str = ""
    account: str = ""
    object: str = ""
    states: tuple[RejectState, ...] = ()

    def has_day(self, time: str) -> bool:
        """Whether a time (ISO 8601) lies between the days."""
        day = date.fromisoformat(time[:10])
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many rows of a job were rejected on a day (by the start of the run, UTC) with a symbol."""

    day: str
    job: str
    symbol: str
    rows: int
