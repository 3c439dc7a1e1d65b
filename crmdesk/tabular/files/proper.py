"""The fast rung: blocks in which every record is proper, checked byte by byte and then read by Polars."""

from __future__ import annotations

import re

import polars as pl

from crmdesk.tabular.batch import LINE

_SPARSE = 8
"""With fewer quotes than one in so many bytes, cutting at the quotes costs less than looking at every byte."""


class ProperReader:
    """Reads whole records that all have the cells of the header and no quote, line end or cell out of place.

    What is proper is decided exactly, before anything is read; then every reader of CSV agrees on what a block holds,
    and the fastest may read it. Proper blocks are a regular language, so Polars' linear-time regular expressions know
    them; where quotes are few, cutting at them and counting is faster.
    """

    def __init__(self, header: tuple[str, ...], delimiter: str) -> None:
        self._schema = dict.fromkeys(header, pl.String())
        self._delimiter = delimiter
        self._broken: set[str] = set()  # columns in which line breaks were met
        mark = re.escape(delimiter)
        # A blank line is no record; with a single column only a quoted cell can be an empty record.
        bare = f'[^"{mark}\\r\\n]' + ("+" if len(header) == 1 else "*")
        cell = f'(?:"(?:[^"]|"")*"|{bare})'
        record = cell + f"(?:{mark}{cell})" * (len(header) - 1)
        self._proper = rf"\A(?:{record}\r?\n)*(?:{record})?\z"

    def read(self, data: bytes, first_line: int, breaks: int) -> pl.DataFrame | None:
        """LINE and the cells of `data`, which begins in line `first_line` and has so many line feeds.

        None when it is not proper or not UTF-8.
        """
        delimiter = self._delimiter.encode()
        inside = _delimiters_inside(data, delimiter) if self._is_sparse(data) else None
        if inside is None and not self._is_proper(data):
            return None
        try:
            frame = self._frame(data)
        except pl.exceptions.PolarsError:
            return None
        # Polars refuses rows with too many cells. One with too few ends in an empty cell, and the count betrays it.
        if inside is not None and (frame.to_series(-1) == "").any():
            between = frame.height * (frame.width - 1)
            if data.count(delimiter) != between + inside:
                return None
        ends = frame.height - (not data.endswith(b"\n"))
        return frame.insert_column(0, self._lines(frame, breaks - ends, first_line))

    def _is_proper(self, data: bytes) -> bool:
        try:
            text = pl.Series([data], dtype=pl.Binary).cast(pl.String)
        except pl.exceptions.PolarsError:
            return False
        return bool(text.str.contains(self._proper)[0])

    def _is_sparse(self, data: bytes) -> bool:
        if len(self._schema) == 1 or data.count(b'"') * _SPARSE >= len(data):
            return False
        return b"\r" not in data or data.count(b"\r") == data.count(b"\r\n")

    def _frame(self, data: bytes) -> pl.DataFrame:
        return pl.read_csv(
            data if data.endswith(b"\n") else data + b"\n",  # without it, too many cells in the last row pass unseen
            has_header=False,
            schema=self._schema,
            separator=self._delimiter,
            infer_schema=False,
            empty_string_is_null=False,
            truncate_ragged_lines=False,
        )

    def _lines(self, frame: pl.DataFrame, left: int, first_line: int) -> pl.Series:
        """The physical line in which each row begins; `left` line feeds are inside cells."""
        lines = pl.int_range(first_line, first_line + frame.height, eager=True, dtype=pl.Int64).alias(LINE)
        # Breaks are mostly in few columns, and always in the same: those first, until all breaks are found.
        for name in sorted(frame.columns, key=lambda name: name not in self._broken):
            if not left:
                break
            found = frame[name].str.count_matches("\n", literal=True).cast(pl.Int64)
            count = int(found.sum())
            if count:
                self._broken.add(name)
                left -= count
                lines += found.cum_sum().shift(1, fill_value=0)
        return lines


def _delimiters_inside(data: bytes, delimiter: bytes) -> int | None:
    """How many delimiters are inside quoted cells; None when a quote neither begins nor ends a cell nor is doubled.

    Each quote leads in or out, so what stands between quotes is outside and inside in turn. A doubled quote leads out
    and in again: nothing is between its two.
    """
    parts = data.split(b'"')
    if len(parts) % 2 == 0:
        return None
    outside, ends = parts[::2], {delimiter, b"\n", b""}
    if not {part[-1:] for part in outside[:-1]} <= ends:
        return None
    # A CR always stands before a line feed here.
    if not {part[:1] for part in outside[1:]} <= ends | {b"\r"}:
        return None
    return b"".join(parts[1::2]).count(delimiter)
