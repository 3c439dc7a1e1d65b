"""Rows of large CSV files by 128 bits each: enough to tell them apart, and few enough to hold a whole job of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

FINGERPRINT = ("__first__", "__second__")
"""Two hashes of the same values, each of 64 bits. They hold within this process only and are never stored."""

_SEEDS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)


def header(file: Path) -> list[str]:
    """The names of the columns; none for an empty file."""
    return [] if not file.stat().st_size else pl.scan_csv(file, infer_schema=False).collect_schema().names()


def fingerprints(file: Path, columns: Sequence[str], also: Sequence[str] = ()) -> pl.DataFrame:
    """FINGERPRINT over `columns` and the columns `also` as they are, in the order of the file; an empty cell is null.

    Streams: the file is never in memory as a whole.
    """
    values = pl.struct(_filled(name) for name in columns)
    hashes = [values.hash(seed).alias(name) for name, seed in zip(FINGERPRINT, _SEEDS, strict=True)]
    lines = pl.scan_csv(file, infer_schema=False)
    return lines.select(*hashes, *(_filled(name) for name in also)).collect(engine="streaming")


def are_keys(file: Path, column: str) -> bool:
    """Whether every row has a value of its own in the column."""
    keys = fingerprints(file, [column], [column]).select(*FINGERPRINT, pl.col(column).is_null())
    return not keys[column].any() and keys.is_unique().all()


def _filled(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
