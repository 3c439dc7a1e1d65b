"""Text files of rows: their encodings, and what is no text."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.csv import open_csv
from tests.tabular.texts import rows, write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_recognised_by_its_mark_or_its_absence(tmp_path: Path, encoding: str) -> None:
    local = write(tmp_path, "näme,city\nZoë,Kraków\n🎈,\r\n".encode(encoding))
    assert open_csv(local).header == ("näme", "city")
    assert rows(local) == [("Zoë", "Kraków"), ("🎈", "")]


def test_big_endian_utf16_is_read_too(tmp_path: Path) -> None:
    assert rows(write(tmp_path, codecs.BOM_UTF16_BE + "a,b\n1,é\n".encode("utf-16-be"))) == [("1", "é")]


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, "name\nŁódź\n".encode("cp1250")).path
    assert rows(LocalFile(path, encoding="cp1250")) == [("Łódź",)]


def test_a_declared_encoding_of_many_bytes_may_be_cut_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path, ("x\n" + "é🎈日本\n" * 60_000).encode("utf-16-le")).path
    assert rows(LocalFile(path, encoding="utf-16-le")) == [("é🎈日本",)] * 60_000


def test_text_that_is_not_utf8_is_refused_by_line_and_byte_with_a_remedy(tmp_path: Path) -> None:
    local = write(tmp_path, b"name,city\nAnna,Lund\nJ\xf6rg,\xc3\x85m\n")
    with pytest.raises(FileFormatError, match="line 3, byte 22") as refusal:
        rows(local)
    assert 'encoding = "cp1252"' in refusal.value.hint
    assert local.path in refusal.value.message


def test_a_header_that_is_not_utf8_is_refused_in_the_same_way(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="line 1, byte 2"):
        open_csv(write(tmp_path, b"n\xe4m\xc3\xa5\nx\n"))


def test_a_byte_that_the_declared_encoding_does_not_know_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, b"name\nok\nb\x81d\n").path
    with pytest.raises(FileFormatError, match="CP1252 text: line 3, byte 10"):
        rows(LocalFile(path, encoding="cp1252"))


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    for wrong in ("latin-99", "hex", "rot13", "punycode", "undefined"):
        with pytest.raises(FileFormatError, match=f'no encoding "{wrong}"'):
            open_csv(LocalFile(write(tmp_path, "a\n1\n").path, encoding=wrong))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_byte_order_mark_is_known_by_its_nul_bytes(tmp_path: Path, encoding: str) -> None:
    local = write(tmp_path, "name;city\r\nÅsa;Łódź\r\n漢字;x\r\n一😀;y\r\n".encode(encoding))
    assert open_csv(local).shape.encoding == encoding
    assert rows(local) == [("Åsa", "Łódź"), ("漢字", "x"), ("一😀", "y")]


@pytest.mark.parametrize(("encoding", "name"), [("utf-16-le", "Łódź"), ("utf-16-be", "Å"), ("utf-16-le", "漢字" * 9)])
def test_utf16_that_is_declared_needs_no_byte_order_mark(tmp_path: Path, encoding: str, name: str) -> None:
    path = write(tmp_path, f"a\n{name}\n".encode(encoding)).path
    assert rows(LocalFile(path, encoding="utf-16")) == [(name,)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "workbook"),
        (b"\x1f\x8b\x08\x00abc", "a compressed file"),
        (b"%PDF-1.7 text", "not a text file"),
        (b"\n<HTML><table><tr><td>a</td></tr></table>", "is a web page"),
        (b'[{"a": 1}, {"a": 2}]', "is a JSON document"),
        (b"a,b\n1,\x00\n", "not a text file: there is a NUL byte in line 2"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(FileFormatError, match=word) as refusal:
        open_csv(write(tmp_path, content))
    assert any(word in refusal.value.hint for word in ("CSV", "Unpack", ".jsonl"))


def test_a_nul_byte_far_behind_is_found_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="NUL byte in line 50002"):
        rows(write(tmp_path, b"a,b\n" + b"12345,1\n" * 50_000 + b"x\x00,1\n"))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    with pytest.raises(FileFormatError, match="no ordinary file"):
        open_csv(LocalFile(str(pipe)))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="is a folder"):
        open_csv(LocalFile(str(tmp_path)))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"\n\r\n", "has no header"),
        (codecs.BOM_UTF8, "has no header"),
    ],
)
def test_a_file_that_is_missing_or_has_no_header_is_refused_by_name(
    tmp_path: Path, content: bytes | None, word: str
) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileFormatError, match=word) as refusal:
        open_csv(LocalFile(str(path)))
    assert str(path) in refusal.value.message
    assert refusal.value.hint


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    local = write(tmp_path, "a\n1\n")
    Path(local.path).chmod(0)
    is_super = os.geteuid() == 0
    if is_super:
        os.seteuid(65534)  # nobody: the super-user may read every file
    try:
        with pytest.raises(FileFormatError, match="may not be read"):
            open_csv(local)
    finally:
        if is_super:
            os.seteuid(0)


def test_a_header_alone_is_a_file_of_no_rows(tmp_path: Path) -> None:
    for content in ("a,b", "a,b\n", "a,b\r\n\r\n\n"):
        assert rows(write(tmp_path, content)) == []


@pytest.mark.parametrize("cell", ["x^2", "x\x01", "xڀ", "\ufeff", "\ufeffx^", "(", "\x1f"])
@pytest.mark.parametrize("more", ["", ",z"])
def test_a_first_cell_may_begin_like_packed_content_or_with_a_mark(tmp_path: Path, cell: str, more: str) -> None:
    """R-062: what the reader of columns would unpack or leave out is a text like others."""
    local = write(tmp_path, f'name{more}\n{cell}{more}\nx^3{more}\n"two\nlines"{more}\n')
    assert rows(local) == [(text, *more[1:]) for text in (cell, "x^3", "two\nlines")]
