"""Bulk results joined to the rows that were sent: by identity, never by order, which Bulk does not keep."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from crmdesk.tabular.batch import ROW

_OCCURRENCE = "__occurrence__"


def pair_by_identity(sent: pl.DataFrame, results: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The results with the ROW of the row each belongs to.

    `sent` has ROW and `columns`, `results` has `columns` and what is said about each row. Rows equal in all `columns`
    are interchangeable to the CRM, so the first of them takes the first such result, the second the next. Each result
    and each row is used at most once; what finds no partner is not in the answer, which is in the order of `sent`.
    Without any column to compare there are no partners.
    """
    if not columns:
        return sent.select(ROW).clear().hstack(results.clear())
    said = [name for name in results.columns if name not in columns]
    occurrence = pl.int_range(pl.len()).over(columns).alias(_OCCURRENCE)
    return (
        sent.select(ROW, *columns, occurrence)
        .join(results.with_columns(occurrence), on=[*columns, _OCCURRENCE], how="inner", nulls_equal=True)
        .sort(ROW)
        .select(ROW, *said)
    )
