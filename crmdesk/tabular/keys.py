"""Keys: the form in which they are compared, and which rows of a source share one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import polars as pl

from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.private import open_private

_Text = TypeVar("_Text", pl.Series, pl.Expr)

_PARTS = 16
_MOST = 1_000_000
"""Rows whose keys are held in memory before they go to the disk."""

_NAMED = 5


def fold_key(text: _Text, folds_case: bool) -> _Text:  # noqa: FBT001 - always said at the call
    """Keys as they are compared: white space around them off, lower case where the CRM takes both cases for one."""
    plain = text.str.strip_chars()
    return plain.str.to_lowercase() if folds_case else plain


class KeyIndex:
    """The keys of a whole source, in 12 bytes a row: of a large one on the disk, in `folder`.

    Only a 64-bit hash of each key is kept. Two different keys among ten million have the same hash once in 400,000 such
    sources; then two good rows are rejected, which names them and loses nothing.
    """

    def __init__(self, folder: Path, *, most: int = _MOST) -> None:
        self._folder = folder
        self._most = most
        self._chunks: list[pl.DataFrame] = []
        self._held = 0
        self._spills = 0
        self.has_twins = False  # whether two rows that were added together share a key
        self._forget()  # what a run left that was killed

    def add(self, rows: pl.Series, keys: pl.Series) -> None:
        """More rows (positions in the source) and their keys, null where there is none. Raises OSError."""
        chunk = pl.DataFrame([rows.cast(pl.UInt32).alias(ROW), keys.hash().alias("hash")])
        self._chunks.append(chunk.filter(keys.is_not_null()) if keys.null_count() else chunk)
        self._held += len(rows)
        self.has_twins = self.has_twins or self._chunks[-1]["hash"].n_unique() < self._chunks[-1].height
        if self._held >= self._most:
            self._spill()

    def _spill(self) -> None:
        """Write what is held to the disk, by parts of all hashes."""
        held = pl.concat(self._chunks)
        parts = (held["hash"] % _PARTS).cast(pl.UInt8)
        for part in range(_PARTS):
            with open_private(self._folder / f"keys-{part:02}-{self._spills:05}.arrow", "wb") as file:
                held.filter(parts == part).write_ipc(file)
        self._spills += 1
        self._chunks, self._held = [], 0

    def _forget(self) -> None:
        for path in self._folder.glob("keys-*.arrow"):
            path.unlink()

    def twins(self) -> pl.DataFrame:
        """The rows whose key other rows have too, in order: ROW and `others`, like "3, 7, 12" (five named at most)."""
        empty = pl.DataFrame(schema={ROW: pl.Int64(), "others": pl.String()})
        return pl.concat([empty, *(self._twins_of(several) for several in self._several())]).sort(ROW)

    def surplus(self, *, keeps_last: bool) -> pl.DataFrame:
        """The rows for which the first or the last row of their key stands, in order: ROW and `stands`, that row."""
        empty = pl.DataFrame(schema={ROW: pl.Int64(), "stands": pl.Int64()})
        found = (self._surplus_of(several, keeps_last=keeps_last) for several in self._several())
        return pl.concat([empty, *found]).sort(ROW)

    def _surplus_of(self, several: pl.DataFrame, *, keeps_last: bool) -> pl.DataFrame:
        stands = (pl.col(ROW).max() if keeps_last else pl.col(ROW).min()).over("hash")
        paired = several.select(pl.col(ROW).cast(pl.Int64), stands.cast(pl.Int64).alias("stands"))
        return paired.filter(pl.col(ROW) != pl.col("stands"))

    def _twins_of(self, several: pl.DataFrame) -> pl.DataFrame:
        groups = several.group_by("hash").agg(pl.col(ROW).bottom_k(_NAMED + 1).alias("first"), pl.len().alias("n"))
        others = pl.col("first").list.set_difference(pl.concat_list(ROW)).list.sort().list.head(_NAMED)
        more = pl.when(pl.col("n") > _NAMED + 1).then(pl.lit(", …")).otherwise(pl.lit(""))
        return several.join(groups, on="hash").select(
            pl.col(ROW).cast(pl.Int64), (others.cast(pl.List(pl.String)).list.join(", ") + more).alias("others")
        )

    def _several(self) -> Iterator[pl.DataFrame]:
        """The keys that stand in several rows; of a large source a part of all hashes at a time."""
        if self._spills:
            if self._held:
                self._spill()
            for part in range(_PARTS):
                paths = sorted(self._folder.glob(f"keys-{part:02}-*.arrow"))
                yield _repeated(pl.concat([pl.read_ipc(path.read_bytes()) for path in paths]))
            self._forget()
        elif self._chunks:
            yield _repeated(pl.concat(self._chunks))


def _repeated(keys: pl.DataFrame) -> pl.DataFrame:
    return keys.filter(pl.col("hash").is_duplicated())
