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
    keys = list(columns)
    if not (_are_distinct(sent, keys) and _are_distinct(results, keys)):  # counting costs ten times the rest
        occurrence = pl.int_range(pl.len()).over(columns).alias(_OCCURRENCE)
        keys.append(_OCCURRENCE)
        sent, results = sent.with_columns(occurrence), results.with_columns(occurrence)
    paired = sent.select(ROW, *keys).join(results, on=keys, how="inner", nulls_equal=True, maintain_order="left")
    return paired.select(ROW, *said)


def _are_distinct(frame: pl.DataFrame, columns: Sequence[str]) -> bool:
    return frame.select(columns).is_unique().all()
