"""Rejects as they stand in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import msgspec

from crmdesk.model.reject import Reject, RowProblem, Stage, reject_id
from crmdesk.store.clock import moment
from crmdesk.store.codes import STAGE_WORDS, STATE_WORDS, row_of

PARENT_CAME = 2
"""In `waits` of the table of notes: the reject waited for its parent, which has come to the CRM since."""

_SELECT = """
    SELECT reject.place, line, stage, state, retried_by, code, field, reject.message, also, sent, original, reject.at,
        note.reason, note.who, note.waits
    FROM reject JOIN cause ON cause.id = reject.cause LEFT JOIN reject_note AS note ON note.place = reject.place
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
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    rows = cursor.execute(f"{_SELECT} WHERE {which}", values).fetchall()
    return [_reject(row, str(run), parent, attempt) for row in rows]


def words(connection: sqlite3.Connection, places: str) -> list[tuple[int, str, Mapping[str, str]]]:
    """Row, message and original values of the rejects at `places`, a JSON list."""
    found = connection.execute(
        "SELECT place, message, original FROM reject WHERE place IN (SELECT value FROM json_each(?)) ORDER BY place",
        (places,),
    )
    return [(row_of(where), message, _originals.decode(original)) for where, message, original in found.fetchall()]


def _reject(row: sqlite3.Row, run: str, parent: int | None, attempt: int) -> Reject:
    number = row_of(row["place"])
    stage, converted = STAGE_WORDS[row["stage"]], _sent_values.decode(row["sent"])
    return Reject(
        id=reject_id(run, number),
        run=run,
        row=number,
        line=row["line"],
        stage=stage,
        field=row["field"],
        code=row["code"],
        message=row["message"],
        values=_originals.decode(row["original"]),
        state=STATE_WORDS[row["state"]],
        also=tuple(RowProblem(*problem) for problem in _problems.decode(row["also"])),
        sent=converted if stage is Stage.WRITE else {},
        attempt=attempt,
        retry_of="" if parent is None else reject_id(str(parent), number),
        retried_by="" if row["retried_by"] is None else str(row["retried_by"]),
        reason=row["reason"] or "",
        decided_by=row["who"] or "",
        waits=bool(row["waits"]),
        has_parent=row["waits"] == PARENT_CAME,
        converted=converted,
        at=moment(row["at"]) if row["at"] else "",
    )
