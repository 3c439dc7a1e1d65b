"""Thousands of files in every dialect and encoding: as the csv module reads them, and with a stray quote."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.csv import open_csv
from tests.tabular.texts import as_csv_reads, assert_delivered, in_blocks, rows

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252")
"""With a byte order mark where the program looks for one; cp1252 is declared."""

WORDS = (
    "Ada",
    "",
    "",
    "Grace Hopper",
    "5 pipe",
    "007",
    "2026-01-31",
    "München",
    "O'Brien",
    "1,5",
    "a;b",
    "x\ty",
    "a|b",
)
BROKEN = ('say "hi"', "two\nlines", "three\n\nlines", 'end"', '"', "a,b;c", " padded ", "\n")
_FEW, _MANY = 250, 5_000


@dataclass(frozen=True)
class Made:
    """A file as the csv module writes it."""

    text: str
    delimiter: str
    encoding: str

    def write(self, place: Path, text: str = "") -> LocalFile:
        content = text or self.text
        mark = "\ufeff" if self.encoding == "utf-16-be" else ""
        place.write_bytes((mark + content).encode(self.encoding))
        return LocalFile(str(place), encoding="cp1252" if self.encoding == "cp1252" else "")


def made(chance: Random, *, ends: tuple[str, ...] = ("\n", "\r\n", "\r")) -> Made:
    """A random file: 2 to 6 columns, up to 40 rows, any dialect and encoding."""
    delimiter, end = chance.choice(",;\t|"), chance.choice(ends)
    width, share = chance.randint(2, 6), chance.choice((0.02, 0.2, 0.6))
    lines = [
        [chance.choice(BROKEN if chance.random() < share else WORDS) for _ in range(width)]
        for _ in range(chance.randint(1, 40))
    ]
    lines = [["x", *line[1:]] if not any(line) else line for line in lines]
    text = io.StringIO(newline="")
    # The csv module leaves a line feed without quotes where lines end in a bare carriage return.
    quotes_all = end == "\r" or chance.random() < 0.5
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL
    )
    writer.writerow([f"column {number}" for number in range(width)])
    writer.writerows(lines)
    content = text.getvalue()
    return Made(content.removesuffix(end) if chance.random() < 0.3 else content, delimiter, chance.choice(ENCODINGS))


def proper_files_are_read_cell_by_cell(place: Path, number: int) -> None:
    for seed in range(number):
        file = made(Random(seed))
        found = rows(file.write(place))
        expected = [tuple(line) for line in csv.reader(io.StringIO(file.text, newline=""), delimiter=file.delimiter)][
            1:
        ]
        assert found == expected, seed


def stray_quotes_are_located(place: Path, number: int) -> float:
    """Gives the share of files in which every other row is delivered."""
    complete = 0
    for seed in range(number):
        chance = Random(seed)
        file = made(chance, ends=("\n", "\r\n"))
        behind = file.text.index("\n") + 1
        at = chance.randrange(behind, len(file.text) + 1)
        local = file.write(place, file.text[:at] + '"' + file.text[at:])
        found, odd = in_blocks(local, chance.choice((64, 4096, 1 << 20)), 1 << 20)
        sure = [row for row_number, row in enumerate(found) if row_number not in odd]
        is_read_as_it_stands = found == as_csv_reads(file.text[:at] + '"' + file.text[at:], file.delimiter)
        assert odd or is_read_as_it_stands, seed
        complete += assert_delivered(file.text, at, sure, is_clear=False, delimiter=file.delimiter)
    return complete / number


def with_mixed_ends(file: Made, chance: Random) -> Made:
    """The same rows, all cells quoted, each with its own end; in half of the files some end in a bare return."""
    ends = chance.choice((("\n", "\r\n"), ("\n", "\r\n", "\r")))
    text = io.StringIO(newline="")
    for row in csv.reader(io.StringIO(file.text, newline=""), delimiter=file.delimiter):
        csv.writer(text, delimiter=file.delimiter, lineterminator=chance.choice(ends), quoting=csv.QUOTE_ALL).writerow(
            row
        )
    return Made(text.getvalue(), file.delimiter, file.encoding)


def lost_quotes_are_told(place: Path, number: int) -> None:
    """No row is delivered as sure that is none of the file, unless its quote is told to be text."""
    for seed in range(number):
        chance = Random(seed)
        file = made(chance)
        file = with_mixed_ends(file, chance) if chance.random() < 0.5 else file
        behind = min(at for at in (file.text.find("\n"), file.text.find("\r")) if at >= 0) + 1
        quotes = [at for at in range(behind, len(file.text)) if file.text[at] == '"']
        if not quotes:
            continue
        at = chance.choice(quotes)
        source = open_csv(file.write(place, file.text[:at] + file.text[at + 1 :]))
        try:
            batches = list(source.batches())
        except FileFormatError as refusal:
            if "that opens in line" not in str(refusal):
                raise
            continue
        bad = {row for batch in batches for row in batch.problems[ROW]}
        found = [row for batch in batches for row in batch.frame.drop(LINE).rows()]
        true = list(csv.reader(io.StringIO(file.text, newline=""), delimiter=file.delimiter))
        rest = iter(true)
        is_told = any("was lost" in notice for notice in source.notices)
        assert bad or is_told, seed
        assert is_told or all(list(cells) in rest for row, *cells in found if row not in bad), seed


def test_proper_files_in_every_dialect_and_encoding_equal_the_csv_module(tmp_path: Path) -> None:
    proper_files_are_read_cell_by_cell(tmp_path / "proper.csv", _FEW)


def test_a_stray_quote_is_located_and_nearly_always_costs_its_row_alone(tmp_path: Path) -> None:
    assert stray_quotes_are_located(tmp_path / "stray.csv", _FEW) > 0.9


def test_no_row_is_misread_in_silence_where_a_quote_is_lost(tmp_path: Path) -> None:
    lost_quotes_are_told(tmp_path / "lost.csv", _FEW)


@pytest.mark.long
def test_in_thousands_of_files_no_row_is_misread_in_silence_where_a_quote_is_lost(tmp_path: Path) -> None:
    lost_quotes_are_told(tmp_path / "lost.csv", _MANY)


@pytest.mark.long
def test_thousands_of_proper_files_equal_the_csv_module(tmp_path: Path) -> None:
    proper_files_are_read_cell_by_cell(tmp_path / "proper.csv", _MANY)


@pytest.mark.long
def test_in_thousands_of_files_a_stray_quote_is_located(tmp_path: Path) -> None:
    assert stray_quotes_are_located(tmp_path / "stray.csv", _MANY) > 0.9
