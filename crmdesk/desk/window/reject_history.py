"""The rejects of a profile as the window reads and corrects them, in milliseconds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from crmdesk.desk.mending.groups import CauseGroup, groups_of
from crmdesk.desk.mending.remedies.jobs import RECORD_ID
from crmdesk.desk.runs.beginning import beginning_of
from crmdesk.desk.window.corrections import corrections_file
from crmdesk.errors import UserError
from crmdesk.model.reject import CauseCount, Reject, RejectState
from crmdesk.store.light import LightStore


class RejectHistory:
    """Every method raises StoreError; a UserError says what the admin can mend."""

    def __init__(self, store: LightStore) -> None:
        self._store = store

    # --- rejects ---

    def causes(self, run: str) -> Sequence[CauseCount]:
        """The causes of the open rejects of a run, with how many of these there are, the most frequent first."""
        return self._store.rejects.open_causes(run)

    def reject_groups(self, run: str) -> Sequence[CauseGroup]:
        """The rejects of a run by what is to be done about them, the largest group first; fields by their labels."""
        return groups_of(self._store, run, self.labels_of(run))

    def labels_of(self, run: str) -> Mapping[str, str]:
        """The labels of the fields that a run maps, by their API names; without those that have none of their own."""
        return beginning_of(self._store.runs.get(run)).labels

    def reject_reasons(self, run: str) -> Mapping[str, int]:
        """How many rejects of a run were set aside for which reason, the most frequent first."""
        return self._store.rejects.reasons(run)

    def waiting_rejects(self, run: str, *, has_parent: bool = False) -> Sequence[int]:
        """The rows of open rejects that wait for their parent, or whose parent has come since."""
        return self._store.rejects.waiting(run, has_parent=has_parent)

    def open_rejects(self) -> int:
        """How many rejects of all runs are open."""
        return self._store.rejects.open_in_all()

    def rejects(
        self, run: str, cause: str = "", after_row: int = 0, limit: int = 200, states: Collection[RejectState] = ()
    ) -> list[Reject]:
        """Rejects of a run behind `after_row` by row; with `cause` or `states` only those."""
        return self._store.rejects.page(run, cause=cause, after_row=after_row, limit=limit, states=states)

    def reject_rows(self, run: str, cause: str = "", states: Collection[RejectState] = ()) -> list[int]:
        """The rows of the rejects of a run, in order; with `cause` or `states` only of those."""
        return self._store.rejects.rows(run, cause, states)

    def rejects_of(self, run: str, rows: Sequence[int]) -> list[Reject]:
        """The rejects of these rows, by row."""
        return self._store.rejects.of_rows(run, rows)

    def reject_words(self, run: str, rows: Sequence[int]) -> list[tuple[int, str, Mapping[str, str]]]:
        """Row, message and original values of the rejects of these rows, for a search through many."""
        return self._store.rejects.words(run, rows)

    def reject_states(self, run: str) -> Mapping[RejectState, int]:
        """How many rejects of a run are in which state; only states that occur."""
        return self._store.rejects.states(run)

    def rejects_by_run(self) -> Mapping[int, Mapping[RejectState, int]]:
        """How many rejects are in which state, of every run that has any, newest first."""
        return self._store.rejects.states_of_all()

    def lineage(self, reject: str) -> tuple[Reject, ...]:
        """The rejects of one row along the runs that tried it, oldest first; empty for an id that nothing has."""
        return self._store.rejects.line_of(reject)

    def set_aside(self, run: str, rows: Sequence[int], reason: str = "") -> int:
        """Take open rejects out of what waits to be corrected, for a reason; returns how many were open."""
        return self._store.rejects.set_aside(run, rows, reason)

    def let_wait(self, run: str, rows: Sequence[int], reason: str) -> int:
        """Mark open rejects as waiting for their parent; returns how many were open."""
        return self._store.rejects.let_wait(run, rows, reason)

    def take_back(self, run: str, rows: Sequence[int]) -> int:
        """Open rejects again that were set aside; returns how many were."""
        return self._store.rejects.take_back(run, rows)

    # --- corrections ---

    def corrections(self, run: str) -> Mapping[int, Mapping[str, str]]:
        """The values that were corrected and not sent yet, by row and source column; of open rejects only."""
        return self._store.corrections.of(run)

    def correct(self, run: str, row: int, column: str, value: str | None) -> None:
        """Keep a corrected value of an open reject; None takes the correction back. Raises UserError for no reject."""
        self.correct_all(run, {row: {column: value}})

    def correct_all(self, run: str, values: Mapping[int, Mapping[str, str | None]]) -> None:
        """Keep many corrected values at once, by row and source column; None takes a correction back.

        Raises UserError for a row that is not open any more, and for a column that it has not.
        """
        known = {reject.row: reject for reject in self._store.rejects.of_rows(run, list(values))}
        for row, cells in values.items():
            reject = known.get(row)
            if reject is None or reject.state is not RejectState.OPEN:
                raise UserError(f"Row {row} of run {run} is not waiting to be corrected any more.")
            for column in cells:
                if column not in (*reject.values, RECORD_ID):
                    raise UserError(f"Row {row} of run {run} has no column “{column}”.")
        self._store.corrections.set(run, values)

    def corrections_file(self, run: str, rows: Sequence[int]) -> Path:
        """A CSV file for `retry --from`: the open rejects of these rows, corrected values in their place.

        It stays in the profile until the run that it starts has ended. Raises UserError when none of the rows is open.
        """
        return corrections_file(self._store, run, rows)
