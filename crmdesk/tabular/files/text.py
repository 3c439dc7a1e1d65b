"""The text of a file as UTF-8 bytes, whatever its encoding, and the refusal of what is not text."""

from __future__ import annotations

import codecs
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from crmdesk.errors import FileFormatError

HEAD = 1 << 16
"""How many bytes are looked at before anything is decided."""

_OF_NO_FILE = {"idna", "punycode", "unicode-escape", "raw-unicode-escape"}  # of Python, for single words

_RARER = 4
"""So many times rarer is the NUL in the other byte of UTF-16."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_NO_ROWS = {
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML document",
    b'[{"': "a JSON document",
    b'{"': "a JSON document",
}
_NO_TEXT = (b"%PDF-", b"PAR1", b"SQLite format 3\x00")


@contextmanager
def reading(path: Path) -> Iterator[BufferedReader]:
    """The file opened for reading; whatever the system has against it becomes a FileFormatError.

    A pipe or a device is refused: it would be waited for, and a source is read more than once.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            msg = f"{path} is no ordinary file."
            hint = "Write what comes out of it into a file first, and name that."
            raise FileFormatError(msg, hint=hint, place="local.path")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        msg = f"There is no file {path}."
        raise FileFormatError(msg, hint="Check the path.", place="local.path") from error
    except IsADirectoryError as error:
        msg = f"{path} is a folder, not a file."
        raise FileFormatError(msg, hint="Name a file in it.", place="local.path") from error
    except PermissionError as error:
        msg = f"{path} may not be read by you, or is a folder."
        raise FileFormatError(msg, hint="Have somebody give you the right to read it.", place="local.path") from error
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise FileFormatError(msg, hint="Check the disk or the network share it is on.", place="local.path") from error


def not_text(path: Path, head: bytes) -> FileFormatError | None:
    """The refusal of a file that begins like something other than text; None when it may be text."""
    if head.startswith(_WORKBOOKS):
        return FileFormatError(
            f"{path} is a workbook or an archive, not a text file.",
            hint="Open it, and save the sheet as CSV (UTF-8).",
            place="local.path",
        )
    if head.startswith(_PACKED):
        hint = "Unpack it, and name the file in it."
        return FileFormatError(f"{path} is a compressed file.", hint=hint, place="local.path")
    return nul_found(path) if head.startswith(_NO_TEXT) else None


def no_rows(path: Path, text: bytes) -> FileFormatError | None:
    """The refusal of text (UTF-8) that has no rows with cells, whatever its name says; None when it may have."""
    begin = text.lstrip()[:64].lower()
    kind = next((kind for sign, kind in _NO_ROWS.items() if begin.startswith(sign)), "")
    if not kind:
        return None
    hint = (
        "JSON is read from .jsonl files, with an object in each line."
        if "JSON" in kind
        else "Open it in a spreadsheet, and save it as CSV (UTF-8) or .xlsx."
    )
    return FileFormatError(f"{path} is {kind}, no file with rows and columns.", hint=hint, place="local.path")


def nul_found(path: Path, line: int | None = None) -> FileFormatError:
    """The refusal of a file that holds a NUL byte or is known not to be text."""
    where = "" if line is None else f": there is a NUL byte in line {line}"
    return FileFormatError(
        f"{path} is not a text file{where}.",
        hint='Save it as CSV (UTF-8), or give its encoding in [local], for example encoding = "utf-16-le".',
        place="local.path",
    )


def not_in_encoding(path: Path, encoding: str, line: int, byte: int) -> FileFormatError:
    """The refusal of text that is not in `encoding`; `line` and `byte` count from 1."""
    other = "cp1252" if encoding.replace("_", "-").lower().startswith("utf") else "utf-8"
    return FileFormatError(
        f"{path} is not {encoding.upper()} text: line {line}, byte {byte} cannot be read.",
        hint=f'Give its encoding in [local], for example encoding = "{other}", or save it as CSV (UTF-8).',
        place="local.encoding",
    )


def encoding_of(head: bytes, declared: str) -> tuple[str, int]:
    """The encoding of a file that begins with `head`, and how many bytes of byte order mark to leave out.

    A byte order mark is surer than what was declared; without either it is UTF-8, or UTF-16 where every second byte of
    most characters is NUL, which no other text has.
    """
    mark = next(((name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), None)
    if mark is not None:
        return mark
    if not declared:
        return _without_mark(head), 0
    name = encoding_name(declared)
    if name == "utf-16":
        found = _without_mark(head)
        return (found if found.startswith(name) else "utf-16-le"), 0  # without a mark, as Windows writes it
    return name, 0


def encoding_name(declared: str) -> str:
    """What Python calls an encoding that a file can have; raises FileFormatError for everything else."""
    try:
        "".encode(declared)  # refuses what is a codec but no text encoding, like "hex"
        name = codecs.lookup(declared).name
        if name in _OF_NO_FILE:
            raise LookupError(name)
    except (LookupError, ValueError) as error:  # ValueError: "undefined", and what is no name at all
        msg = f'There is no encoding "{declared}".'
        hint = 'Known ones are "utf-8", "cp1252" and "utf-16".'
        raise FileFormatError(msg, hint=hint, place="local.encoding") from error
    return name


def _without_mark(head: bytes) -> str:
    first, second = head[::2].count(0), head[1::2].count(0)
    most = len(head) // 4
    # Some characters, as one half of many an emoji, have a NUL in their other byte. Of UTF-32 it is half as many.
    if second > most and second > _RARER * first:
        return "utf-16-le"
    return "utf-16-be" if first > most and first > _RARER * second else "utf-8"


class TextStream:
    """Reads a file as UTF-8 bytes without byte order mark.

    UTF-8 is handed on as it is, so its validity is for the reader to check; any other encoding is decoded here and
    raises FileFormatError where that fails.
    """

    def __init__(self, path: Path, file: BufferedReader, encoding: str, mark: int) -> None:
        self._path = path
        self._file = file
        self._encoding = encoding
        self._line = 1
        self._byte = mark
        self._decoded = b""
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
        file.seek(mark)

    def read(self, size: int) -> bytes:
        """About `size` bytes more; empty at the end only."""
        if self._decoder is None:
            return self._file.read(size)
        while True:
            raw = self._file.read(size)
            text = self._decode(self._decoder, raw)
            if text or not raw:
                return text.encode()

    def read_into(self, room: memoryview) -> int:
        """Read into `room`, which is not empty; gives how many bytes, none at the end only."""
        if self._decoder is None:
            return self._file.readinto(room)
        self._decoded = self._decoded or self.read(len(room))
        part = self._decoded[: len(room)]
        room[: len(part)] = part
        self._decoded = self._decoded[len(part) :]
        return len(part)

    def _decode(self, decoder: codecs.IncrementalDecoder, raw: bytes) -> str:
        held = decoder.getstate()[0]
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(self._encoding)
            line = self._line + good.count("\n")
            byte = self._byte - len(held) + error.start + 1
            raise not_in_encoding(self._path, self._encoding, line, byte) from error
        except UnicodeError as error:  # of a codec that does not say where
            raise not_in_encoding(self._path, self._encoding, self._line, self._byte + 1) from error
        self._line += text.count("\n")
        self._byte += len(raw)
        return text
