"""Storing what became of rows, a frame at a time."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import TYPE_CHECKING

import polars as pl

from crmdesk.model.reject import RejectState, Stage, cause_of
from crmdesk.model.run import RowOutcome
from crmdesk.store import counts, many_rows
from crmdesk.store.codes import OUTCOMES, STAGES, STATES, place, span
from crmdesk.tabular.batch import LINE, ROW

if TYPE_CHECKING:
    from collections.abc import Collection

_PLACE = "place"
_CAUSE = "cause"
_CAUSE_ID = "cause_id"
_ROWS = "rows"

_EMPTY = {"also": "[]", "sent": "{}"}
"""What stands in these columns of nearly all rejects: of further problems, and of values where none was sent."""

_PATTERN = "pattern"
_QUOTED = r'"[^"]*"'
"""What a message quotes is the most frequent reason why messages of one cause differ, and no part of the cause.

Leaving it out at column speed first makes cause_of, which takes 10 µs, run once a cause and not once a reject.
"""


def store_outcomes(connection: sqlite3.Connection, run: int, outcomes: pl.DataFrame) -> None:
    """Store outcomes (OUTCOME_SCHEMA) of rows that have none. Raises sqlite3.IntegrityError when one has."""
    codes = {outcome.value: code for outcome, code in OUTCOMES.items()}
    rows = outcomes.select(
        pl.col(ROW) + place(run, 0), pl.col("outcome").replace_strict(codes, return_dtype=pl.Int64), "id"
    ).sort(ROW)
    many_rows.insert(connection, "outcome", "(?, ?, ?)", rows)
    counts.add(connection, run, dict(outcomes.group_by("outcome").len().iter_rows()))


def store_rejects(connection: sqlite3.Connection, run: int, stage: Stage, rejects: pl.DataFrame) -> None:
    """Store rejects (REJECT_SCHEMA) and the outcome `rejected` of their rows."""
    if rejects.is_empty():
        return
    rows = _reject_rows(connection, run, rejects)
    # What all rows share is part of the statement: each value that is bound costs a twentieth of a row.
    shared = {"stage": f"{STAGES[stage]}", "state": f"{STATES[RejectState.OPEN]}", "at": f"{int(time.time())}"}
    shared |= {name: f"'{empty}'" for name, empty in _EMPTY.items() if (rows.get_column(name) == empty).all()}
    bound = rows.drop(name for name in _EMPTY if name in shared)
    columns, values = (*shared, *bound.columns), (*shared.values(), *"?" * bound.width)
    many_rows.insert(connection, f"reject ({', '.join(columns)})", f"({', '.join(values)})", bound)
    many_rows.insert(connection, "outcome", f"(?, {OUTCOMES[RowOutcome.REJECTED]}, NULL)", rows.select(_PLACE))
    counts.add(connection, run, {RowOutcome.REJECTED: rejects.height})
    counts.add_rejects(connection, run, {RejectState.OPEN: rejects.height})


def owned(connection: sqlite3.Connection, run: int, ids: Collection[str]) -> frozenset[str]:
    """Those of the remote `ids` that are the outcome of a row of the run."""
    found = connection.execute(
        "SELECT remote_id FROM outcome WHERE place BETWEEN ? AND ? AND remote_id IN (SELECT value FROM json_each(?))",
        (*span(run), json.dumps(list(ids))),
    )
    return frozenset(row[0] for row in found)


def forget_rows(connection: sqlite3.Connection, run: int, behind: int = 0) -> None:
    """Delete outcomes and rejects of the rows `behind` that one, and take them out of causes and counts."""
    places = (place(run, behind + 1), span(run)[1])
    connection.execute("DELETE FROM outcome WHERE place BETWEEN ? AND ?", places)
    connection.execute("DELETE FROM reject WHERE place BETWEEN ? AND ?", places)
    connection.execute("DELETE FROM reject_note WHERE place BETWEEN ? AND ?", places)
    connection.execute(
        "UPDATE cause SET (rows, open) ="
        " (SELECT count(*), count(*) FILTER (WHERE state = ?) FROM reject WHERE reject.cause = cause.id) WHERE run = ?",
        (STATES[RejectState.OPEN], run),
    )
    connection.execute("DELETE FROM cause WHERE run = ? AND rows = 0", (run,))
    counts.recount(connection, run)


def _reject_rows(connection: sqlite3.Connection, run: int, rejects: pl.DataFrame) -> pl.DataFrame:
    """Rows for the table, its columns but those that all rows share, in the order of their places."""
    named = rejects.with_columns(
        pl.col(LINE).fill_null(0),
        pl.col("field", "code", "message").fill_null(""),
        pl.col("values").fill_null("{}"),
        *(pl.col(name).fill_null(empty) for name, empty in _EMPTY.items()),
    ).with_columns(pl.col("message").str.replace_all(_QUOTED, '"…"').alias(_PATTERN))
    return (
        named.join(_store_causes(connection, run, named), on=["code", "field", _PATTERN], how="left")
        .select(
            (pl.col(ROW) + place(run, 0)).alias(_PLACE),
            pl.col(LINE).alias("line"),
            pl.col(_CAUSE_ID).alias("cause"),
            "message",
            pl.col("values").alias("original"),
            *_EMPTY,
        )
        .sort(_PLACE)
    )


def _store_causes(connection: sqlite3.Connection, run: int, rejects: pl.DataFrame) -> pl.DataFrame:
    """Count the rejects under their causes; gives each distinct code, field and pattern with the id of its cause."""
    patterns = rejects.group_by("code", "field", _PATTERN).agg(pl.col("message").first(), pl.len().alias(_ROWS))
    texts = patterns.select("code", "field", _PATTERN).iter_rows()
    caused = patterns.with_columns(pl.Series(_CAUSE, [cause_of(*text) for text in texts], dtype=pl.String))
    causes = caused.group_by(_CAUSE, "code", "field").agg(pl.col("message").first(), pl.col(_ROWS).sum())
    ids = [
        connection.execute(
            "INSERT INTO cause (run, cause, code, field, message, rows, open) VALUES (?, ?, ?, ?, ?, ?6, ?6)"
            " ON CONFLICT DO UPDATE SET rows = rows + excluded.rows, open = open + excluded.open RETURNING id",
            (run, *cause),
        ).fetchone()[0]
        for cause in causes.iter_rows()
    ]
    numbered = causes.select(_CAUSE, "code", "field", pl.Series(_CAUSE_ID, ids, dtype=pl.Int64))
    return caused.join(numbered, on=[_CAUSE, "code", "field"]).select("code", "field", _PATTERN, _CAUSE_ID)
