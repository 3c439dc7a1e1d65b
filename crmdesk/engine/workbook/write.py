"""Writes a workbook of rejects: a sheet a cause, text as text, choices to pick from, and what is not ours locked."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from crmdesk.engine.workbook.cells import MOST_TEXT, fits, real_date
from crmdesk.engine.workbook.choices import LISTS, Book, Page, add_rule, places_of_lists, write_lists
from crmdesk.engine.workbook.reference import reference
from crmdesk.engine.workbook.sheets import (
    LOCKED,
    REFERENCE,
    SET_ASIDE,
    CauseSheet,
    Handover,
    headings,
    sheet_name,
)
from crmdesk.errors import FileFormatError, unwritable
from crmdesk.model.reject import Reject
from crmdesk.tabular.files.private import open_private, written_beside

README = "Read me"
_MOST_ROWS = 500_000  # of a sheet; more are written on another one
_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_ALLOWED = ("sort", "autofilter", "format_columns", "format_rows", "format_cells", "delete_rows", "insert_rows")


@dataclass(slots=True)
class _Looks:
    """The formats of a workbook: ours are locked, what is to be corrected is yellow."""

    heading: Any
    locked: Any
    yellow: Any
    plain: Any
    yellow_date: Any
    plain_date: Any

    @classmethod
    def of(cls, book: Book) -> _Looks:
        text = {"num_format": "@", "valign": "top"}
        day = {"num_format": "yyyy-mm-dd", "valign": "top", "locked": False}
        yellow, grey = {"bg_color": "#FFF7CC", "border": 1, "border_color": "#E5E7EB"}, {"font_color": "#6B7280"}
        return cls(
            heading=book.add_format({**text, "bold": True, "bg_color": "#E5E7EB", "text_wrap": True}),
            locked=book.add_format({**text, "bg_color": "#F3F4F6"}),
            yellow=book.add_format({**text, **yellow, "locked": False}),
            plain=book.add_format({**text, **grey, "locked": False}),
            yellow_date=book.add_format({**day, **yellow}),
            plain_date=book.add_format({**day, **grey}),
        )


def write_workbook(handover: Handover, place: Path) -> int:
    """Write the workbook to `place`, over what was there, and give the number of rejects; raises FileFormatError."""
    try:
        with tempfile.TemporaryDirectory() as aside, written_beside(place) as part:
            open_private(part, "wb").close()
            book = xlsxwriter.Workbook(str(part), {"constant_memory": True, "tmpdir": aside, **_OPTIONS})
            rows = _fill(book, handover)
            book.close()
    except (OSError, XlsxWriterException) as error:
        why = unwritable(place, error) if isinstance(error, OSError) else f"{place} cannot be written: {error}."
        raise FileFormatError(why, hint="Choose another place, or make room.") from error
    return rows


def _fill(book: Book, handover: Handover) -> int:
    looks = _Looks.of(book)
    readme = book.add_worksheet(README)
    readme.set_column(0, 0, 100)
    for number, words in enumerate(handover.words):
        readme.write_string(number, 0, words)
    names, rows = {README, LISTS}, 0
    lists = places_of_lists(handover)
    for sheet in handover.sheets:
        waiting = sheet.rows()
        while some := list(islice(waiting, _MOST_ROWS)):
            name = sheet_name(sheet.title, names)
            names.add(name)
            _write_sheet(book.add_worksheet(name), handover, sheet, some, (looks, lists))
            rows += len(some)
    write_lists(book, handover, lists)
    return rows


def _write_sheet(
    page: Page,
    handover: Handover,
    sheet: CauseSheet,
    rejects: list[Reject],
    how: tuple[_Looks, Mapping[str, str]],
) -> None:
    looks, lists = how
    shown = headings(handover.columns, sheet.to_correct)
    names = [*LOCKED, SET_ASIDE, *shown.values()]
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, len(rejects), len(names) - 1)
    page.protect("", dict.fromkeys(_ALLOWED, True))
    for number, name in enumerate(names):
        page.set_column(number, number, _width(name))
        page.write_string(0, number, name, looks.heading)
    for number, reject in enumerate(rejects, 1):
        _write_row(page, number, handover, sheet, reject, looks)
    for number, column in enumerate(shown, len(LOCKED) + 1):
        rule = handover.rules.get(column)
        if rule is not None and column in sheet.to_correct:
            add_rule(page, rule, lists.get(column, ""), (1, number, len(rejects), number))


def _width(name: str) -> int:
    return {"What is wrong": 50, "What to do": 40, SET_ASIDE: 24, REFERENCE: 16, "Row": 8}.get(
        name, max(12, min(40, len(name) + 4))
    )


def _write_row(page: Page, number: int, handover: Handover, sheet: CauseSheet, reject: Reject, looks: _Looks) -> None:
    ours = (
        reference(reject.id),
        str(reject.row),
        reject.values.get(handover.key, ""),
        reject.values.get(handover.name, ""),
        "; ".join([reject.message, *(also.message for also in reject.also)]),
        sheet.advice,
    )
    for column, text in enumerate(ours):
        page.write_string(number, column, text[:MOST_TEXT], looks.locked)
    page.write_blank(number, len(LOCKED), None, looks.yellow)
    for column, name in enumerate(headings(handover.columns, sheet.to_correct), len(LOCKED) + 1):
        text = reject.values.get(name) or ""
        is_yellow = name in sheet.to_correct
        day = real_date(text, handover.date_format) if name in handover.dates else None
        # A text that is to become a date stands in a date's cell: what is typed over it is one in the typist's country.
        takes_date = name in handover.dates and (is_yellow or day is not None)
        if is_yellow:
            look = looks.yellow_date if takes_date else looks.yellow
        else:
            look = looks.plain_date if takes_date else looks.plain
        if day is not None:
            page.write_datetime(number, column, day, look)
        elif not text or not fits(text):
            page.write_blank(number, column, None, look)
        else:
            page.write_string(number, column, text, look)
