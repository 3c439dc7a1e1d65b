"""Reads a workbook of rejects back: rows matched by their reference, wherever they stand now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from crmdesk.engine.preparing.mangled import Mangled, Unreadable, all_readable, why_mangled
from crmdesk.engine.retry import Corrections
from crmdesk.engine.workbook.cells import fits, real_date
from crmdesk.engine.workbook.no_value import refuse_what_has_no_value
from crmdesk.engine.workbook.reference import reject_of
from crmdesk.engine.workbook.sheets import OURS, REFERENCE, SET_ASIDE, headings
from crmdesk.errors import FileFormatError
from crmdesk.model.reject import Reject
from crmdesk.tabular.files.xlsx_book import Cells, Sheet, opened
from crmdesk.tabular.files.xlsx_cells import row_of


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    rejects: Mapping[str, Reject]
    date_format: str
    unreadable: Unreadable
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    set_aside: dict[str, str] = field(default_factory=dict)
    mangled: list[Mangled] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    lacking: dict[str, None] = field(default_factory=dict)
    headless: dict[str, str] = field(default_factory=dict)
    """Rejects whose reference stands on a sheet, or in a row of it, that no column “Reference” heads, and where."""


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the columns of a sheet stand: the reference, the reason to set a row aside (or None), source columns.

    `others` are headings that are none of ours and of no source column.
    """

    reference: int
    reason: int | None
    columns: Mapping[int, str]
    others: Sequence[str]


def read_workbook(
    path: Path, rejects: Sequence[Reject], date_format: str, unreadable: Unreadable = all_readable
) -> Corrections:
    """The corrections in a workbook for these rejects; raises FileFormatError.

    Moved, sorted, removed or added rows and sheets do no harm. Values that look as if the spreadsheet had changed them
    are among `mangled` and not among `values`, but for those that were `unreadable` before.
    """
    reading = _Reading({reject.id: reject for reject in rejects}, date_format, unreadable)
    columns = tuple(dict.fromkeys(name for reject in rejects for name in reject.values))
    is_ours = False
    with opened(path) as sheets:
        for sheet in sheets:
            is_ours |= _take_in_sheet(reading, sheet, columns, f"{path.name}, sheet “{sheet.name}”")
    _refuse_headless(reading)
    if not is_ours:
        raise FileFormatError(
            f"{path.name} has no sheet with a column “{REFERENCE}”, so its rows cannot be matched with the rejects.",
            hint="Correct the file that `crmdesk rejects RUN --workbook FILE` wrote, and keep that column.",
        )
    return Corrections(
        reading.values,
        tuple(reading.strangers),
        reading.set_aside,
        tuple(reading.mangled),
        tuple(reading.unread),
        tuple(reading.lacking),
    )


def _refuse_headless(reading: _Reading) -> None:
    for reject, place in reading.headless.items():
        if reject not in reading.values:
            raise FileFormatError(
                f"{place} holds a reject, and no column above it is headed “{REFERENCE}”: what was corrected there "
                "would be lost.",
                hint=f"Head the column with the references “{REFERENCE}” again, in one row with the other names.",
            )


def _take_in_sheet(reading: _Reading, sheet: Sheet, columns: Sequence[str], where: str) -> bool:
    """Read a sheet; gives whether it has our names of columns, in whichever row: people put titles above them."""
    header: _Header | None = None
    taken: dict[int, list[int]] = {}
    for number, cells in sheet.rows():
        if header is not None:
            emptied = _take_in(reading, header, cells, f"{where}, row {number}")
            if emptied is not None:
                taken[number] = emptied
            continue
        header = _header(cells, columns, where)
        if header is None:
            _note_headless(reading, cells, f"{where}, row {number}")
            continue
        reading.unread |= dict.fromkeys(header.others)
        reading.lacking |= dict.fromkeys(column for column in columns if column not in header.columns.values())
    if header is not None:
        refuse_what_has_no_value(sheet, where, taken, header.columns)
    return header is not None


def _note_headless(reading: _Reading, cells: Cells, place: str) -> None:
    for text in row_of(cells).texts:
        reject = reject_of(text)
        if reject in reading.rejects:
            reading.headless.setdefault(reject, place)


def _header(cells: Cells, columns: Sequence[str], where: str) -> _Header | None:
    names = [text.strip() for text in row_of(cells).texts]
    if REFERENCE not in names:
        return None
    by_heading = {shown: column for column, shown in headings(columns).items()}
    # A heading keeps the blanks of its column only in the file: compare without.
    stripped = {shown.strip(): column for shown, column in by_heading.items()}
    found = {place: stripped[name] for place, name in enumerate(names) if name in stripped}
    twice = [name for name in (REFERENCE, SET_ASIDE, *stripped) if names.count(name) > 1]
    if twice:
        raise FileFormatError(f"{where}: two columns are headed “{twice[0]}”.", hint="Remove or rename one of them.")
    others = [name for name in names if name and name not in stripped and name not in OURS]
    reason = names.index(SET_ASIDE) if SET_ASIDE in names else None
    return _Header(names.index(REFERENCE), reason, found, others)


def _take_in(reading: _Reading, header: _Header, cells: Cells, place: str) -> list[int] | None:
    """Read a row; gives where it has nothing and had something, None for one that is of no reject."""
    row = row_of(cells)
    text = row.texts[header.reference] if header.reference < len(row.texts) else ""
    if not any(row.texts):
        return None
    reject = reading.rejects.get(reject_of(text))
    if reject is None:
        reading.strangers.append(text)
        return None
    values = dict(_values(reading, reject, header, cells, row.texts))
    for column, error in row.errors.items():
        if column in header.columns:
            raise FileFormatError(
                f"{place}: the column “{header.columns[column]}” holds {error}.", hint="Give it a value."
            )
    if reading.values.setdefault(reject.id, values) != values:
        raise FileFormatError(f"{place} holds {text} once more, with other values.", hint="Keep one of the two rows.")
    if header.reason is not None and header.reason < len(row.texts) and row.texts[header.reason].strip():
        reading.set_aside[reject.id] = row.texts[header.reason].strip()
    return [place for place, column in header.columns.items() if reject.values.get(column) and not values[column]]


def _values(
    reading: _Reading, reject: Reject, header: _Header, cells: Cells, texts: Sequence[str]
) -> Iterator[tuple[str, str]]:
    unreadable = reading.unreadable(reject)
    for place, column in header.columns.items():
        original = reject.values.get(column) or ""
        untold = "" if column in unreadable else original
        text = texts[place] if place < len(texts) else ""
        if not fits(original) and not text:
            text = original
        value = cells[place].value if place < len(cells) else None
        if isinstance(value, date):
            text = _as_written(value, text, untold, reading.date_format)
        is_date_still = isinstance(value, date) and real_date(original, reading.date_format) is not None
        why = "" if is_date_still else why_mangled(untold, text)
        if why:
            reading.mangled.append(Mangled(reject.id, reject.row, column, original, text, why))
        yield column, original if why else text


def _as_written(value: date, text: str, original: str, pattern: str) -> str:
    """A real date as the source writes dates, when the source has one there; else the text that it shows."""
    day = value.date() if isinstance(value, datetime) else value
    is_day = not isinstance(value, datetime) or value.time() == time()
    if not is_day or "T" in original:
        return text
    if real_date(original, pattern) is None and why_mangled(original, day.isoformat()):
        return text
    return day.strftime(pattern or "%Y-%m-%d")
