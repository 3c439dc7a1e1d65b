"""Laws of the CSV reader, tried on files nobody would think of."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.quote_readings import Doubt
from tests.tabular.texts import as_csv_reads, assert_delivered, doubts, in_blocks, is_unclosed, write

CELL = st.text(st.sampled_from('ab7 ,"\n\r\té€🎈'), max_size=8)
SHORT = CELL.filter(lambda cell: cell.count("\n") < 3)
SIZES = st.tuples(st.integers(1, 60), st.integers(1, 60))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laws")


@st.composite
def proper_files(draw: st.DrawFn, cells: st.SearchStrategy[str] = CELL) -> tuple[str, list[list[str]]]:
    """A file as the csv module writes it, and the rows in it."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6))
    text = io.StringIO(newline="")
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    if draw(st.booleans()):
        writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(text, lineterminator=line_end)
        # The csv module of Python 3.11 leaves a bare CR without quotes where lines end in LF.
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    writer.writerow([f"c{number}" for number in range(width)])
    writer.writerows(rows)
    content = text.getvalue()
    return (content.removesuffix(line_end) if draw(st.booleans()) else content), rows


UNCLOSED = "never closed"


def read(folder: Path, content: str, sizes: tuple[int, int]) -> tuple[list[tuple[object, ...]], set[int]]:
    return in_blocks(LocalFile(write(folder, content).path, delimiter=","), *sizes)


@given(file=proper_files(), sizes=SIZES)
@settings(max_examples=300)
def test_a_proper_file_is_read_as_the_csv_module_reads_it_in_blocks_of_any_size(
    folder: Path, file: tuple[str, list[list[str]]], sizes: tuple[int, int]
) -> None:
    found, odd = read(folder, file[0], sizes)
    assert found == as_csv_reads(file[0])
    assert not odd


@given(body=st.text(st.sampled_from('a,"\n\ré'), max_size=60), sizes=SIZES)
@example(body='"a\n"\n', sizes=(1, 1))
@settings(max_examples=500)
def test_any_text_is_read_as_the_csv_module_reads_it_or_has_doubtful_rows_or_is_refused(
    folder: Path, body: str, sizes: tuple[int, int]
) -> None:
    content = "x,y\n" + body
    try:
        found, odd = read(folder, content, sizes)
    except FileFormatError:
        assert is_unclosed(content)
        with pytest.raises(FileFormatError, match=UNCLOSED):
            read(folder, content, (1000, 1000))
        return
    if not odd:
        assert found == as_csv_reads(content)
    assert (found, odd) == read(folder, content, (1000, 1000))


@given(file=proper_files(SHORT), place=st.floats(0, 1, exclude_max=True), sizes=SIZES)
@settings(max_examples=800)
def test_a_stray_quote_is_located_and_every_other_row_is_delivered_or_doubtful(
    folder: Path, file: tuple[str, list[list[str]]], place: float, sizes: tuple[int, int]
) -> None:
    content = file[0]
    # Once the quotes do not pair, a bare carriage return in a cell ends a line: several make lines that nobody wrote.
    assume("\r" not in content.replace("\r\n", ""))
    behind_header = content.index("\n") + 1
    at = behind_header + int(place * (len(content) - behind_header))
    planted = content[:at] + '"' + content[at:]
    found, odd = read(folder, planted, sizes)
    is_sure = [row for number, row in enumerate(found) if number not in odd]
    assert_delivered(
        content,
        at,
        is_sure,
        is_clear=Doubt.ROWS not in doubts(LocalFile(str(folder / "rows.csv"), delimiter=","), *sizes),
    )
