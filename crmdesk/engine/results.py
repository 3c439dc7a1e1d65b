"""What became of every row of a run, in source order, beside the columns of the source as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from crmdesk.engine.preparing.columns import beside
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.model.run import RowOutcome
from crmdesk.tabular.batch import LINE, ROW

PENDING = "pending"

COLUMNS = ("_row", "_outcome", "_id", "_created", "_code", "_message", "_attempt", "_run")

Outcomes = Callable[[int, int], pl.DataFrame]
"""For a first and a last row: a frame of ROW, outcome, id, code, message, attempt, run; pending rows absent."""


def results(run: str, copy: SourceCopy, outcomes: Outcomes) -> Iterator[pl.DataFrame]:
    """Frames of COLUMNS and the source columns under their names of `beside`, all text."""
    for block in copy.blocks():
        known = outcomes(int(block[ROW][0]), int(block[ROW][-1]))
        joined = block.select(ROW).join(known, on=ROW, how="left", maintain_order="left")
        names = beside(COLUMNS, (column for column in block.columns if column not in (ROW, LINE)))
        outcome = pl.col("outcome").fill_null(PENDING)
        ours = joined.select(
            pl.col(ROW).cast(pl.String()).alias("_row"),
            outcome.alias("_outcome"),
            pl.col("id").fill_null("").alias("_id"),
            pl.when(outcome == RowOutcome.CREATED.value)
            .then(pl.lit("true"))
            .when(outcome == RowOutcome.UPDATED.value)
            .then(pl.lit("false"))
            .otherwise(pl.lit(""))
            .alias("_created"),
            pl.col("code").fill_null("").alias("_code"),
            pl.col("message").fill_null("").alias("_message"),
            pl.col("attempt").cast(pl.String()).fill_null("").alias("_attempt"),
            pl.col("run").fill_null(run).alias("_run"),
        )
        yield ours.hstack(block.select(pl.col(column).alias(name) for column, name in names.items()))
