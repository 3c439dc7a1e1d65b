"""What strikes rows on their way into the org: locks, triggers, flows, and refusals that no rule of the org produces.

The texts are those that orgs answer with; the numbers of lines and limits in them are examples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from crmdesk.practice import refusals
from crmdesk.practice.drafts import Action, Draft, alive
from crmdesk.practice.refusals import Refused
from crmdesk.practice.schema import PracticeObject
from crmdesk.practice.weather_kinds import (
    Accident,
    HeavyTrigger,
    LockRows,
    RefuseRows,
    RowWeather,
    SharedParent,
    TriggerError,
)

Strikes = Callable[[], bool]
"""Counts one occasion of a rule and tells whether it holds."""

_LIMITS = {
    "soql": "Too many SOQL queries: 101",
    "cpu": "Apex CPU time limit exceeded",
    "dml": "Too many DML statements: 151",
}


_ERROR_ID = "1690-443 (-1817)"

Batch = tuple[str, int]
"""The Bulk job, and the number of the batch in it; no job for a call that is none."""


class ParentLocks:
    """Which parents the batches of Bulk jobs have saved children of, for those that run at the same time."""

    def __init__(self) -> None:
        self._holders: dict[str, Batch] = {}
        self._running: set[str] = set()
        self._rivals: dict[str, set[str]] = {}

    def begin(self, job_id: str) -> None:
        self._running.add(job_id)

    def end(self, job_id: str) -> None:
        """What the job held is still in the way of the jobs that ran beside it."""
        self._running.discard(job_id)
        self._rivals[job_id] = set(self._running)
        for rivals in self._rivals.values():
            rivals.discard(job_id)
        gone = {each for each, rivals in self._rivals.items() if not rivals}
        self._rivals = {each: rivals for each, rivals in self._rivals.items() if rivals}
        self._holders = {parent: holder for parent, holder in self._holders.items() if holder[0] not in gone}

    def is_held(self, parent: str, batch: Batch) -> bool:
        """Does another batch hold the parent, one that runs at the same time?"""
        holder = self._holders.get(parent, batch)
        return holder != batch and (holder[0] in self._running or batch[0] in self._rivals.get(holder[0], ()))

    def hold(self, parent: str, batch: Batch) -> None:
        if not self.is_held(parent, batch):
            self._holders[parent] = batch


@dataclass(slots=True)
class Place:
    """Where the rows at hand stand: the locks of all, their Bulk job, if any, and the number of the first in it."""

    locks: ParentLocks = field(default_factory=ParentLocks)
    job_id: str = ""
    row: int = 0


def strike(
    do: RowWeather, what: PracticeObject, action: Action, drafts: list[Draft], strikes: Strikes, place: Place
) -> None:
    """Refuse those of the drafts of one call that this weather strikes."""
    match do:
        case LockRows():
            by_trigger = do.by_trigger
            _refuse_each(do, drafts, strikes, lambda at: _locked(at.record_id, what, action, by_trigger=by_trigger))
        case RefuseRows():
            code, message, fields = do.code, do.message, do.fields
            _refuse_each(do, drafts, strikes, lambda _: Refused(code, message, fields))
        case SharedParent():
            _strike_children(do, what, drafts, strikes, place)
        case HeavyTrigger():
            if len(alive(drafts)) > do.rows and strikes():
                reason = _LIMITS[do.limit]
                _refuse_all(drafts, lambda: refusals.TRIGGER_LIMIT(trigger=_trigger(what), reason=reason))
        case TriggerError():
            if any(_is_meant(do, draft) for draft in alive(drafts)) and strikes():
                _refuse_all(drafts, lambda: _broken_off(do, what, action))
        case Accident():
            _break_off(do, drafts, strikes, place)
        case _:
            assert_never(do)


def _refuse_each(
    do: LockRows | RefuseRows, drafts: list[Draft], strikes: Strikes, refusal: Callable[[Draft], Refused]
) -> None:
    for draft in alive(drafts):
        if _is_meant(do, draft) and strikes():
            draft.refuse(refusal(draft))


def _break_off(do: Accident, drafts: list[Draft], strikes: Strikes, place: Place) -> None:
    meant = [draft for draft in alive(drafts) if _is_meant(do, draft)]
    if meant and strikes():
        if not place.job_id:
            raise refusals.UNKNOWN(error_id=_ERROR_ID)
        _refuse_all(meant, lambda: refusals.UNKNOWN(error_id=_ERROR_ID))


def _refuse_all(drafts: list[Draft], refusal: Callable[[], Refused]) -> None:
    for draft in alive(drafts):
        draft.refuse(refusal())


def _locked(record_id: str | None, what: PracticeObject, action: Action, *, by_trigger: bool) -> Refused:
    locked = refusals.LOCKED(record_id=record_id)
    if not by_trigger:
        return locked
    cause = f"System.DmlException: Update failed. First exception on row 0; first error: {locked.code}, {locked}: []"
    return refusals.TRIGGER_FAILED(trigger=_trigger(what), event=_event("After", action), cause=cause)


def _is_meant(do: LockRows | RefuseRows | TriggerError | Accident, draft: Draft) -> bool:
    """Whether the weather is for this record: for every one, unless it names a field and a value."""
    return do.field is None or str(draft.values.get(do.field)) == do.value


def _broken_off(do: TriggerError, what: PracticeObject, action: Action) -> Refused:
    if do.flow:
        return refusals.FLOW_FAILED(flow=f"{what.label} Checks")
    cause = "System.NullPointerException: Attempt to de-reference a null object"
    return refusals.TRIGGER_FAILED(trigger=_trigger(what), event=_event("Before", action), cause=cause)


def _trigger(what: PracticeObject) -> str:
    return f"{what.name.removesuffix('__c')}Trigger"


def _event(when: str, action: Action) -> str:
    verb = "Insert" if action in (Action.INSERT, Action.UPSERT) else action.value.title()
    return f"{when}{verb}"


def _strike_children(
    do: SharedParent, what: PracticeObject, drafts: list[Draft], strikes: Strikes, place: Place
) -> None:
    names = [do.field] if do.field else [each.name for each in what.fields if _is_lookup_to_lock(each.reference_to)]
    for number, draft in enumerate(drafts, start=place.row):
        if draft.refusal is not None:
            continue
        own = (place.job_id, number // do.batch_rows)
        parents = [str(draft.values[name]) for name in names if draft.values.get(name) is not None]
        taken = next((parent for parent in parents if place.locks.is_held(parent, own)), None)
        if taken is not None and strikes():
            draft.refuse(refusals.LOCKED(record_id=taken))
        elif place.job_id:
            for parent in parents:
                place.locks.hold(parent, own)


def _is_lookup_to_lock(targets: tuple[str, ...]) -> bool:
    return bool(targets) and "User" not in targets
