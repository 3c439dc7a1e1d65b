"""Parents that are not in the CRM because they are themselves rows that were rejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from crmdesk.model.mapping import Lookup
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW
from crmdesk.tabular.convert import WritePlan, key_text

RejectedParents = Callable[[Lookup], Mapping[str, str]]
"""The keys of the open rejects of an object, by the field a lookup goes by, each with where that reject is in words."""


def none_rejected(_: Lookup) -> Mapping[str, str]:
    """For those who know of no rejects."""
    return {}


def told_of_rejected(
    plan: WritePlan, frame: pl.DataFrame, problems: pl.DataFrame, rejected: RejectedParents
) -> pl.DataFrame:
    """The problems of a block of the source, where a parent that was not found says so if it was rejected itself."""
    is_missing = pl.col("code") == Check.PARENT_NOT_FOUND
    for line in plan.lines:
        rows = problems.filter(is_missing & (pl.col("field") == line.field.name))[ROW]
        if line.search is None or not isinstance(line.search.origin, Lookup) or rows.is_empty():
            continue
        where = rejected(line.search.origin)
        some = frame.filter(pl.col(ROW).is_in(rows.implode()))
        keys = line.search.compared(key_text(line, some, plan.reading)).alias("key")
        known = pl.DataFrame(
            {"key": line.search.compared(pl.Series(list(where), dtype=pl.String)), "where": list(where.values())},
            schema={"key": pl.String, "where": pl.String},
        ).unique("key", keep="last")
        told = some.select(ROW).with_columns(keys).join(known, on="key").select(ROW, "where")
        is_own = is_missing & (pl.col("field") == line.field.name) & pl.col("where").is_not_null()
        message = pl.format("{} Its {} was rejected ({}).", "message", pl.lit(line.search.object), "where")
        problems = (
            problems.join(told, on=ROW, how="left", maintain_order="left")
            .with_columns(pl.when(is_own).then(message).otherwise("message").alias("message"))
            .select(PROBLEM_SCHEMA.keys())
        )
    return problems
