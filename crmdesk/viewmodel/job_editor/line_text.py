"""Lines of a mapping as tab-separated text, so that a mapping can be made in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from crmdesk.errors import UserError
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    FieldMap,
    Lookup,
    Mapping,
    NotFound,
    Origin,
    Owner,
    RecordType,
    Several,
    UserKey,
    WhenEmpty,
)

HEADER = ("field", "origin", "value", "object", "key", "not found", "several", "when empty", "conversion", "values")
_KINDS = ("column", "fixed", "formula", "find", "owner", "record type")


def lines_text(lines: Mapping) -> str:
    """The lines under a header, one a row; raises nothing."""
    text = io.StringIO()
    writer = csv.writer(text, dialect=csv.excel_tab, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_cells(line) for line in lines)
    return text.getvalue()


def lines_of_text(text: str) -> Mapping:
    """The lines that `text` holds; two cells a row are a field and its column. Raises UserError."""
    rows = [row for row in csv.reader(io.StringIO(text), dialect=csv.excel_tab) if any(cell.strip() for cell in row)]
    if rows and tuple(cell.strip().casefold() for cell in rows[0][:3]) == HEADER[:3]:
        rows = rows[1:]
    if not rows:
        raise UserError("There are no lines to paste.", hint="Copy lines of a mapping, or two columns: field, column.")
    return tuple(_line(number, row) for number, row in enumerate(rows, 1))


def _cells(line: FieldMap) -> tuple[str, ...]:
    values = json.dumps(dict(line.values), ensure_ascii=False) if line.values else ""
    end = (line.when_empty.value, line.conversion.value, values)
    match line.origin:
        case Column(name):
            return (line.remote, "column", name, "", "", "", "", *end)
        case Constant(value):
            return (line.remote, "fixed", value, "", "", "", "", *end)
        case Expression(text):
            return (line.remote, "formula", text, "", "", "", "", *end)
        case Lookup(column, object_name, key, not_found, several):
            return (line.remote, "find", column, object_name, key, not_found.value, several.value, *end)
        case Owner(column, by, not_found):
            return (line.remote, "owner", column, "", by.value, not_found.value, "", *end)
        case RecordType(column, not_found):
            return (line.remote, "record type", column, "", "", not_found.value, "", *end)


def _line(number: int, row: Sequence[str]) -> FieldMap:
    if len(row) == 2:  # noqa: PLR2004 - a field and its column
        return FieldMap(row[0].strip(), Column(row[1].strip()))
    remote, kind, value, object_name, key, not_found, several, when_empty, conversion, values = [
        *row[: len(HEADER)],
        *[""] * (len(HEADER) - len(row)),
    ]
    if kind not in _KINDS:
        raise UserError(
            f"Row {number} cannot be pasted: “{kind}” is no origin of a value.",
            hint=f"The second cell is one of: {', '.join(_KINDS)}; or give two cells, field and column.",
        )
    try:
        origin: Origin = Column(value)
        if kind == "fixed":
            origin = Constant(value)
        elif kind == "formula":
            origin = Expression(value)
        elif kind == "find":
            origin = Lookup(value, object_name, key, NotFound(not_found or "reject"), Several(several or "reject"))
        elif kind == "owner":
            origin = Owner(value, UserKey(key or "email"), NotFound(not_found or "reject"))
        elif kind == "record type":
            origin = RecordType(value, NotFound(not_found or "reject"))
        return FieldMap(
            remote.strip(),
            origin,
            Conversion(conversion or "default"),
            WhenEmpty(when_empty or "leave"),
            _values(values),
        )
    except ValueError as error:
        raise UserError(
            f"Row {number} cannot be pasted: {error}.", hint="Copy a line to see how it is written."
        ) from error


def _values(text: str) -> dict[str, str]:
    found = json.loads(text) if text else {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("the values are not written as pairs of texts")
    return found
