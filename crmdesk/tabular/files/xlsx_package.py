"""The package that a workbook is: a zip archive of XML parts, opened with limits and read piece by piece."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat

from crmdesk.errors import FileFormatError
from crmdesk.tabular.files.text import reading

PIECE = 256 << 10
"""Bytes of XML taken at once."""

_MOST_BYTES = 4 << 30  # of one part, unpacked
_FREELY = 64 << 20  # bytes up to which a part may be packed as tightly as it likes
_MOST_PACKED = 200  # times smaller than unpacked; what people type comes to 30
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError),
    *(ValueError, LookupError, ArithmeticError),  # a number, a style or a place that is none
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, and the part that holds its cells."""

    name: str
    is_visible: bool
    part: str


class Package:
    """An opened workbook. Made by `opened`, which turns whatever is broken in it into a FileFormatError."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self._relations = self._related("_rels/.rels", "")
        self._main = self._relations.get("officeDocument", [("", "xl/workbook.xml")])[0][1]
        folder, name = posixpath.split(self._main)
        self._related_to_main = self._related(f"{folder}/_rels/{name}.rels", folder)
        self.sheets: list[Sheet] = []
        self.counts_from_1904 = False
        self._read_main()

    def part(self, kind: str) -> str | None:
        """The part of that kind (`styles`, `sharedStrings`) of the workbook."""
        found = self._related_to_main.get(kind)
        return found[0][1] if found else None

    def stream(self, part: str) -> IO[bytes]:
        """A part, to be read as it is unpacked; raises FileFormatError when it unpacks to too much."""
        try:
            found = self._archive.getinfo(part)
        except KeyError as error:
            raise broken(self.path) from error
        is_bomb = found.file_size > _FREELY and found.file_size > _MOST_PACKED * max(1, found.compress_size)
        if is_bomb or found.file_size > _MOST_BYTES:
            raise FileFormatError(
                f"{self.path} unpacks to {found.file_size >> 20:,} MB, which no workbook of rows needs.",
                hint="Save the sheet alone in a new workbook, or as CSV (UTF-8).",
                place="local.path",
            )
        return self._archive.open(found)

    def starts(self, part: str) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """Of each element of a small part the element it stands in, its name and its attributes."""
        found: list[tuple[str, str, Mapping[str, str]]] = []
        above = [""]

        def start(name: str, attributes: dict[str, str]) -> None:
            found.append((above[-1], local_name(name), attributes))
            above.append(local_name(name))

        parser = parser_of(start, lambda _: above.pop())
        with self.stream(part) as stream:
            while piece := stream.read(PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by position
                yield from found
                found.clear()

    def _related(self, part: str, folder: str) -> dict[str, list[tuple[str, str]]]:
        """Ids and parts of what a relations part names, by kind."""
        related: dict[str, list[tuple[str, str]]] = {}
        for _, name, attributes in self.starts(part):
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                related.setdefault(kind, []).append((attributes.get("Id", ""), target))
        return related

    def _read_main(self) -> None:
        parts = dict(self._related_to_main.get("worksheet", []))
        for _, name, attributes in self.starts(self._main):
            if name == "workbookPr":
                self.counts_from_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet":
                relation = next((text for key, text in attributes.items() if key.endswith(":id")), "")
                if relation in parts:  # else it is a chart
                    is_visible = attributes.get("state", "visible") == "visible"
                    self.sheets.append(Sheet(attributes.get("name", ""), is_visible, parts[relation]))


def parser_of(start: Callable[[str, dict[str, str]], object], end: Callable[[str], object]) -> expat.XMLParserType:
    """A parser that refuses a document type, and with it every entity of the document's own."""

    def refuse(*_: object) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    return parser


def local_name(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The workbook in the file `path`; raises FileFormatError: missing, no workbook, locked, broken, too large."""
    with reading(path) as file:
        if file.read(len(_OLD_OR_LOCKED)) == _OLD_OR_LOCKED:
            raise FileFormatError(
                f"{path} is protected by a password, or a workbook of the old kind (.xls).",
                hint="Open it, and save it as .xlsx without a password.",
                place="local.path",
            )
        try:
            with zipfile.ZipFile(file) as archive:
                yield Package(path, archive)
        except _BROKEN as error:
            raise broken(path) from error


def broken(path: Path) -> FileFormatError:
    """The refusal of a file that is no whole workbook."""
    hint = "Open it in a spreadsheet, and save it anew as .xlsx."
    return FileFormatError(f"{path} is not a whole .xlsx workbook.", hint=hint, place="local.path")
