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
    ordered = problems.sort(ROW, maintain_order=True)
    is_first = ordered[ROW].is_first_distinct()
    first = ordered.filter(is_first)
    values = _json_of(source.filter(pl.col(ROW).is_in(first[ROW].implode())), "values", keep=(LINE,))
    rejects = _beside(_beside(first, values), _also(ordered.filter(~is_first)))
    if converted is not None:
        rejects = _beside(rejects, _json_of(converted, "sent"))
    else:
        rejects = rejects.with_columns(pl.lit("{}").alias("sent"))
    filled = rejects.with_columns(pl.col("also").fill_null("[]"), pl.col("field", "code", "message").fill_null(""))
    return filled.select(pl.col(name).cast(kind) for name, kind in REJECT_SCHEMA.items())


def _beside(rejects: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The rejects with the columns of what is told of their rows."""
    if rejects[ROW].equals(told[ROW]):  # as it mostly is; then there is nothing to look for
        return rejects.hstack(told.drop(ROW))
    return rejects.join(told, on=ROW, how="left", maintain_order="left")


def _also(problems: pl.DataFrame) -> pl.DataFrame:
    """ROW and, as `also`, all problems of the row, of which few rows have more than one."""
    also: dict[int, list[tuple[str | None, ...]]] = {}
    for row, *problem in problems.select(ROW, "field", "code", "message").iter_rows():
        also.setdefault(row, []).append(tuple(problem))
    texts = [msgspec.json.encode(each).decode() for each in also.values()]
    return pl.DataFrame({ROW: list(also), "also": texts}, schema={ROW: pl.Int64(), "also": pl.String()})


def _json_of(frame: pl.DataFrame, name: str, keep: tuple[str, ...] = ()) -> pl.DataFrame:
    columns = [column for column in frame.columns if column not in (ROW, LINE)]
    kept = [column for column in keep if column in frame.columns]
    text = pl.struct(columns).struct.json_encode() if columns else pl.lit("{}")
    missing = [pl.lit(0, pl.Int64()).alias(column) for column in keep if column not in frame.columns]
    return frame.select(ROW, *kept, *missing, text.alias(name))
