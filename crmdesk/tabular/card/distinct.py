"""How many different values a column has, in a bounded space."""

from __future__ import annotations

import polars as pl

KEPT = 1 << 16
"""Hashes kept of a column: so many different values are counted exactly, more are estimated to within a percent."""

_ALL = float(1 << 64)


class Distinct:
    """Keeps the smallest hashes of all values: how densely they lie tells how many there are (Bar-Yossef, 2002)."""

    def __init__(self) -> None:
        self._smallest = pl.Series(dtype=pl.UInt64)

    def add(self, values: pl.Series) -> None:
        """More values."""
        hashes = values.unique().hash().unique()
        if self.is_estimated:
            hashes = hashes.filter(hashes < self._smallest[-1])
        if hashes.is_empty():
            return
        self._smallest = pl.concat([self._smallest, hashes]).unique().sort().head(KEPT)

    @property
    def is_estimated(self) -> bool:
        """Whether there were more values than are counted."""
        return len(self._smallest) == KEPT

    @property
    def number(self) -> int:
        """How many different values there were."""
        if not self.is_estimated:
            return len(self._smallest)
        return round((KEPT - 1) * _ALL / int(self._smallest[-1]))
