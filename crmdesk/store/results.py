"""Every row's outcome, for people who want to see all of them."""

from __future__ import annotations

import sqlite3

import polars as pl

from crmdesk.model.run import RowOutcome
from crmdesk.store.codes import OUTCOME_WORDS, OUTCOMES, place, row_of, span
from crmdesk.tabular.batch import ROW


def outcomes(connection: sqlite3.Connection, run: int, first_row: int, last_row: int) -> pl.DataFrame:
    """The outcomes of the rows from `first_row` to `last_row`, both included, by row; of those whose outcome is known.

    ROW and `attempt` (Int64), and as String `outcome` (a RowOutcome), `id` (the remote one), and why a row was
    rejected: `code` and `message`, null else.
    """
    found = connection.execute(
        """
        SELECT outcome.place, outcome.outcome, outcome.remote_id, cause.code, reject.message
        FROM outcome
        LEFT JOIN reject ON reject.place = outcome.place
        LEFT JOIN cause ON cause.id = reject.cause
        WHERE outcome.place BETWEEN ? AND ?
        ORDER BY outcome.place
        """,
        (place(run, first_row), place(run, last_row)),
    )
    columns = {ROW: pl.Int64(), "outcome": pl.Int64(), "id": pl.String(), "code": pl.String(), "message": pl.String()}
    frame = pl.DataFrame(found.fetchall(), schema=columns, orient="row")
    words = {code: outcome.value for code, outcome in OUTCOME_WORDS.items()}
    attempt = connection.execute("SELECT attempt FROM run WHERE id = ?", (run,)).fetchone()[0]
    return frame.with_columns(
        pl.col(ROW) - place(run, 0),
        pl.col("outcome").replace_strict(words, return_dtype=pl.String),
        pl.lit(attempt, dtype=pl.Int64).alias("attempt"),
    )


def sample(connection: sqlite3.Connection, run: int, outcome: RowOutcome, most: int) -> list[tuple[int, str]]:
    """Rows of an outcome with their remote ids, every so many of them."""
    which = "outcome WHERE place BETWEEN ? AND ? AND outcome = ? AND remote_id IS NOT NULL"
    values = (*span(run), OUTCOMES[outcome])
    rows = connection.execute(f"SELECT count(*) FROM {which}", values).fetchone()[0]  # noqa: S608 - our own words
    numbered = f"SELECT place, remote_id, row_number() OVER (ORDER BY place) - 1 AS number FROM {which}"  # noqa: S608
    found = connection.execute(
        f"SELECT place, remote_id FROM ({numbered}) WHERE number % ? = 0 LIMIT ?",  # noqa: S608 - our own words
        (*values, max(1, rows // most), most),
    )
    return [(row_of(where), record) for where, record in found.fetchall()]
