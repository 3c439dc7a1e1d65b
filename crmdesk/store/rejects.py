"""The rejects of all runs: reading them a page at a time, and handing them to a run that retries them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from crmdesk.model.reject import Reject, RejectState, RowProblem, reject_id
from crmdesk.store import counts, lineage
from crmdesk.store.codes import STAGE_WORDS, STATE_WORDS, STATES, place, row_of, span
from crmdesk.store.database import Database

_PAGE = 200
_FETCHED_AT_ONCE = 2_000  # rejects: a few megabytes
_SELECT = """
    SELECT reject.place, line, stage, state, retried_by, code, field, reject.message, also, sent, original
    FROM reject JOIN cause ON cause.id = reject.cause
"""

_problems = msgspec.json.Decoder(tuple[tuple[str, str, str], ...])
_originals = msgspec.json.Decoder(dict[str, str])
_sent_values = msgspec.json.Decoder(dict[str, str | None])


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many rejects of a run share a cause; `message` is the message of one of them."""

    cause: str
    code: str
    field: str
    message: str
    rows: int


class Rejects:
    """The rejects of a profile, by the ids of their runs. Each method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, run: str, *, after_row: int = 0, limit: int = _PAGE, states: Collection[RejectState] = ()
    ) -> list[Reject]:
        """Rejects behind `after_row` by row, `limit` at most; with `states` only those."""
        number = int(run)
        wanted = f" AND state IN ({', '.join(str(STATES[state]) for state in states)})" if states else ""
        with self._database.reading() as connection:
            parent, attempt = connection.execute("SELECT retry_of, attempt FROM run WHERE id = ?", (number,)).fetchone()
            cursor = connection.cursor()
            cursor.row_factory = sqlite3.Row
            found = cursor.execute(
                f"{_SELECT} WHERE reject.place > ? AND reject.place <= ?{wanted} ORDER BY reject.place LIMIT ?",
                (place(number, after_row), span(number)[1], limit),
            ).fetchall()
        return [_reject(row, run, parent, attempt) for row in found]

    def iterate(self, run: str, states: Collection[RejectState] = ()) -> Iterator[Reject]:
        """All rejects of a run by row, or those in `states`, read a few at a time."""
        last = 0
        while page := self.page(run, after_row=last, limit=_FETCHED_AT_ONCE, states=states):
            yield from page
            last = page[-1].row

    def count(self, run: str, states: Collection[RejectState] = ()) -> int:
        """How many rejects a run has, or how many in `states`."""
        with self._database.reading() as connection:
            counted = counts.rejects_by_state(connection, int(run))
        return sum(rows for state, rows in counted.items() if not states or state in states)

    def causes(self, run: str) -> tuple[CauseCount, ...]:
        """The causes of a run's rejects, the most frequent first."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT cause, code, field, message, rows FROM cause WHERE run = ? ORDER BY rows DESC, cause",
                (int(run),),
            )
            return tuple(CauseCount(*row) for row in found.fetchall())

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


def _require_parent(connection: sqlite3.Connection, run: int, new_run: int) -> None:
    if lineage.parent_of(connection, new_run) != run:
        raise ValueError(f"Run {new_run} was not created to retry run {run}.")


def _reject(row: sqlite3.Row, run: str, parent: int | None, attempt: int) -> Reject:
    number = row_of(row["place"])
    return Reject(
        id=reject_id(run, number),
        run=run,
        row=number,
        line=row["line"],
        stage=STAGE_WORDS[row["stage"]],
        field=row["field"],
        code=row["code"],
        message=row["message"],
        values=_originals.decode(row["original"]),
        state=STATE_WORDS[row["state"]],
        also=tuple(RowProblem(*problem) for problem in _problems.decode(row["also"])),
        sent=_sent_values.decode(row["sent"]),
        attempt=attempt,
        retry_of="" if parent is None else reject_id(str(parent), number),
        retried_by="" if row["retried_by"] is None else str(row["retried_by"]),
    )
