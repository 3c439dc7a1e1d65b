"""The rows of one sheet, as they are unpacked: which cells there are, and what each means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crmdesk.tabular.files.xlsx_package import PIECE, Package, local_name, parser_of
from crmdesk.tabular.files.xlsx_values import Shown, is_mangled, moment, number, shown_by, unescaped


@dataclass(slots=True)
class SheetRow:
    """A row: its number in the sheet (1 = the first), its texts by column (0 = the first; empty ones are not there).

    `errors` has the columns that hold no value but an error, with its name; `destroyed` those that lost digits.
    """

    number: int
    is_hidden: bool = False
    cells: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    destroyed: list[int] = field(default_factory=list)


NEVER_CALCULATED = "a formula that was never calculated"


class SharedStrings:
    """The texts that cells share, unpacked as far as they were asked for."""

    def __init__(self, package: Package) -> None:
        self._texts: list[str] = []
        self._more = _shared(package)

    def __getitem__(self, at: int) -> str:
        while at >= len(self._texts):
            found = next(self._more, None)
            if found is None:
                raise ValueError(at)  # the workbook is broken
            self._texts += found
        return self._texts[at]


def _shared(package: Package) -> Iterator[list[str]]:
    part = package.part("sharedStrings")
    if part is None:
        return
    reader = _Texts()
    parser = parser_of(reader.start, reader.end)
    parser.CharacterDataHandler = reader.characters
    with package.stream(part) as stream:
        while piece := stream.read(PIECE):
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by position
            found, reader.found = reader.found, []
            yield found
    parser.Parse(b"", True)  # noqa: FBT003 - see above


class _Texts:
    """Puts the runs of a shared text together; how it is spoken (rPh) is left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._runs: list[str] = []
        self._is_text = self._is_spoken = False

    def start(self, name: str, _: dict[str, str]) -> None:
        name = local_name(name)
        if name == "si":
            self._runs = []
        elif name == "t":
            self._is_text = not self._is_spoken
        elif name == "rPh":
            self._is_spoken = True

    def end(self, name: str) -> None:
        name = local_name(name)
        if name == "si":
            self.found.append(unescaped("".join(self._runs)))
        elif name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_spoken = False

    def characters(self, text: str) -> None:
        if self._is_text:
            self._runs.append(text)


def styles_of(package: Package) -> list[Shown]:
    """As what each cell style shows a number."""
    part = package.part("styles")
    codes: dict[int, str] = {}
    found: list[Shown] = []
    for above, name, attributes in package.starts(part) if part else ():
        if name == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "xf" and above == "cellXfs":
            style = int(attributes.get("numFmtId", "0"))
            found.append(shown_by(style, codes.get(style)))
    return found


def rows_of(package: Package, part: str, strings: SharedStrings) -> Iterator[SheetRow]:
    """The rows of a sheet that hold anything, in order."""
    reader = _Cells(strings, styles_of(package), counts_from_1904=package.counts_from_1904)
    parser = parser_of(reader.start, reader.end)
    parser.CharacterDataHandler = reader.characters
    with package.stream(part) as stream:
        while piece := stream.read(PIECE):
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by position
            found, reader.found = reader.found, []
            yield from found
    parser.Parse(b"", True)  # noqa: FBT003 - see above


# Most workbooks name their elements without a prefix, and there are millions of them.
_LOCAL = {name: name for name in ("c", "v", "is", "t", "row", "f")}


class _Cells:
    """Hears the elements of a sheet and makes rows of them."""

    def __init__(self, strings: SharedStrings, styles: list[Shown], *, counts_from_1904: bool) -> None:
        self.found: list[SheetRow] = []
        self._strings = strings
        self._styles = styles
        self._counts_from_1904 = counts_from_1904
        self._columns: dict[str, int] = {}
        self._row = SheetRow(0)
        self._column = -1
        self._type = self._style = self._text = ""
        self._is_value = self._is_spoken = self._has_formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _LOCAL.get(name) or local_name(name)
        if name == "c":
            place = attributes.get("r")
            self._column = self._column + 1 if place is None else self._column_of(place)
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._text = ""
            self._has_formula = False
        elif name in ("v", "t"):
            self._is_value = not self._is_spoken
        elif name == "row":
            is_hidden = attributes.get("hidden") in ("1", "true")
            self._row = SheetRow(int(attributes.get("r", self._row.number + 1)), is_hidden)
            self._column = -1
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._is_spoken = True

    def end(self, name: str) -> None:
        name = _LOCAL.get(name) or local_name(name)
        if name == "c":
            self._cell()
        elif name in ("v", "t"):
            self._is_value = False
        elif name == "row" and (self._row.cells or self._row.errors):
            self.found.append(self._row)
        elif name == "rPh":
            self._is_spoken = False

    def characters(self, text: str) -> None:
        if self._is_value:
            self._text += text

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        found = self._columns.get(letters)
        if found is None:
            found = self._columns[letters] = column_number(letters)
        return found

    def _cell(self) -> None:
        raw = self._text
        if not raw:
            if self._has_formula and self._type != "str":
                self._row.errors[self._column] = NEVER_CALCULATED
            return
        text = self._meaning(raw)
        if text:
            self._row.cells[self._column] = text

    def _meaning(self, raw: str) -> str:
        match self._type:
            case "n":
                return self._number(raw)
            case "s":
                text = self._strings[int(raw)]
            case "b":
                return "true" if raw.strip() in ("1", "true") else "false"
            case "e":
                self._row.errors[self._column] = f"the error {raw}"
                return raw
            case "d":
                return raw.removesuffix("T00:00:00")
            case _:
                text = unescaped(raw)
        if is_mangled(text):
            self._row.destroyed.append(self._column)
        return text

    def _number(self, raw: str) -> str:
        shown = self._styles[int(self._style)] if self._style else Shown.NUMBER
        if shown is not Shown.NUMBER:
            text = moment(raw, shown, counts_from_1904=self._counts_from_1904)
            if text is not None:
                return text
        value = number(raw.strip())
        if value.is_destroyed:
            self._row.destroyed.append(self._column)
        return value.text


def column_number(letters: str) -> int:
    """`A` is 0, `AA` 26; raises ValueError for what is no column."""
    found = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        found = found * 26 + ord(letter) - ord("A") + 1
    if not 0 < found <= 16_384:  # noqa: PLR2004 - the columns of a sheet
        raise ValueError(letters)
    return found - 1


def column_letters(number: int) -> str:
    """0 is `A`, 26 `AA`."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
