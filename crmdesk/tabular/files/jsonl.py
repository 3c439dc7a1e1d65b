"""JSON Lines as a source: one object a line, its keys the columns."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import msgspec

from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import Batch
from crmdesk.tabular.files.dialect import MOST_COLUMNS, names_of
from crmdesk.tabular.files.fingerprint import fingerprint_of, state_of, unchanged
from crmdesk.tabular.files.gathering import Gathering, Trouble
from crmdesk.tabular.files.machine import MAX_RECORD
from crmdesk.tabular.files.plain_numbers import plain
from crmdesk.tabular.files.text import HEAD, TextStream, encoding_of, not_text, reading

_PIECE = 4 << 20  # bytes read at once
_KEY = re.compile(rb'"\s*:')
_WORDS = {b"true": "true", b"false": "false"}

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)


class JsonLinesSource:
    """The objects of a file as rows; a line that is none is a problem of that row alone, blank lines are no rows.

    Columns are the keys of all objects, in the order in which they are first met. Numbers keep every digit, `null` and
    a key that is missing are empty (or kept), nested values are their JSON text.
    """

    notices: tuple[str, ...] = ()

    def __init__(self, local: LocalFile, *, keeps_null: bool = False) -> None:
        self._path = Path(local.path)
        self._state = state_of(self._path)
        self._filler = None if keeps_null else ""
        self._declared = local.encoding

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The keys, none of an empty file; raises FileFormatError when there are lines and none is an object."""
        return names_of(self._path, self._keys)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        keys: dict[str, None] = {}
        known: set[tuple[str, ...]] = set()
        has_lines = False
        for _, line in self._lines():
            has_lines = True
            found = _decoded(line)
            if isinstance(found, str):
                continue
            shape = tuple(found)
            if shape not in known:
                known.add(shape)
                keys.update(dict.fromkeys(shape))
                if len(keys) > MOST_COLUMNS:
                    break  # of a file whose keys are values: the names are refused
        if has_lines and not keys:
            raise _no_objects(self._path)
        return tuple(keys)

    def batches(self) -> Iterator[Batch]:
        """All rows; raises FileFormatError."""
        yield from unchanged(self._path, self._state, self._batches())

    def _batches(self) -> Iterator[Batch]:
        gathering = Gathering(self.header)
        for number, line in self._lines():
            found = _decoded(line)
            if isinstance(found, str):
                trouble = Trouble(Check.ROW_RAGGED, f"Line {number} is not a JSON object: {found}.")
                gathering.add(number, [""] * len(self.header), [trouble])
            else:
                cells, troubles = self._cells(number, found)
                gathering.add(number, cells, [*troubles, *self._doubled(number, line, found)])
            if gathering.is_full:
                yield gathering.take()
        if not gathering.is_empty:
            yield gathering.take()

    def fingerprint(self) -> str:
        """See fingerprint_of."""
        return fingerprint_of(self._path)

    def _cells(self, number: int, found: dict[str, msgspec.Raw]) -> tuple[list[str | None], list[Trouble]]:
        cells: list[str | None] = []
        troubles: list[Trouble] = []
        for key, name in zip(self._keys, self.header, strict=True):
            raw = found.get(key)
            try:
                cells.append(self._filler if raw is None or bytes(raw) == b"null" else _value(bytes(raw)))
            except (msgspec.DecodeError, UnicodeDecodeError):
                cells.append("")
                troubles.append(Trouble(Check.CELL_ERROR, f"Line {number}: {key} is not UTF-8 text.", name))
        return cells, troubles

    def _doubled(self, number: int, line: bytes, found: dict[str, msgspec.Raw]) -> Iterator[Trouble]:
        """What is wrong with keys that stand twice in the object: nobody knows which of their values is meant."""
        if len(_KEY.findall(line)) > len(found):  # or there are nested objects, or texts with quotes
            pairs = _pairs(line)
            for key in [key for key, count in Counter(pairs).items() if count > 1]:
                name = self.header[self._keys.index(key)]
                yield Trouble(Check.CELL_ERROR, f"Line {number}: {key} stands in the object more than once.", name)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """The number and text of each line that is not blank."""
        with reading(self._path) as file:
            head = file.read(HEAD)
            refusal = not_text(self._path, head)
            if refusal is not None:
                raise refusal
            stream = TextStream(self._path, file, *encoding_of(head, self._declared))
            number, rest = 0, b""
            while piece := stream.read(_PIECE):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    number += 1
                    if line.strip():
                        yield number, line
                if len(rest) > MAX_RECORD:
                    msg = f"{self._path}: line {number + 1} is longer than {MAX_RECORD >> 20} MB."
                    raise FileFormatError(msg, hint="Write one object a line.", place="local.path")
            if rest.strip():
                yield number + 1, rest


def _decoded(line: bytes) -> dict[str, msgspec.Raw] | str:
    """The object that a line is, or why it is none."""
    try:
        return _object.decode(line)
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} is not UTF-8"
    except msgspec.ValidationError:
        return "it is another kind of value"
    except msgspec.DecodeError as error:
        if "truncated" not in str(error):
            return str(error).removeprefix("JSON is malformed: ")
        return "a \\u in it is half of a character" if line.rstrip().endswith(b"}") else "it ends too early"
    except RecursionError:
        return "its values are nested too deeply"


def _pairs(line: bytes) -> list[str]:
    """The keys of the object that a line is, each as often as it stands there."""
    met: list[list[str]] = [[]]

    def noted(pairs: list[tuple[str, object]]) -> None:
        met[0] = [key for key, _ in pairs]  # the object itself comes last

    with suppress(RecursionError):  # a value that no other reader takes is none of a key
        decoder = json.JSONDecoder(object_pairs_hook=noted, parse_int=str, parse_float=str, strict=False)
        decoder.decode(line.decode(errors="replace"))
    return met[0]


def _value(raw: bytes) -> str:
    if raw.startswith(b'"'):
        return _text.decode(raw)
    if raw in _WORDS:
        return _WORDS[raw]
    text = raw.decode()
    return text if text[0] in "[{" else plain(text)


def _no_objects(path: Path) -> FileFormatError:
    with reading(path) as file:
        head = file.read(HEAD).strip()
    if head.startswith((b"[", b"{")):
        msg = f"{path} is JSON, but not JSON Lines: no line of it is an object."
        return FileFormatError(msg, hint="Write each object on a line of its own, without brackets or commas around.")
    msg = f"{path} is not JSON Lines: no line of it is a JSON object."
    return FileFormatError(msg, hint='Each line is an object, for example {"Name": "Åsa"}.', place="local.path")
