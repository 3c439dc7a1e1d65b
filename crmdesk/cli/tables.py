"""Frames of text written as CSV files that take their place only when they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from crmdesk.errors import FileFormatError
from crmdesk.tabular.files.private import open_private


def write_csv(place: Path, frames: Iterable[pl.DataFrame], header: tuple[str, ...] = ()) -> int:
    """Write the frames one below the other, UTF-8, and give the number of rows; without frames only `header`."""
    part = place.with_name(f".{place.name}.part")
    rows = 0
    try:
        with open_private(part, "wb") as file:
            for frame in frames:
                frame.write_csv(file, include_header=rows == 0 and file.tell() == 0)
                rows += frame.height
            if file.tell() == 0 and header:
                pl.DataFrame({name: [] for name in header}).write_csv(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileFormatError(
            f"{place} cannot be written: {error.strerror}.", hint="Choose another place, or make room."
        ) from error
    return rows
