"""Which rows agree in a key, and which of them stands for the others, by the rule of a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from crmdesk.engine.planning.plan import Distinct
from crmdesk.model.read_options import Keep
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW

CODE = "DUPLICATE_ROW"
_FIRST, _SECOND, _RANK, _STANDS = "__first__", "__second__", "__rank__", "__stands__"
_SEEDS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
_WHY = {
    Keep.FIRST: "the first one was kept",
    Keep.LAST: "the last one was kept",
    Keep.MOST_RECENT: "the most recent one was kept",
    Keep.FULLEST: "the one with the fewest empty fields was kept",
}


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """The rule of a job over rows as the CRM gives them: ROW and String columns, the fields of the rule among them."""

    distinct: Distinct

    def problems(self, frame: pl.DataFrame, stands: pl.DataFrame) -> pl.DataFrame:
        """A problem for each row that another one stands for; `stands` comes from `stands`."""
        others = frame.select(ROW).join(stands, on=ROW, how="inner").filter(pl.col(ROW) != pl.col(_STANDS))
        key = ", ".join(self.distinct.rule.key)
        message = pl.format(f"Row {{}} has the same {key}; {_WHY[self.distinct.rule.keep]}.", pl.col(_STANDS))
        return others.select(
            pl.col(ROW).cast(PROBLEM_SCHEMA[ROW]),
            pl.lit(key).alias("field"),
            pl.lit(CODE).alias("code"),
            message.alias("message"),
        )

    def stands(self, ranked: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """For each row with a key the row that stands for it, from what `ranked` says of all rows."""
        empty = pl.DataFrame(schema={ROW: pl.Int64, _FIRST: pl.UInt64, _SECOND: pl.UInt64, _RANK: pl.String})
        rows = pl.concat([empty, *ranked])
        order = rows.sort(_RANK, ROW, descending=[True, False], nulls_last=True)
        best = order.group_by(_FIRST, _SECOND, maintain_order=True).agg(pl.col(ROW).first().alias(_STANDS))
        return rows.join(best, on=[_FIRST, _SECOND]).select(ROW, _STANDS)

    def ranked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows whose key is whole, with what is needed to tell which of them stands for which."""
        # The key as two hashes, and a text that is greatest for the row to keep.
        keys = [
            pl.col(name).str.strip_chars().str.to_lowercase()
            if name in self.distinct.folded
            else pl.col(name).str.strip_chars()
            for name in self.distinct.rule.key
        ]
        hashes = [pl.struct(keys).hash(seed).alias(name) for seed, name in zip(_SEEDS, (_FIRST, _SECOND), strict=True)]
        is_whole = pl.all_horizontal((key.is_not_null() & (key != "")) for key in keys)
        return frame.filter(is_whole).select(ROW, *hashes, self._rank(frame).alias(_RANK))

    def _rank(self, frame: pl.DataFrame) -> pl.Expr:
        match self.distinct.rule.keep:
            case Keep.FIRST:
                return pl.lit("")
            case Keep.LAST:
                return pl.col(ROW).cast(pl.String).str.zfill(12)
            case Keep.MOST_RECENT:
                return pl.col(self.distinct.rule.by)
            case Keep.FULLEST:
                fields = [pl.col(name) for name in frame.columns if name != ROW]
                filled = pl.sum_horizontal((field.is_not_null() & (field != "")).cast(pl.Int64) for field in fields)
                return filled.cast(pl.String).str.zfill(6)
