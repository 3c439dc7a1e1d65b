"""Keys: the form in which they are compared, and which rows of a source share one."""

from __future__ import annotations

from typing import TypeVar

import polars as pl

from crmdesk.tabular.batch import ROW

_Text = TypeVar("_Text", pl.Series, pl.Expr)

_PARTS = 16
_NAMED = 5


def fold_key(text: _Text, folds_case: bool) -> _Text:  # noqa: FBT001 - always said at the call
    """Keys as they are compared: white space around them off, lower case where the CRM takes both cases for one."""
    plain = text.str.strip_chars()
    return plain.str.to_lowercase() if folds_case else plain


class KeyIndex:
    """The keys of a whole source, in 12 bytes a row.

    Only a 64-bit hash of each key is kept. Two different keys among ten million have the same hash once in 400,000 such
    sources; then two good rows are rejected, which names them and loses nothing.
    """

    def __init__(self) -> None:
        self._chunks: list[pl.DataFrame] = []

    def add(self, rows: pl.Series, keys: pl.Series) -> None:
        """More rows (positions in the source) and their keys, null where there is none."""
        chunk = pl.DataFrame([rows.cast(pl.UInt32).alias(ROW), keys.hash().alias("hash")])
        self._chunks.append(chunk.filter(keys.is_not_null()))

    def twins(self) -> pl.DataFrame:
        """The rows whose key other rows have too, in order: ROW and `others`, like "3, 7, 12" (five named at most)."""
        found = [self._twins_of(part) for part in range(_PARTS)] if self._chunks else []
        empty = pl.DataFrame(schema={ROW: pl.Int64(), "others": pl.String()})
        return pl.concat([empty, *found]).sort(ROW)

    def surplus(self, *, keeps_last: bool) -> pl.DataFrame:
        """The rows for which the first or the last row of their key stands, in order: ROW and `stands`, that row."""
        found = [self._surplus_of(part, keeps_last=keeps_last) for part in range(_PARTS)] if self._chunks else []
        empty = pl.DataFrame(schema={ROW: pl.Int64(), "stands": pl.Int64()})
        return pl.concat([empty, *found]).sort(ROW)

    def _surplus_of(self, part: int, *, keeps_last: bool) -> pl.DataFrame:
        stands = (pl.col(ROW).max() if keeps_last else pl.col(ROW).min()).over("hash")
        several = self._several(part).select(pl.col(ROW).cast(pl.Int64), stands.cast(pl.Int64).alias("stands"))
        return several.filter(pl.col(ROW) != pl.col("stands"))

    def _twins_of(self, part: int) -> pl.DataFrame:
        several = self._several(part)
        groups = several.group_by("hash").agg(pl.col(ROW).bottom_k(_NAMED + 1).alias("first"), pl.len().alias("n"))
        others = pl.col("first").list.set_difference(pl.concat_list(ROW)).list.sort().list.head(_NAMED)
        more = pl.when(pl.col("n") > _NAMED + 1).then(pl.lit(", …")).otherwise(pl.lit(""))
        return several.join(groups, on="hash").select(
            pl.col(ROW).cast(pl.Int64), (others.cast(pl.List(pl.String)).list.join(", ") + more).alias("others")
        )

    def _several(self, part: int) -> pl.DataFrame:
        """The twins among the keys in one sixteenth of all hashes, so that grouping them takes little memory."""
        mine = pl.col("hash") % _PARTS == part
        keys = pl.concat([chunk.filter(mine) for chunk in self._chunks])
        return keys.filter(pl.col("hash").is_duplicated())
