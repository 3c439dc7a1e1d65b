"""The fast rung: blocks in which every record is proper, checked byte by byte and then read by Polars."""

from __future__ import annotations

import re

import polars as pl

from crmdesk.tabular.batch import LINE

_SPARSE = 64
"""With fewer quotes than one in so many bytes, going from quote to quote costs less than looking at every byte."""


class ProperReader:
    """Reads whole records that all have the cells of the header and no quote, line end or cell out of place.

    What is proper is decided exactly, before anything is read; then every reader of CSV agrees on what a block holds,
    and the fastest may read it. Proper blocks are a regular language, so Polars' linear-time regular expressions know
    them; where quotes are few, walking along them and counting is faster.
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

    def read(self, data: bytes, first_line: int) -> pl.DataFrame | None:
        """LINE and the cells of `data`, which begins in line `first_line`; None when it is not proper or not UTF-8."""
        try:
            text = pl.Series([data], dtype=pl.Binary).cast(pl.String)
        except pl.exceptions.PolarsError:
            return None
        delimiter = self._delimiter.encode()
        inside = _delimiters_inside(data, delimiter) if self._is_sparse(data) else None
        if inside is None and not text.str.contains(self._proper)[0]:
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
        return frame.insert_column(0, self._lines(frame, data, first_line))

    def _is_sparse(self, data: bytes) -> bool:
        returns = data.count(b"\r")
        has_bare_cr = returns and returns != data.count(b"\r\n")
        return len(self._schema) > 1 and not has_bare_cr and data.count(b'"') * _SPARSE < len(data)

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

    def _lines(self, frame: pl.DataFrame, data: bytes, first_line: int) -> pl.Series:
        lines = pl.int_range(first_line, first_line + frame.height, eager=True, dtype=pl.Int64).alias(LINE)
        left = data.count(b"\n") - frame.height + (not data.endswith(b"\n"))
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
    """How many delimiters are inside quoted cells; None when a quote neither begins nor ends a cell nor is doubled."""
    before, behind = delimiter + b"\n", delimiter + b"\r\n"
    inside, start = 0, data.find(b'"')
    while start >= 0:
        end = data.find(b'"', start + 1)
        while end >= 0 and data[end + 1 : end + 2] == b'"':
            end = data.find(b'"', end + 2)
        if end < 0 or data[start - 1 : start] not in before or data[end + 1 : end + 2] not in behind:
            return None
        inside += data.count(delimiter, start, end)
        start = data.find(b'"', end + 1)
    return inside
