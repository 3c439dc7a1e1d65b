"""What the cells of a column may hold, as rules that a spreadsheet keeps: lists to pick from, and lengths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmdesk.engine.workbook.sheets import CellRule, Handover

Book = Any
Page = Any
"""xlsxwriter has no types."""

LISTS = "Lists"
"""The hidden sheet that the lists stand on."""


def places_of_lists(handover: Handover) -> Mapping[str, str]:
    """For each column with choices the place where these stand, as a spreadsheet writes it."""
    with_choices = [column for column, rule in handover.rules.items() if rule.choices]
    return {
        column: f"={LISTS}!$A${number}:{_letters(len(handover.rules[column].choices))}${number}"
        for number, column in enumerate(with_choices, 1)
    }


def write_lists(book: Book, handover: Handover, lists: Mapping[str, str]) -> None:
    if not lists:
        return
    sheet = book.add_worksheet(LISTS)
    for number, column in enumerate(lists):
        for place, choice in enumerate(handover.rules[column].choices):
            sheet.write_string(number, place, choice)
    sheet.hide()


def add_rule(page: Page, rule: CellRule, choices: str, cells: tuple[int, int, int, int]) -> None:
    if choices:
        page.data_validation(
            *cells,
            {
                "validate": "list",
                "source": choices,
                "error_title": "Not in the list",
                "error_message": "The CRM takes only the values of the list.",
            },
        )
    elif rule.length:
        page.data_validation(
            *cells,
            {
                "validate": "length",
                "criteria": "<=",
                "value": rule.length,
                "error_title": "Too long",
                "error_message": f"At most {rule.length:,} characters fit.",
            },
        )


def _letters(column: int) -> str:
    """`$A` for 1, `$AA` for 27."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return f"${text}"
