"""Remedies that change values of source columns. Each gives the values that change, by row."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from crmdesk.model.reject import Reject
from crmdesk.model.schema import Field, FieldType

Changes = dict[int, dict[str, str]]
"""New values by row and source column."""

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@.<>,;]+(?:\.[^\s@.<>,;]+)+")
_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f\u200b\ufeff]+")
_ALIKE = 0.6  # from which on two values are proposed for each other


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value of the source, how many rows have it, and the choice that is nearest ("" when none is near)."""

    value: str
    rows: int
    nearest: str


def current(reject: Reject, column: str, drafts: Mapping[int, Mapping[str, str]]) -> str:
    """The value of a cell as it would be sent now."""
    return drafts.get(reject.row, {}).get(column, reject.values.get(column) or "")


def proposals(
    rejects: Iterable[Reject], column: str, choices: Collection[str], drafts: Mapping[int, Mapping[str, str]]
) -> tuple[Proposal, ...]:
    """The values of the column, the most frequent first, each with the nearest of the choices."""
    counted = Counter(current(reject, column, drafts) for reject in rejects)
    return tuple(Proposal(value, rows, nearest(value, choices)) for value, rows in counted.most_common())


def nearest(value: str, choices: Collection[str]) -> str:
    """The choice most like a value, upper and lower case and blanks taken for one; "" when none is."""
    folded = {_folded(choice): choice for choice in choices}
    found = difflib.get_close_matches(_folded(value), list(folded), n=1, cutoff=_ALIKE)
    return folded[found[0]] if found else ""


def mapped(
    rejects: Iterable[Reject], column: str, table: Mapping[str, str], drafts: Mapping[int, Mapping[str, str]]
) -> Changes:
    """Values replaced by those of a table."""
    return {
        reject.row: {column: table[value]}
        for reject in rejects
        if (value := current(reject, column, drafts)) in table and table[value] != value
    }


def filled(
    rejects: Iterable[Reject],
    column: str,
    text: str,
    drafts: Mapping[int, Mapping[str, str]],
    *,
    is_every: bool,
) -> Changes:
    """One value put into the empty cells, or with `is_every` into all."""
    return {
        reject.row: {column: text}
        for reject in rejects
        if (is_every or not current(reject, column, drafts).strip()) and current(reject, column, drafts) != text
    }


def shortened(
    rejects: Iterable[Reject], column: str, field: Field, rest: str, drafts: Mapping[int, Mapping[str, str]]
) -> Changes:
    """Values made to fit: an address tidied, a number rounded, a text cut at a word, its rest put into `rest`."""
    changes: Changes = {}
    for reject in rejects:
        value = current(reject, column, drafts)
        fitting = _fitting(value, field)
        if fitting is None or fitting == value:
            continue
        changes[reject.row] = {column: fitting}
        if rest and field.type is FieldType.TEXT:
            over = value[len(fitting) :].strip()
            changes[reject.row][rest] = " ".join(part for part in (current(reject, rest, drafts), over) if part)
    return changes


def read_as(
    rejects: Iterable[Reject], column: str, pattern: str, decimal: str, drafts: Mapping[int, Mapping[str, str]]
) -> Changes:
    """Dates in another form, or numbers with another decimal mark, as the job reads them without a word."""
    changes: Changes = {}
    for reject in rejects:
        value = current(reject, column, drafts).strip()
        plain = _as_date(value, pattern) if pattern else _as_number(value, decimal)
        if plain and plain != value:
            changes[reject.row] = {column: plain}
    return changes


def others_of_a_key(rejects: Sequence[Reject], column: str, keep: str) -> dict[int, int]:
    """Of rows with the same key all but the one to keep (first, last, fullest), each with the row that is kept."""
    by_key: dict[str, list[Reject]] = {}
    for reject in rejects:
        by_key.setdefault(_folded(reject.values.get(column) or ""), []).append(reject)
    others: dict[int, int] = {}
    for same in by_key.values():
        kept = {"first": same[0], "last": same[-1]}.get(keep) or max(same, key=_filled_cells)
        others |= {reject.row: kept.row for reject in same if reject.row != kept.row}
    return others


def _filled_cells(reject: Reject) -> int:
    return sum(1 for value in reject.values.values() if value)


def _folded(text: str) -> str:
    return _BLANKS.sub(" ", text).strip().casefold()


def _fitting(value: str, field: Field) -> str | None:
    match field.type:
        case FieldType.EMAIL:
            found = _ADDRESS.search(_BLANKS.sub(" ", value.replace("mailto:", "")))
            return found[0] if found is not None else None
        case FieldType.INTEGER | FieldType.DECIMAL:
            return _rounded(value, 0 if field.type is FieldType.INTEGER else field.scale)
        case _ if field.length:
            return _cut(_BLANKS.sub(" ", value).strip() if len(value) > field.length else value, field.length)
        case _:
            return None


def _rounded(value: str, scale: int) -> str | None:
    try:
        return str(Decimal(value.strip()).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_EVEN))
    except InvalidOperation:
        return None


def _cut(value: str, length: int) -> str:
    """The value cut behind its last whole word that fits; a long word is cut where it has to be."""
    head = value.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")
    if len(head) == len(value):
        return value
    is_whole = value[len(head)].isspace() or " " not in head
    return (head if is_whole else head.rsplit(" ", 1)[0]).rstrip()


def _as_date(value: str, pattern: str) -> str:
    try:
        return datetime.strptime(value, pattern).date().isoformat()  # noqa: DTZ007 - a date without a place
    except ValueError:
        return ""


def _as_number(value: str, decimal: str) -> str:
    thousands = "." if decimal == "," else ","
    plain = _BLANKS.sub("", value).replace(thousands, "").replace(decimal, ".")
    return plain if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", plain) else ""
