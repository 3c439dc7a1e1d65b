"""Rows of an upload are read the same, whichever way is quicker for them."""

from __future__ import annotations

import csv
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.practice.jobs import Delimiter
from crmdesk.practice.upload import RowReader

texts = st.text(st.sampled_from('ab,;" \n\r\x00\x85é💥'), max_size=30)


def read(reader: RowReader, count: int) -> list[list[str]]:
    rows: list[list[str]] = []
    while taken := reader.take(count):
        rows += taken
        if reader.broken:
            break
    return rows


@given(text=texts, count=st.integers(1, 4), delimiter=st.sampled_from([Delimiter.COMMA, Delimiter.SEMICOLON]))
def test_an_upload_holds_the_rows_that_the_csv_module_finds(text: str, count: int, delimiter: Delimiter) -> None:
    lines = [line.decode() for line in BytesIO(text.encode())]
    expected: list[list[str]] = []
    error = False
    try:
        expected.extend(filter(None, csv.reader(lines, delimiter=delimiter.text, strict=True)))
    except csv.Error:
        error = True
    reader = RowReader(BytesIO(text.encode()), delimiter)
    assert read(reader, count) == expected
    assert (reader.broken is not None) == error


@pytest.mark.parametrize("text", ["a,b\nc,d\n\ne,f", '"a",b\nc,"d\ne"\n', "a,b\r\nc,d\r\n"])
def test_the_place_is_the_byte_behind_the_last_row_taken(text: str) -> None:
    whole = RowReader(BytesIO(text.encode()), Delimiter.COMMA).take(10)
    for taken in range(1, len(whole)):
        file = BytesIO(text.encode())
        assert RowReader(file, Delimiter.COMMA).take(taken) == whole[:taken]
        assert RowReader(file, Delimiter.COMMA).take(10) == whole[taken:]


def test_a_row_of_another_width_ends_the_reading_before_it() -> None:
    reader = RowReader(BytesIO(b"a,b\nc\nd,e\n"), Delimiter.COMMA, width=2)
    assert reader.take(10) == [["a", "b"]]
    assert reader.broken == "InvalidBatch : Row has 1 columns, the header has 2"
    assert reader.place == len(b"a,b\n")
