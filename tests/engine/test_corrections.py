"""Corrections: a reject goes out to a file and comes back as the person left it, not as the file's form made it."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmdesk.desk.ends.tables import reject_frames, write_csv
from crmdesk.engine.preparing.columns import REJECT_COLUMNS, beside
from crmdesk.engine.retry import RejectSource, read_corrections
from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import Reject, Stage
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.files.csv import open_csv
from crmdesk.tabular.files.formula_injection import armed, disarmed

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0\ufeff"), max_size=12)
risky = st.text("'=+-@\t\n\r \u00a0\ufeff\uff1d\uff201,.a", max_size=6)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
SIGNS = tuple(sign for sign in FORMULA if not sign.isspace())
UNSEEN = " \x00\t\u00a0\ufeff"


def in_a_file(text: str) -> str:
    return str(pl.select(disarmed(pl.lit(text))).item())


@given(st.one_of(texts, risky))
@example("''=1")
@example("-5")
@example("+49 30 1234")
def test_arming_gives_back_what_was_disarmed(text: str) -> None:
    assert armed(in_a_file(text)) == text


@given(risky)
def test_nothing_that_a_spreadsheet_takes_for_a_formula_leaves_as_it_is(text: str) -> None:
    out = in_a_file(text)
    is_number = re.fullmatch(r"[+-]?[\d.,]+", out)  # a number is no formula
    assert is_number or not (out.startswith(FORMULA) or out.lstrip(UNSEEN).startswith(SIGNS))


def test_what_the_crm_says_of_a_reject_is_disarmed_too(tmp_path: Path) -> None:
    """R-332."""
    reject = Reject("R1-1", "1", 1, 2, Stage.WRITE, "=F", "=HYPERLINK(1)", "\uff1d1+1", {"\x00=1": " +1+1"})
    place = written([reject], tmp_path / "rejects.csv")
    assert "'=F,'=HYPERLINK(1),'\uff1d1+1,' +1+1" in place.read_text()
    assert "'\x00=1" in place.read_text()


def rejects_of(rows: list[dict[str, str]]) -> list[Reject]:
    return [
        Reject(f"R1-{number}", "1", number, number + 1, Stage.CONVERT, "F", "CODE", "Message.", row)
        for number, row in enumerate(rows, 1)
    ]


def written(rejects: list[Reject], place: Path, *, is_disarmed: bool = True) -> Path:
    write_csv(place, reject_frames(iter(rejects), is_disarmed=is_disarmed), REJECT_COLUMNS)
    return place


headers = st.lists(
    st.one_of(
        st.sampled_from(["_reject", "_row", "_id", "id", "code", "=SUM(1)", "'=x"]), st.text("abc_=", min_size=1)
    ),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(st.data(), headers, st.booleans())
@settings(max_examples=40)
def test_an_untouched_file_brings_back_every_value_whatever_the_columns_are_called(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, columns: list[str], is_disarmed: bool
) -> None:
    row = st.fixed_dictionaries(dict.fromkeys(columns, st.one_of(texts, risky)))
    rejects = rejects_of(data.draw(st.lists(row, min_size=1, max_size=4)))
    place = written(rejects, tmp_path_factory.mktemp("back") / "rejects.csv", is_disarmed=is_disarmed)
    found = read_corrections(open_csv(LocalFile(str(place), delimiter=",")), rejects, place.name)
    assert found.strangers == ()
    assert {id_: {**values} for id_, values in found.values.items()} == {
        reject.id: {**reject.values} for reject in rejects
    }


@given(headers)
def test_columns_of_the_source_never_hide_ours_nor_one_another(columns: list[str]) -> None:
    names = beside(REJECT_COLUMNS, columns)
    assert list(names) == columns
    assert len({*names.values(), *REJECT_COLUMNS}) == len(columns) + len(REJECT_COLUMNS)
    assert all(names[column] == column for column in columns if column not in REJECT_COLUMNS)


ROWS = [{"key": "k1", "name": "=one"}, {"key": "k2", "name": "two"}, {"key": "k3", "name": ""}]


def corrected(tmp_path: Path, text: str) -> LocalFile:
    place = tmp_path / "corrected.csv"
    place.write_text(text, encoding="utf-8")
    return LocalFile(str(place))


def test_rows_are_matched_by_their_reject_however_they_were_moved(tmp_path: Path) -> None:
    rejects = rejects_of(ROWS)
    file = open_csv(corrected(tmp_path, "key;_reject\nK3;R1-3\nK1;R1-1\nx;R7-1\n"))
    found = read_corrections(file, rejects, "corrected.csv")
    assert dict(found.values) == {"R1-3": {"key": "K3"}, "R1-1": {"key": "K1"}}
    assert found.strangers == ("R7-1",)
    kept = [reject for reject in rejects if reject.id in found.values]
    (batch,) = RejectSource(kept, found.values).batches()
    assert batch.frame.rows() == [(1, 2, "K1", "=one"), (3, 4, "K3", "")]
    assert batch.frame.columns == [ROW, LINE, "key", "name"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("key,name\nk1,x\n", "no column _reject"),
        ("_reject,key\nR1-1,a\nR1-1,b\n", "R1-1 twice"),
        ("_reject,key\nR1-1,a,b,c\n", "cells"),
    ],
)
def test_a_file_that_cannot_be_matched_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(FileFormatError, match=words):
        read_corrections(open_csv(corrected(tmp_path, text)), rejects_of(ROWS), "corrected.csv")
