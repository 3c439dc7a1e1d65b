"""A text that is kept as it stands gives the same rows when it is read again."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.csv import open_csv
from crmdesk.tabular.files.proper_text import ProperText, read_again

cells = st.text('ab"\n,;é ', max_size=6)


@given(rows=st.lists(st.tuples(cells, cells, st.sampled_from(["x", "y z"])), min_size=1, max_size=8))
@settings(max_examples=60)
@pytest.mark.parametrize(("delimiter", "end", "is_ended"), [(",", "\n", True), (";", "\r\n", True), (",", "\n", False)])
def test_what_is_kept_is_read_again_cell_by_cell_with_row_and_line(
    rows: list[tuple[str, ...]], delimiter: str, end: str, is_ended: bool
) -> None:
    with TemporaryDirectory() as place:
        source, kept = Path(place) / "rows.csv", Path(place) / "kept"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter, lineterminator=end).writerows([("A", "B", "C"), *rows])
        if not is_ended:
            source.write_bytes(source.read_bytes().removesuffix(end.encode()))
        for batch in open_csv(LocalFile(str(source), delimiter=delimiter)).batches():
            assert isinstance(batch.text, ProperText)
            with kept.open("wb") as file_of_kept:
                batch.text.write(file_of_kept)
            assert read_again(kept).equals(batch.frame)


def test_rows_with_a_quote_out_of_place_are_no_proper_text(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text("A,B\n" + "a,b\n" * 20 + '5" pipe,c\n', encoding="utf-8")
    first, second = open_csv(LocalFile(str(source))).batches()
    assert isinstance(first.text, ProperText)
    assert set(first.text.text.splitlines()) == {b"a,b"}
    assert second.text is None
    assert second.frame["A"].to_list()[-1] == '5" pipe'
