"""The CSV of Bulk API 2.0: UTF-8, comma, LF; an empty cell says nothing, `#N/A` clears."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import IO

import polars as pl

CLEAR = "#N/A"
"""Bulk API 2.0 guide, "Prepare CSV Files": the value that empties a field."""


def encode(frame: pl.DataFrame, names: Sequence[str]) -> bytes:
    """The rows without a header; "" becomes `#N/A`."""
    cleared = [name for name in names if (frame[name] == "").any()]
    rows = frame.select(names).with_columns(
        pl.when(pl.col(name) == "").then(pl.lit(CLEAR)).otherwise(pl.col(name)).alias(name) for name in cleared
    )
    body = io.BytesIO()
    # In a single column an unquoted empty cell would be a blank line, which nobody counts as a record.
    rows.write_csv(body, include_header=False, quote_style="always" if len(names) == 1 else "necessary")
    return body.getvalue()


def header(names: Sequence[str]) -> bytes:
    """The first line."""
    return (",".join(names) + "\n").encode()


def decode(body: bytes) -> pl.DataFrame:
    """The frame that `encode` was given, from a body with its header."""
    frame = cells(body)
    return frame.with_columns(
        pl.when(pl.col(name) == CLEAR).then(pl.lit("")).otherwise(pl.col(name)).alias(name) for name in frame.columns
    )


def cells(body: bytes | IO[bytes], columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The cells as they stand there, quoted or not; an empty one is null. Without a header there are no columns."""
    frame = pl.read_csv(
        body, infer_schema=False, columns=list(columns) if columns is not None else None, raise_if_empty=False
    )
    return frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in frame.columns)
