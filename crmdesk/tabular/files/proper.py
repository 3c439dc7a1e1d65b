"""The fast rung: blocks in which every record is proper, checked byte by byte and then read by Polars."""

from __future__ import annotations

import re

import polars as pl

from crmdesk.tabular.batch import LINE


class ProperReader:
    """Reads whole records that all have the cells of the header and no quote, line end or cell out of place.

    What is proper is a regular language, so Polars' own linear-time regular expressions decide it exactly; then every
    reader of CSV agrees on what the block holds, and the fastest may read it. Text without any quote needs only to be
    counted.
    """

    def __init__(self, header: tuple[str, ...], delimiter: str) -> None:
        self._schema = dict.fromkeys(header, pl.String())
        self._delimiter = delimiter
        mark = re.escape(delimiter)
        # A blank line is no record; with a single column only a quoted cell can be an empty record.
        bare = f'[^"{mark}\\r\\n]' + ("+" if len(header) == 1 else "*")
        cell = f'(?:"(?:[^"]|"")*"|{bare})'
        record = cell + f"(?:{mark}{cell})" * (len(header) - 1)
        self._proper = rf"\A(?:{record}\r?\n)*(?:{record})?\z"

    def read(self, data: bytes, first_line: int) -> pl.DataFrame | None:
        """LINE and the cells of `data`, which begins in line `first_line`; None when it is not proper or not UTF-8."""
        try:
            text = pl.Series([data], dtype=pl.Binary).cast(pl.String)
        except pl.exceptions.PolarsError:
            return None
        is_plain = b'"' not in data and len(self._schema) > 1
        if is_plain and data.count(b"\r") != data.count(b"\r\n"):
            return None
        if not is_plain and not text.str.contains(self._proper)[0]:
            return None
        try:
            frame = pl.read_csv(
                data if data.endswith(b"\n") else data + b"\n",  # without, too many cells in the last row pass unseen
                has_header=False,
                schema=self._schema,
                separator=self._delimiter,
                infer_schema=False,
                empty_string_is_null=False,
                truncate_ragged_lines=False,
            )
        except pl.exceptions.PolarsError:
            return None
        # Without quotes every delimiter parts two cells. Polars refuses rows with too many, the count betrays others.
        if is_plain and data.count(self._delimiter.encode()) != frame.height * (frame.width - 1):
            return None
        return frame.insert_column(0, _lines(frame, data, first_line))


def _lines(frame: pl.DataFrame, data: bytes, first_line: int) -> pl.Series:
    start = pl.int_range(first_line, first_line + frame.height, eager=True, dtype=pl.Int64).alias(LINE)
    breaks = data.count(b"\n")
    if breaks == frame.height - (not data.endswith(b"\n")):
        return start
    inside = frame.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
    return start + inside.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
