"""Lines of a mapping as tab-separated text, so that a mapping can be made in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from crmdesk.desk.jobs.filters import filter_of, filter_text
from crmdesk.errors import UserError
from crmdesk.model.mapping import (
    Column,
    Constant,
    Conversion,
    Expression,
    FieldMap,
    Inactive,
    Lookup,
    NotFound,
    Origin,
    Owner,
    RecordType,
    Several,
    UserKey,
    WhenEmpty,
)

HEADER = (
    *("field", "origin", "value", "object", "key", "not found", "several"),
    *("when empty", "conversion", "values", "instead", "inactive", "new record", "filter"),
)
_KINDS = ("column", "fixed", "formula", "find", "owner", "record type")


def lines_text(lines: Sequence[FieldMap]) -> str:
    """The lines under a header, one a row; raises nothing."""
    text = io.StringIO()
    writer = csv.writer(text, dialect=csv.excel_tab, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_cells(line) for line in lines)
    return text.getvalue()


def lines_of_text(text: str) -> tuple[FieldMap, ...]:
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
    new = line.default_on_create
    match line.origin:
        case Column(name):
            return (line.remote, "column", name, "", "", "", "", *end, "", "", new)
        case Constant(value):
            return (line.remote, "fixed", value, "", "", "", "", *end, "", "", new)
        case Expression(text):
            return (line.remote, "formula", text, "", "", "", "", *end, "", "", new)
        case Lookup(column, object_name, key, not_found, several, where, instead):
            found = (object_name, key, not_found.value, several.value)
            only = filter_text(where) if where is not None else ""
            return (line.remote, "find", column, *found, *end, instead, "", new, only)
        case Owner(column, by, not_found, inactive, instead):
            return (line.remote, "owner", column, "", by.value, not_found.value, "", *end, instead, inactive.value, new)
        case RecordType(column, not_found, instead):
            return (line.remote, "record type", column, "", "", not_found.value, "", *end, instead, "", new)


def _line(number: int, row: Sequence[str]) -> FieldMap:
    if len(row) == 2:  # noqa: PLR2004 - a field and its column
        return FieldMap(row[0].strip(), Column(row[1].strip()))
    told = dict(zip(HEADER, [*row[: len(HEADER)], *[""] * (len(HEADER) - len(row))], strict=True))
    if told["origin"] not in _KINDS:
        raise UserError(
            f"Row {number} cannot be pasted: “{told['origin']}” is no origin of a value.",
            hint=f"The second cell is one of: {', '.join(_KINDS)}; or give two cells, field and column.",
        )
    try:
        return FieldMap(
            told["field"].strip(),
            _origin(told),
            Conversion(told["conversion"] or "default"),
            WhenEmpty(told["when empty"] or "leave"),
            _values(told["values"]),
            told["new record"],
        )
    except ValueError as error:
        raise UserError(
            f"Row {number} cannot be pasted: {error}.", hint="Copy a line to see how it is written."
        ) from error


def _origin(told: Mapping[str, str]) -> Origin:
    """The origin that the cells of a row tell; raises ValueError."""
    value, not_found = told["value"], NotFound(told["not found"] or "reject")
    match told["origin"]:
        case "fixed":
            return Constant(value)
        case "formula":
            return Expression(value)
        case "find":
            several = Several(told["several"] or "reject")
            where = filter_of(told["filter"]) if told["filter"] else None
            return Lookup(value, told["object"], told["key"], not_found, several, where, told["instead"])
        case "owner":
            inactive = Inactive(told["inactive"] or "reject")
            return Owner(value, UserKey(told["key"] or "email"), not_found, inactive, told["instead"])
        case "record type":
            return RecordType(value, not_found, told["instead"])
        case _:
            return Column(value)


def _values(text: str) -> dict[str, str]:
    found = json.loads(text) if text else {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("the values are not written as pairs of texts")
    return found
