"""What a receipt says: every row of its send exactly once, counted, and added to the counts of the run."""

from __future__ import annotations

from collections import Counter

import polars as pl

from crmdesk.connectors.contract import Payload, Receipt, Settled
from crmdesk.model.run import Tally
from crmdesk.tabular.batch import ROW

AGAIN = (Settled.UNSENT, Settled.CROWDED, Settled.BUSY)
"""What is not the end of a row: it is sent once more."""


def once_each(receipt: Receipt, payload: Payload) -> pl.DataFrame:
    """The rows of a receipt, every row of the send exactly once: what a sink left out or said twice is unknown."""
    if receipt.rows[ROW].equals(payload.rows) and not receipt.rows["outcome"].null_count():
        return receipt.rows
    known = receipt.rows.filter(~pl.col(ROW).is_duplicated())
    rows = payload.rows.to_frame(ROW).join(known, on=ROW, how="left")
    return rows.with_columns(pl.col("outcome").fill_null(Settled.UNKNOWN.value))


def counted(rows: pl.DataFrame) -> Counter[str]:
    """How many rows have each outcome."""
    counts = rows["outcome"].value_counts()
    return Counter(dict(zip(counts["outcome"], counts["count"], strict=True)))


def added(tally: Tally, counts: Counter[str]) -> Tally:
    """The counts of the run with those of a receipt."""
    final = sum(count for outcome, count in counts.items() if outcome not in AGAIN)
    return Tally(
        read=tally.read,
        created=tally.created + counts[Settled.CREATED],
        updated=tally.updated + counts[Settled.UPDATED],
        deleted=tally.deleted + counts[Settled.DELETED],
        unchanged=tally.unchanged + counts[Settled.UNCHANGED],
        rejected=tally.rejected + counts[Settled.REJECTED],
        unknown=tally.unknown + counts[Settled.UNKNOWN],
        pending=tally.pending - final,
    )
