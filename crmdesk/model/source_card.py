"""What is known of a source before it is used: how it is written, how many rows it has, and what each column holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of a column. `distinct` is an estimate when `is_estimated`; `longest` is in characters.

    `smallest` and `largest` (60 characters of them) are in the order of the type, of a text in that of its characters.
    `evidence` is a sentence that says why the type is meant.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    is_estimated: bool
    longest: int
    longest_row: int
    smallest: str
    largest: str
    type: str
    evidence: str

    @property
    def percent(self) -> float:
        """How many of the rows are filled, in percent: 100 only if all are, 0 only if none is."""
        if self.filled in (0, self.rows):
            return 100.0 if self.filled else 0.0
        return min(max(round(100 * self.filled / self.rows, 1), 0.1), 99.9)


@dataclass(frozen=True, slots=True)
class SourceCard:
    """What is known of a source.

    `kind` is one of `csv`, `xlsx`, `parquet`, `jsonl`, `table` and `run`. `encoding`, `delimiter` and `line_end` ("LF",
    "CRLF" or "CR") are those of a text file, `sheet` that of a workbook, else empty. `bad_rows` is how many rows could
    be read only in part, `notices` are sentences about them and about what else a person may want to know.
    """

    source: str
    kind: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    encoding: str = ""
    has_mark: bool = False
    delimiter: str = ""
    line_end: str = ""
    sheet: str = ""
    bad_rows: int = 0
    notices: tuple[str, ...] = ()
