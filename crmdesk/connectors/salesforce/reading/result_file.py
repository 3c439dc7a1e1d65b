"""The file of one result page, read a few megabytes at a time, whole records only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import polars as pl

from crmdesk.connectors.salesforce.bulk_csv import cells
from crmdesk.tabular.files.boundary import last_boundary

_BLOCK = 2 << 20
"""Bytes of a block: what a page of any length costs in memory is a small multiple of it."""


def frames(file: IO[bytes], expected: int | None) -> Iterator[pl.DataFrame]:
    """The cells of a page from its start, block by block; an empty cell is null.

    `expected` is how many records the page should hold, None where nobody said. A last line that does not end is a
    record only when it is the one that is still missing.
    """
    file.seek(0)
    header = file.readline()
    rest, found = b"", 0
    while piece := file.read(_BLOCK):
        rest += piece
        end = last_boundary(rest)
        if end:
            frame = cells(header + rest[:end])
            rest, found = rest[end:], found + frame.height
            yield frame
    if rest and (expected is None or found == expected - 1):
        yield cells(header + rest)
