"""A rehearsal of all rows, as a child of its own: how far it is, and what a run would do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from crmdesk.desk.window.run_children import RunChild, RunChildren, rehearse_arguments
from crmdesk.errors import CrmDeskError, error_of
from crmdesk.model.field_change import FieldChange
from crmdesk.model.figures import counted
from crmdesk.model.job import Job
from crmdesk.model.reject import CauseCount
from crmdesk.model.run import LookupCount, RunOutcome, Tally
from crmdesk.viewmodel.figures import duration
from crmdesk.viewmodel.vault import VaultDoor

_SECONDS = 0.2
_ENDS = ("rehearsed", "finished")


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """What a run of `job` would do with all rows, as of `at` (UTC), where its variables hold `texts` that time.

    It would make about `run_calls` calls and send for about `run_seconds` (0: nobody can tell). `changes` are those of
    records that are there.
    """

    job: Job
    tally: Tally
    causes: tuple[CauseCount, ...]
    at: datetime
    lookups: tuple[LookupCount, ...] = ()
    run_calls: int = 0
    run_seconds: float = 0.0
    changes: tuple[FieldChange, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        """Rows that would be sent."""
        return self.tally.created + self.tally.updated + self.tally.deleted

    @property
    def cost(self) -> str:
        """“About 41 min · 300 calls”; the time only where anybody can tell."""
        time = f"{duration(self.run_seconds)} · " if self.run_seconds >= 1 else ""
        return f"About {time}{counted(self.run_calls, 'call')}"

    def issues(self) -> Mapping[str, int]:
        """Rejected rows by the field that is the cause."""
        counts: dict[str, int] = {}
        for cause in self.causes:
            if cause.field:
                counts[cause.field] = counts.get(cause.field, 0) + cause.rows
        return counts


class Rehearsal:
    """At most one rehearsal at a time, and the last result. `changed` is called when something moved."""

    def __init__(self, children: RunChildren, vault: VaultDoor, changed: Callable[[], None]) -> None:
        self._children = children
        self._vault = vault
        self._changed = changed
        self._is_unwanted = False
        self.is_running = False
        self.phase = ""
        self.done = 0
        self.total: int | None = None
        self.result: RehearsalResult | None = None

    def of(self, job: Job, texts: Mapping[str, str]) -> RehearsalResult | None:
        """The result, if it is one of the very job, whatever that is called by now, with the very texts."""
        result = self.result
        if result is None or result.texts != texts:
            return None
        return result if replace(result.job, name=job.name) == job else None

    def stop(self) -> None:
        """End the rehearsal under way; nothing was sent, so nothing is left behind."""
        self._is_unwanted = True

    async def begin(self, job: Job, texts: Mapping[str, str]) -> None:
        """Rehearse the saved job of that name to its end; raises the error with which it was refused.

        `texts` are what its variables hold this time.
        """
        self.is_running, self._is_unwanted = True, False
        self.phase, self.done, self.total = "", 0, None
        self._changed()
        try:
            await self._vault.opened_for(lambda: self._carry_out(job, texts))
        finally:
            self.is_running = False
            self._changed()

    async def _carry_out(self, job: Job, texts: Mapping[str, str]) -> None:
        child = self._children.start(rehearse_arguments(job.name, texts), self._vault.phrase)
        try:
            told = await self._watch(child)
        finally:
            child.stop()
            child.forget()
        if told is not None:
            self._keep(job, texts, told)

    async def _watch(self, child: RunChild) -> dict[str, Any] | None:
        """The last line of the child, or None when it was stopped."""
        while True:
            if self._is_unwanted:  # also where it has ended meanwhile: what was stopped has no result
                return None
            has_ended = child.poll() is not None  # looked at first, so that what it said last is not missed
            for event in child.events():
                if event["event"] in _ENDS:
                    return event
                self._show(event)
            if has_ended:
                raise CrmDeskError("The rehearsal ended and did not say why.", hint="Start it again.")
            await asyncio.sleep(_SECONDS)

    def _show(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "progress":
            self.phase, self.done, self.total = str(event["phase"]), int(event["done"]), event["total"]
            self._changed()

    def _keep(self, job: Job, texts: Mapping[str, str], told: Mapping[str, Any]) -> None:
        error = told.get("error")
        if error is not None:
            raise error_of(error["kind"], error["message"], hint=error["hint"], place=error["place"])
        tally = Tally(**{name: int(told[name]) for name in Tally().as_dict()})
        if told["outcome"] == RunOutcome.STOPPED:
            return
        causes = tuple(
            CauseCount(each["cause"], each["code"], each["field"], each["message"], each["count"])
            for each in told["causes"]
        )
        lookups = tuple(LookupCount(**each) for each in told.get("lookups", ()))
        cost = int(told.get("run_calls", 0)), float(told.get("run_seconds", 0))
        changes = msgspec.convert(told.get("changes", ()), tuple[FieldChange, ...])
        self.result = RehearsalResult(job, tally, causes, datetime.now(UTC), lookups, *cost, changes, texts)
