"""The rows of a source file, dirty on purpose, and what is to become of each."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

COLUMNS = {
    "Key": "Legacy_Id__c",
    "Last": "LastName",
    "First": "FirstName",
    "Mail": "Email",
    "Phone": "Phone",
    "Street": "MailingStreet",
    "Notes": "Description",
    "Born": "Birthdate",
    "Level": "Level__c",
    "Quiet": "DoNotCall",
    "Account": "AccountId",
}
"""Column of the file to field of Contact."""

Cells = dict[str, str]
"""Column to cell."""

_LAST = (
    "Øster",
    "Łuczak",
    "李",
    "O'Neill",
    'von "Braun"',
    "Smith, Jr.",
    "=SUM(A1)",
    "Zoë 🚀",
    "NULL",
    "smith",
    "Smith",
)
_FIRST = ("Ann", "ann", "José", "", "Anne-Marie", "0012", "true", "Ægir")
_STREET = ("1 Main St\nFloor 2", "Straße 5\r\nHof", "", 'c/o "Bob", Box 7', "Calle ñ")
_NOTES = (
    "",
    'Said "no",\nthen "yes";\n\nthen left',
    "one line",
    "tab\there, comma, semicolon; quote \" and 'tick'",
    "línea\r\ncon retorno\r\n",
    "  blanks around  ",
)
_PHONE = ("", "+49 30 123", "(555) 010-99", "030/44 55")
_LEVEL = ("", "Primary", "Secondary", "Tertiary")
_BORN = ("", "1970-01-01", "1999-12-31")
_QUIET = ("", "true", "false")


class Fate(StrEnum):
    """What is to become of a row."""

    LANDS = "lands"
    REJECTED_HERE = "rejected before sending"
    REFUSED_THERE = "refused by the CRM"
    ONE_OF_TWINS = "one of the rows with its key lands, the others are refused"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row. `target` is the id of the record it is about, "" for a new one; `key` tells twins of one key."""

    cells: Cells
    fate: Fate
    target: str = ""
    key: str = ""


def person(chance: random.Random, number: int, accounts: list[str]) -> Cells:
    """The cells of a contact that the CRM takes; without a key."""
    return {
        "Last": f"{chance.choice(_LAST)} {number}" if chance.random() < 0.8 else chance.choice(_LAST),
        "First": chance.choice(_FIRST),
        "Mail": f"someone.{number}@mail.example" if number % 3 else "",
        "Phone": chance.choice(_PHONE),
        "Street": chance.choice(_STREET),
        "Notes": chance.choice(_NOTES),
        "Born": chance.choice(_BORN),
        "Level": chance.choice(_LEVEL),
        "Quiet": chance.choice(_QUIET),
        "Account": chance.choice(["", *accounts]),
    }


def spoiled(chance: random.Random, cells: Cells) -> Cells:
    """The cells with something in them that is found before sending, whether the record is new or not."""
    return cells | chance.choice(
        (
            {"Last": "x" * 81},
            {"Mail": "not an address"},
            {"Born": "2026-02-30"},
            {"Level": "Nowhere"},
            {"Notes": "#N/A"},
            {"Account": "not an id"},
        )
    )


def stored(cells: Mapping[str, str]) -> dict[str, str]:
    """Field to text, of a record that holds these cells: as `plain` gives what the CRM answers."""
    return {COLUMNS[column]: plain(cell) for column, cell in cells.items() if column in COLUMNS}


def plain(value: object) -> str:
    """A value as text that can be compared: no value is "", line ends are one character, no blanks at the ends.

    An unset flag is an empty one: Salesforce has no third state.
    """
    if value is None or value is False or value == "false":
        return ""
    text = "true" if value is True else str(value)
    return text.replace("\r\n", "\n").strip()
