"""Rejects as they stand in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from crmdesk.model.reject import Reject, RowProblem, Stage, reject_id
from crmdesk.store.clock import moment
from crmdesk.store.codes import STAGE_WORDS, STATE_WORDS, row_of, run_of

AMONG = "reject.place IN (SELECT value FROM json_each(?)) ORDER BY reject.place"
"""A condition for `select`, which takes the places as a JSON list."""

PARENT_CAME = 2
"""In `waits` of the table of notes: the reject waited for its parent, which has come to the CRM since."""

_SELECT = """
    SELECT reject.place, line, stage, state, retried_by, code, field, reject.message, also, sent, original, reject.at,
        note.reason, note.who, note.waits, heir
    FROM reject JOIN cause ON cause.id = reject.cause LEFT JOIN reject_note AS note ON note.place = reject.place
    LEFT JOIN reject_heir ON reject_heir.place = reject.place
"""

_problems = msgspec.json.Decoder(tuple[tuple[str, str, str], ...])
_originals = msgspec.json.Decoder(dict[str, str])
_sent_values = msgspec.json.Decoder(dict[str, str | None])


def select(connection: sqlite3.Connection, run: int, which: str, *values: object) -> list[Reject]:
    """Rejects of the run, those for which `which`, a condition and what may follow it, holds."""
    found = connection.execute("SELECT retry_of, attempt FROM run WHERE id = ?", (run,)).fetchone()
    if found is None:
        return []
    parent, attempt = found
    rows = connection.execute(f"{_SELECT} WHERE {which}", values).fetchall()
    return [_reject(row, str(run), "" if parent is None else str(parent), attempt) for row in rows]


def words(connection: sqlite3.Connection, places: str) -> list[tuple[int, str, Mapping[str, str]]]:
    """Row, message and original values of the rejects at `places`, a JSON list."""
    found = connection.execute(
        "SELECT place, message, original FROM reject WHERE place IN (SELECT value FROM json_each(?)) ORDER BY place",
        (places,),
    )
    return [(row_of(where), message, _originals.decode(original)) for where, message, original in found.fetchall()]


def originals(
    connection: sqlite3.Connection, after: int, end: int, state: int, limit: int
) -> list[tuple[int, Mapping[str, str]]]:
    """Place and original values of rejects in a state, behind `after` up to `end`."""
    found = connection.execute(
        "SELECT place, original FROM reject WHERE place > ? AND place <= ? AND state = ? ORDER BY place LIMIT ?",
        (after, end, state, limit),
    )
    return [(where, _originals.decode(original)) for where, original in found.fetchall()]


def _reject(row: tuple[Any, ...], run: str, parent: str, attempt: int) -> Reject:
    where, line, stage, state, retried_by, code, field, message, also, sent, original, at, reason, who, waits, again = (
        row
    )
    number, refused_at = row_of(where), STAGE_WORDS[stage]
    converted = _sent_values.decode(sent)
    return Reject(
        id=reject_id(run, number),
        run=run,
        row=number,
        line=line,
        stage=refused_at,
        field=field,
        code=code,
        message=message,
        values=_originals.decode(original),
        state=STATE_WORDS[state],
        also=tuple(RowProblem(*problem) for problem in _problems.decode(also)),
        sent=converted if refused_at is Stage.WRITE else {},
        attempt=attempt,
        retry_of=reject_id(parent, number) if parent else "",
        retried_by="" if retried_by is None else str(retried_by),
        reason=reason or "",
        decided_by=who or "",
        waits=bool(waits),
        has_parent=waits == PARENT_CAME,
        converted=converted,
        at=moment(at) if at else "",
        rejected_again="" if again is None else reject_id(str(run_of(again)), row_of(again)),
    )
