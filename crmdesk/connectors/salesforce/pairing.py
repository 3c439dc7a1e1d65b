"""Bulk results joined to the rows that were sent: by identity, never by order, which Bulk does not keep."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from crmdesk.tabular.batch import ROW

_OCCURRENCE = "__occurrence__"


def pair_by_identity(
    sent: pl.DataFrame, results: pl.DataFrame, columns: Sequence[str], *, are_distinct: bool
) -> pl.DataFrame:
    """The results with the ROW of the row each belongs to.

    `sent` has ROW and `columns`, `results` has `columns` and what is said about each row. Rows equal in all `columns`
    are interchangeable to the CRM, so the first of them takes the first such result, the second the next. Each result
    and each row is used at most once; what finds no partner is not in the answer, which is in the order of `sent`.
    Without any column to compare there are no partners. `are_distinct` tells that no two rows of `sent` are equal.
    """
    if not columns:
        return sent.select(ROW).clear().hstack(results.clear())
    if are_distinct:  # the usual case: counting costs ten times the rest
        paired = _joined(sent, results, columns)
        if not (paired[ROW].diff() == 0).any():  # no row has two results, which would stand one behind the other
            return paired.drop(columns)
    occurrence = pl.int_range(pl.len()).over(columns).alias(_OCCURRENCE)
    keys = [*columns, _OCCURRENCE]
    return _joined(sent.with_columns(occurrence), results.with_columns(occurrence), keys).drop(keys)


def _joined(sent: pl.DataFrame, results: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    rows = sent.select(ROW, *keys)
    return rows.join(results, on=keys, how="inner", nulls_equal=True, maintain_order="left")
