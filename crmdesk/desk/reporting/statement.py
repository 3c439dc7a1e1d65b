"""The statement of a run: counts from stored outcomes, what became of its rejects since, and whether that adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmdesk.desk.mending.groups import CauseGroup, groups_of
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RunRecord, Tally
from crmdesk.store import Store


@dataclass(frozen=True, slots=True)
class Statement:
    """A run, and the runs that took up its rejects, and that took back what these runs did, oldest first.

    `tally` are the run's own counts, `rejects` what became of its rejects since, by state; both are counted row by row.
    `reasons` has how many rows were set aside for which reason.
    """

    record: RunRecord
    retries: Sequence[RunRecord]
    undos: Sequence[RunRecord]
    tally: Tally
    rejects: Mapping[RejectState, int]
    reasons: Mapping[str, int]
    groups: Sequence[CauseGroup]

    @property
    def is_balanced(self) -> bool:
        """Whether every row read is accounted for, and every rejected row has a state."""
        return self.tally.is_balanced and sum(self.rejects.values()) == self.tally.rejected

    @property
    def arrived(self) -> int:
        """Rows that have come to the CRM, by this run or by one that took up its rejects."""
        tally = self.tally
        in_run = tally.created + tally.updated + tally.deleted + tally.unchanged
        return in_run + self.rejects.get(RejectState.RESOLVED, 0)

    @property
    def taken_back(self) -> int:
        """Rows of all these runs that were taken back."""
        return sum(undo.tally.updated + undo.tally.deleted for undo in self.undos)


def statement_of(store: Store, run: str) -> Statement:
    """The statement of a run; raises UserError when there is no such run."""
    record = store.runs.get(run)
    retries = _retries(store, run)
    return Statement(
        record,
        retries,
        [
            undo
            for each in (record, *retries)
            for undo in store.runs.undos_of(each.run)
            if undo.tally.updated + undo.tally.deleted
        ],
        record.tally,
        store.rejects.states(run),
        store.rejects.reasons(run),
        groups_of(store, run),
    )


def _retries(store: Store, run: str) -> list[RunRecord]:
    found: list[RunRecord] = []
    for retry in store.runs.retries_of(run):
        found += [retry, *_retries(store, retry.run)]
    return sorted(found, key=lambda record: int(record.run))
