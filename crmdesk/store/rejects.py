"""The rejects of all runs: reading them a page at a time, and handing them to a run that retries them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence

from crmdesk.model.reject import CauseCount, Reject, RejectState
from crmdesk.store import counts, lineage, reject_notes, reject_places, reject_rows
from crmdesk.store.codes import STATE_WORDS, STATES, place, row_of, span
from crmdesk.store.database import Database
from crmdesk.store.reject_places import and_in

_PAGE = 200
_FETCHED_AT_ONCE = 2_000  # rejects: a few megabytes

_READ_AT_ONCE = 20_000  # rows without what was said of them

_PLACE = re.compile(r"R(?P<run>\d{1,9})-(?P<row>\d{1,9})")


class Rejects:
    """The rejects of a profile, by the ids of their runs. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, run: str, *, cause: str = "", after_row: int = 0, limit: int = _PAGE, states: Collection[RejectState] = ()
    ) -> list[Reject]:
        """Rejects behind `after_row` by row, `limit` at most; with `cause` or `states` only those."""
        number = int(run)
        with self._database.reading() as connection:
            if not (cause or states):
                which = "reject.place > ? AND reject.place <= ? ORDER BY reject.place LIMIT ?"
                return reject_rows.select(connection, number, which, place(number, after_row), span(number)[1], limit)
            places = reject_places.following(connection, number, after_row, limit, cause, states)
            return reject_rows.select(connection, number, reject_rows.AMONG, json.dumps(places))

    def of_rows(self, run: str, rows: Sequence[int]) -> list[Reject]:
        """The rejects of these rows, as far as there are any, by row."""
        places = json.dumps([place(int(run), row) for row in rows])
        with self._database.reading() as connection:
            return reject_rows.select(connection, int(run), reject_rows.AMONG, places)

    def rows(self, run: str, cause: str = "", states: Collection[RejectState] = ()) -> list[int]:
        """The rows of the rejects, in order; with `cause` or `states` only of those."""
        which, values = (" AND cause = ?", (int(run), cause)) if cause else ("", (int(run),))
        with self._database.reading() as connection:
            # The index of causes has all that is asked for, so no reject is read.
            causes = f"SELECT id FROM cause WHERE run = ?{which}"  # noqa: S608 - our own words
            found = connection.execute(
                f"SELECT place FROM reject WHERE cause IN ({causes}){and_in(states)}",  # noqa: S608 - our own words
                values,
            )
            return sorted(row_of(where) for (where,) in found.fetchall())

    def words(self, run: str, rows: Sequence[int]) -> list[tuple[int, str, Mapping[str, str]]]:
        """Row, message and original values of these rows, as far as they are rejects; quicker than whole rejects."""
        places = json.dumps([place(int(run), row) for row in rows])
        with self._database.reading() as connection:
            return reject_rows.words(connection, places)

    def line_of(self, reject: str) -> tuple[Reject, ...]:
        """The rejects of one row along the runs that tried it, oldest first; empty for an id that nothing has."""
        found = _PLACE.fullmatch(reject)
        if found is None:
            return ()
        run, row = int(found["run"]), int(found["row"])
        with self._database.reading() as connection:
            earlier = [_one(connection, parent, row) for parent, _ in lineage.ancestors(connection, run)]
            line = [one for one in reversed(earlier) if one is not None]
            child: int | None = run
            while child is not None and (one := _one(connection, child, row)) is not None:
                line.append(one)
                child = int(one.retried_by) if one.retried_by else None
        return tuple(line)

    def iterate(self, run: str, states: Collection[RejectState] = ()) -> Iterator[Reject]:
        """All rejects of a run by row, or those in `states`, read a few at a time."""
        last = 0
        while page := self.page(run, after_row=last, limit=_FETCHED_AT_ONCE, states=states):
            yield from page
            last = page[-1].row

    def originals(self, run: str, state: RejectState) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Row and original values of the rejects in a state, by row; quicker than whole rejects."""
        last, end = span(int(run))
        while True:
            with self._database.reading() as connection:
                page = reject_rows.originals(connection, last, end, STATES[state], _READ_AT_ONCE)
            for where, values in page:
                yield row_of(where), values
            if len(page) < _READ_AT_ONCE:
                return
            last = page[-1][0]

    def count(self, run: str, states: Collection[RejectState] = (), cause: str = "") -> int:
        """How many rejects a run has; with `states` or `cause` only those."""
        with self._database.reading() as connection:
            if cause:
                found = connection.execute(
                    "SELECT count(*) FROM reject"  # noqa: S608 - our own integers
                    f" WHERE cause IN (SELECT id FROM cause WHERE run = ? AND cause = ?){and_in(states)}",
                    (int(run), cause),
                )
                return int(found.fetchone()[0])
            counted = counts.rejects_by_state(connection, int(run))
        return sum(rows for state, rows in counted.items() if not states or state in states)

    def states(self, run: str) -> Mapping[RejectState, int]:
        """How many rejects of a run are in which state; states without rejects are left out."""
        with self._database.reading() as connection:
            return counts.rejects_by_state(connection, int(run))

    def states_of_all(self) -> Mapping[int, Mapping[RejectState, int]]:
        """How many rejects are in which state, of every run that has any, newest first."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT run, state, rows FROM reject_count WHERE rows > 0 ORDER BY run DESC")
            states: dict[int, dict[RejectState, int]] = {}
            for run, state, rows in found.fetchall():
                states.setdefault(run, {})[STATE_WORDS[state]] = rows
        return states

    def open_in_all(self) -> int:
        """How many rejects of all runs are open."""
        with self._database.reading() as connection:
            return counts.open_rejects(connection)

    def causes(self, run: str) -> tuple[CauseCount, ...]:
        """The causes of a run's rejects, the most frequent first."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT cause, code, field, message, rows FROM cause WHERE run = ? ORDER BY rows DESC, cause",
                (int(run),),
            )
            return tuple(CauseCount(*row) for row in found.fetchall())

    def open_causes(self, run: str) -> tuple[CauseCount, ...]:
        """The causes of a run's open rejects, with the number of these, the most frequent first."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT cause, code, field, message, open FROM cause WHERE run = ? AND open > 0"
                " ORDER BY open DESC, cause",
                (int(run),),
            )
            return tuple(CauseCount(*row) for row in found.fetchall())

    def set_aside(self, run: str, rows: Sequence[int], reason: str = "") -> int:
        """Give open rejects of `rows` the state ignored, for a reason; returns how many were open."""
        with self._database.transaction() as connection:
            return reject_notes.set_aside(connection, int(run), rows, reason)

    def take_back(self, run: str, rows: Sequence[int]) -> int:
        """Open rejects again that were set aside; returns how many were."""
        with self._database.transaction() as connection:
            return reject_notes.take_back(connection, int(run), rows)

    def let_wait(self, run: str, rows: Sequence[int], reason: str) -> int:
        """Mark open rejects of `rows` as waiting for their parent; returns how many were open."""
        with self._database.transaction() as connection:
            return reject_notes.let_wait(connection, int(run), rows, reason)

    def parents_came(self, run: str, rows: Sequence[int], reason: str) -> int:
        """Tell of open rejects of `rows` that the parent they lack has come to the CRM; returns how many are open."""
        with self._database.transaction() as connection:
            return reject_notes.parents_came(connection, int(run), rows, reason)

    def reasons(self, run: str) -> Mapping[str, int]:
        """How many rejects of a run were set aside for which reason ("": none was given), the most frequent first."""
        with self._database.reading() as connection:
            return reject_notes.reasons(connection, int(run))

    def waiting(self, run: str, *, has_parent: bool = False) -> list[int]:
        """The rows of open rejects that wait for their parent, or whose parent has come since."""
        with self._database.reading() as connection:
            return reject_notes.waiting(connection, int(run), has_parent=has_parent)

    def claim_for_retry(self, run: str, new_run: str, rows: Sequence[int] | None = None) -> int:
        """Hand the open rejects of `run`, or those of `rows`, to `new_run`, created with retry_of = `run`.

        They are then `in retry`. Rows keep their numbers in the new run: that is how a row settled well there resolves
        its reject here, and all before it. Returns how many were handed over; 0 when another run has taken them.
        """
        with self._database.transaction() as connection:
            _require_parent(connection, int(run), int(new_run))
            return lineage.take_up(connection, int(run), int(new_run), rows)

    def release(self, new_run: str) -> int:
        """Open the rejects again that `new_run` had taken up, when it ends for good before it has sent anything.

        Its own rejects are `superseded` then, and it can not be resumed. Returns how many were opened; 0 when it has
        begun to send or had taken up none.
        """
        with self._database.transaction() as connection:
            parent = lineage.parent_of(connection, int(new_run))
            return 0 if parent is None else lineage.give_back(connection, parent, int(new_run))

    def supersede(self, run: str, rows: Sequence[int]) -> int:
        """Close the open rejects of `rows`, whose records have come to the CRM by a later run; returns how many.

        The rejects they retried, all along their line, are closed with them.
        """
        with self._database.transaction() as connection:
            return lineage.close(connection, int(run), rows)


def _one(connection: sqlite3.Connection, run: int, row: int) -> Reject | None:
    return next(iter(reject_rows.select(connection, run, "reject.place = ?", place(run, row))), None)


def _require_parent(connection: sqlite3.Connection, run: int, new_run: int) -> None:
    if lineage.parent_of(connection, new_run) != run:
        raise ValueError(f"Run {new_run} was not created to retry run {run}.")
