"""Records that are hard to carry, what the org must hold of them, and a look at what it does hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from tests.practice.running import PracticeOrg

KEY = "Legacy_Id__c"
FIELDS = (KEY, "LastName", "FirstName", "Email", "Title", "MailingStreet", "Description")

# An empty cell is a field without a value. CRLF inside a value is a case of its own: see CRLF.
_ROWS = (
    ("1", 'O"Neil, "Jr."', "Zoë", "", "VP; Sales", "1 High Street\nFlat 2", 'She said: "no, never"\n\n- twice'),
    ("2", "Žižek", "北京 😀", "a.b@mail.example", "", "", "one\ttwo|three^four`five;six"),
    ("3", "'; DELETE FROM Contact --", "\\", "", "100 % \\_", "", '"""quoted"""'),
    ("4", "Empty", "", "", "", "", ""),
    ("5", "é decomposed", "مرحبا", "o'brien+x@mail.example", "=1+1", "Straße 5", "line one\nline two\nünïcödé"),
)  # fmt: skip
CRLF = "first\r\nsecond"

Values = dict[str, str | None]


def rows(prefix: str) -> list[dict[str, str]]:
    """The records with keys of their own, as text: an empty value is empty text."""
    return [dict(zip(FIELDS, (f"{prefix}-{key}", *rest), strict=True)) for key, *rest in _ROWS]


def json_rows(prefix: str) -> list[Values]:
    """The same as JSON tells them: an empty value is null."""
    return [{name: value or None for name, value in row.items()} for row in rows(prefix)]


def held(org: PracticeOrg, prefix: str) -> list[Values]:
    """What the org holds under the keys of the prefix, asked for by plain HTTP, in the order of the keys."""
    found = org.rows(f"SELECT {', '.join(FIELDS)} FROM Contact WHERE {KEY} LIKE '{prefix}-%' ORDER BY {KEY}")  # noqa: S608
    return [{name: row[name] for name in FIELDS} for row in found]


def ids(org: PracticeOrg, prefix: str) -> list[str]:
    found = org.rows(f"SELECT Id FROM Contact WHERE {KEY} LIKE '{prefix}-%' ORDER BY {KEY}")  # noqa: S608
    return [row["Id"] for row in found]


def csv_text(records: Iterable[Mapping[str, str]], names: Sequence[str] = FIELDS) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))
