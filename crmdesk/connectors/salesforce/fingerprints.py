"""Rows of large CSV files by 128 bits each: enough to tell them apart, and few enough to hold a whole job of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

FINGERPRINT = ("__first__", "__second__")
"""Two hashes of the same values, each of 64 bits. They hold within this process only and are never stored."""

_SEEDS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
_IS_EMPTY = "__is_empty__"


def header(file: Path) -> list[str]:
    """The names of the columns; none for an empty file."""
    return [] if not file.stat().st_size else pl.scan_csv(file, infer_schema=False).collect_schema().names()


def fingerprints(file: Path, columns: Sequence[str], also: Sequence[str] = ()) -> pl.DataFrame:
    """FINGERPRINT over `columns` and the columns `also` as they are, in the order of the file; an empty cell is null.

    Streams: the file is never in memory as a whole.
    """
    return _read(file, columns, [_filled(name) for name in also])


def key_fingerprints(file: Path, column: str) -> pl.DataFrame | None:
    """FINGERPRINT over the one column, in the order of the file; None when a row has nothing in it."""
    found = _read(file, [column], [_filled(column).is_null().alias(_IS_EMPTY)])
    return found.select(FINGERPRINT) if not found[_IS_EMPTY].any() else None


def _read(file: Path, columns: Sequence[str], also: Sequence[pl.Expr]) -> pl.DataFrame:
    values = pl.struct(_filled(name) for name in columns)
    hashes = [values.hash(seed).alias(name) for name, seed in zip(FINGERPRINT, _SEEDS, strict=True)]
    return pl.scan_csv(file, infer_schema=False).select(*hashes, *also).collect(engine="streaming")


def _filled(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
