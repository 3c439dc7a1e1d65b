"""JSON Lines as a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.kinds import open_source
from tests.tabular.files.workbooks import read
from tests.tabular.texts import write


def jsonl(folder: Path, content: str | bytes) -> LocalFile:
    return write(folder, content, "rows.jsonl")


def test_values_become_the_text_that_means_exactly_them(tmp_path: Path) -> None:
    local = jsonl(
        tmp_path,
        '{"t": "Åsa 漢字 \\ud83d\\ude00\\n\\"q\\"", "n": 12345678901234567890.10, "e": 1e3, "b": true, "z": null, '
        '"o": {"x": [1, 2]}, "l": ["a"], "zero": "007"}\n',
    )
    assert open_source(local).header == ("t", "n", "e", "b", "z", "o", "l", "zero")
    assert read(local)[0] == [
        ('Åsa 漢字 😀\n"q"', "12345678901234567890.1", "1000", "true", "", '{"x": [1, 2]}', '["a"]', "007")
    ]


def test_columns_are_the_keys_of_all_objects_in_the_order_they_are_met(tmp_path: Path) -> None:
    local = jsonl(tmp_path, '{"b": 1}\n{"a": 2, "b": 3}\n{"c": 4}\n')
    assert open_source(local).header == ("b", "a", "c")
    assert read(local)[0] == [("1", "", ""), ("3", "2", ""), ("", "", "4")]


def test_a_line_that_is_no_object_is_a_problem_of_that_row_and_not_the_end(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"a": 1}\r\n\r\n[1]\n{"a": }\n{"a": "\xff", "b": 2}\n{"a": 5}\n{"a"'
    cells, places, problems, _ = read(jsonl(tmp_path, content))
    assert cells == [("1", ""), ("", ""), ("", ""), ("", "2"), ("5", ""), ("", "")]
    assert places == [(1, 1), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7)]
    assert problems.rows() == [
        (2, "", "ROW_RAGGED", "Line 3 is not a JSON object: it is another kind of value."),
        (3, "", "ROW_RAGGED", "Line 4 is not a JSON object: invalid character (byte 6)."),
        (4, "a", "CELL_ERROR", "Line 5: a is not UTF-8 text."),
        (6, "", "ROW_RAGGED", "Line 7 is not a JSON object: it ends too early."),
    ]


def test_another_encoding_is_read_when_it_is_declared(tmp_path: Path) -> None:
    place = jsonl(tmp_path, '{"näme": "Åsa"}\n'.encode("cp1252")).path
    local = LocalFile(place, encoding="cp1252")
    assert open_source(local).header == ("näme",)
    assert read(local)[0] == [("Åsa",)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[\n{"a": 1},\n]\n', "is JSON, but not JSON Lines"),
        ('{\n"a": 1\n}\n', "is JSON, but not JSON Lines"),
        ("Name,City\nx,y\n", "is not JSON Lines"),
        ('{"a": 1, " a": 2}\n', 'the columns 1 and 2 are both headed "a"'),
        (b"PK\x03\x04rest", "is a workbook or an archive, not a text file"),
    ],
)
def test_a_file_that_is_no_json_lines_gives_one_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    with pytest.raises(FileFormatError, match=sentence) as refusal:
        read(jsonl(tmp_path, content))
    assert refusal.value.hint
    assert "\n" not in refusal.value.message


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_an_empty_file_is_one_of_no_rows(tmp_path: Path, content: str) -> None:
    source = open_source(jsonl(tmp_path, content))
    assert (source.header, list(source.batches())) == ((), [])


def test_what_no_reader_takes_is_a_problem_of_its_line(tmp_path: Path) -> None:
    deep = "[" * 5000 + "]" * 5000
    content = f'{{"a": {deep}}}\n{{"a": "\\ud800"}}\n{{"a": 1}}\n'
    cells, _, problems, _ = read(jsonl(tmp_path, content))
    assert cells == [("",), ("",), ("1",)]
    assert problems["message"].to_list() == [
        "Line 1 is not a JSON object: its values are nested too deeply.",
        "Line 2 is not a JSON object: a \\u in it is half of a character.",
    ]


def test_a_key_that_stands_twice_is_a_problem_of_its_column(tmp_path: Path) -> None:
    content = '{"a": {"b": 1, "b": 2}, "b": "x\\": y"}\n{"a": 1, "b": 2, "a" : 3}\n{"a": "\\u0000", "b": 1e400}\n'
    cells, _, problems, _ = read(jsonl(tmp_path, content))
    assert [row[1] for row in cells[:2]] == ['x": y', "2"]
    assert problems.rows() == [(2, "a", "CELL_ERROR", "Line 2: a stands in the object more than once.")]


def test_the_other_name_of_json_lines_is_known_too(tmp_path: Path) -> None:
    local = write(tmp_path, '{"a": 1}\n', "rows.ndjson")
    assert read(local)[0] == [("1",)]
