"""Files without a declared encoding that are no UTF-8: taken for cp1252 where they look like it, and said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.csv import open_csv

WORDS = "Åsa,Müller-Çelik,10 € – “ja”,señor,naïve,œuvre,l’été,½ L,5°C,3 m³"


def names(place: Path, content: bytes) -> tuple[list[str], tuple[str, ...]]:
    place.write_bytes(b"key,name\n" + content)
    source = open_csv(LocalFile(str(place)))
    return [name for batch in source.batches() for name in batch.frame["name"]], source.notices


def test_western_letters_are_read_and_the_guess_is_said_with_words_to_judge_it_by(tmp_path: Path) -> None:
    """R-062."""
    words = WORDS.split(",")
    content = "".join(f"{number},{word}\n" for number, word in enumerate(words)).encode("cp1252")
    found, notices = names(tmp_path / "a.csv", content)
    assert found == words
    [notice] = notices
    assert (
        "a.csv is not UTF-8: it is read as cp1252 (Western Windows), “Åsa”, “Müller-Çelik”, “€” for example." in notice
    )
    assert 'encoding = "cp1250"' in notice


@pytest.mark.parametrize(
    "content",
    [
        "1,Привет\n".encode("cp1251"),
        "1,Καλημέρα\n".encode("cp1253"),
        "1,Łódź\n1,Wałęsa\n".encode("cp1250"),
        "1,東京都\n".encode("shift-jis"),
        "1,表示\n2,ソ\n".encode("shift-jis"),
        "1,你好世界\n".encode("gbk"),
        "1,Åsa Müller\n2,Ekstr".encode() + b"\xf6m\n",
        b"1,\x81\n",
    ],
    ids=["Cyrillic", "Greek", "Polish", "Japanese", "two words", "Chinese", "UTF-8 with a broken byte", "no character"],
)
def test_what_does_not_look_western_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileFormatError, match="not UTF-8 text: line") as refused:
        names(tmp_path / "a.csv", content)
    assert "Give its encoding" in refused.value.hint


def test_a_character_that_is_cut_by_the_end_of_what_was_looked_at_is_utf_8(tmp_path: Path) -> None:
    found, notices = names(tmp_path / "a.csv", ("1," + "x" * 65_522 + "é" * 100 + "\n").encode())
    assert (len(found[0]), notices) == (65_622, ())


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "gb18030"])
def test_a_file_that_is_unicode_by_its_looks_is_told_where_the_job_says_otherwise(
    tmp_path: Path, encoding: str
) -> None:
    """R-062: else “ü” would come into the CRM as “Ã¼”, and nobody would have been told."""
    (tmp_path / "a.csv").write_bytes("key,name\n1,Müller\n2,Ødegård\n".encode())
    [notice] = open_csv(LocalFile(str(tmp_path / "a.csv"), encoding=encoding)).notices
    assert f"read as {encoding if encoding != 'latin-1' else 'iso8859-1'}, as the job says" in notice
    assert "UTF-8 by its looks: “Müller”, “Ødegård”. Where" in notice


@pytest.mark.parametrize("content", [WORDS.encode("cp1252"), b"plain", "Müller".encode("cp1252")])
def test_nothing_is_told_where_the_encoding_of_the_job_fits(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(b"name\n" + content + b"\n")
    assert open_csv(LocalFile(str(tmp_path / "a.csv"), encoding="cp1252", delimiter=";")).notices == ()
