"""Problems of rows become rejects: one a row, with the original values, and what was sent."""

from __future__ import annotations

import msgspec
import polars as pl

from crmdesk.engine.ledger import REJECT_SCHEMA
from crmdesk.tabular.batch import LINE, ROW


def no_rejects() -> pl.DataFrame:
    """An empty frame of REJECT_SCHEMA."""
    return pl.DataFrame(schema=REJECT_SCHEMA)


def reject_frame(problems: pl.DataFrame, source: pl.DataFrame, converted: pl.DataFrame | None = None) -> pl.DataFrame:
    """Rejects (REJECT_SCHEMA) of the rows named in `problems` (PROBLEM_SCHEMA), in row order.

    `source` holds at least those rows with their original columns; `converted` what they became, as far as they did, or
    what of them was sent. The first problem of a row is the reject's own, the others stand in `also`.
    """
    if problems.is_empty():
        return no_rejects()
    also = pl.concat_list("field", "code", "message")
    grouped = problems.group_by(ROW, maintain_order=True).agg(
        pl.col("field", "code", "message").first(), also.slice(1).alias("also")
    )
    values = _json_of(source.filter(pl.col(ROW).is_in(grouped[ROW].implode())), "values", keep=(LINE,))
    rejects = grouped.join(values, on=ROW, how="left")
    if converted is not None:
        rejects = rejects.join(_json_of(converted, "sent"), on=ROW, how="left")
    else:
        rejects = rejects.with_columns(pl.lit("{}").alias("sent"))
    # Most rows have one problem only.
    others = [msgspec.json.encode(more).decode() if more else "[]" for more in rejects["also"].to_list()]
    return (
        rejects.with_columns(
            pl.Series("also", others, dtype=pl.String()), pl.col("field", "code", "message").fill_null("")
        )
        .sort(ROW)
        .select(pl.col(name).cast(kind) for name, kind in REJECT_SCHEMA.items())
    )


def _json_of(frame: pl.DataFrame, name: str, keep: tuple[str, ...] = ()) -> pl.DataFrame:
    columns = [column for column in frame.columns if column not in (ROW, LINE)]
    kept = [column for column in keep if column in frame.columns]
    text = pl.struct(columns).struct.json_encode() if columns else pl.lit("{}")
    missing = [pl.lit(0, pl.Int64()).alias(column) for column in keep if column not in frame.columns]
    return frame.select(ROW, *kept, *missing, text.alias(name))
