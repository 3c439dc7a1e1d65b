"""The part of an address in brackets: a primary id, or the columns of an alternate key."""

from __future__ import annotations

import re
import uuid
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import CHOICES, NUMBERS, Column, Kind, Table

if TYPE_CHECKING:
    from crmdesk.practice.dataverse.store import Row, Store

_PART = re.compile(r"\s*([A-Za-z_][\w]*)\s*=\s*('(?:[^']|'')*'|[^,']+)\s*(?:,|$)")
_BAD = re.compile(r"[/<>*%&:\\?+#]")
"""Microsoft Learn, "Use an alternate key to reference a record": characters that no key value in an address may hold,
percent-encoded or not."""

_TEXTS = (Kind.STRING, Kind.MEMO)

Keyed = dict[str, str]
"""Values of key columns by logical name, as text."""


def guid(text: str) -> str | None:
    """An id as rows hold it, None for a text that is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def predicate(table: Table, text: str) -> str | Keyed:
    """A primary id, or the key columns with their values. `text` is as it stands in the address. Raises Refused."""
    plain = unquote(text)
    named = re.fullmatch(rf"{table.primary_id}=(.*)", plain)
    id_ = guid(named[1] if named else plain)
    if id_ is not None:
        return id_
    found: Keyed = {}
    place = 0
    while place < len(plain):
        part = _PART.match(plain, place)
        if part is None:
            raise refusals.bad_query(f"Bad Request - Error in query syntax: '{plain}'.")
        column = _column(table, part[1])
        found[column.name] = _value(column, part[2].strip())
        place = part.end()
    if not any(set(key.columns) == set(found) and key.status == "Active" for key in table.keys):
        raise refusals.not_a_key(table.name)
    return found


class Bad(refusals.Refused):
    """A key value that an address cannot hold."""

    def __init__(self) -> None:
        super().__init__(400, "0x80060888", "Bad Request - Error in query syntax.")


def _column(table: Table, name: str) -> Column:
    column = table.on_the_wire(name)
    if column is None:
        raise refusals.not_a_key(table.name)
    return column


def _value(column: Column, written: str) -> str:
    """A key value as rows hold it, as text: a literal of the column's own type. Raises Refused.

    OData URL Conventions 4.0, 4.3.1 and 5.1.1.6: texts stand in quotes, numbers, dates and GUIDs without them.
    """
    is_quoted = written.startswith("'")
    value = written[1:-1].replace("''", "'") if is_quoted else written
    if _BAD.search(value):
        raise Bad()
    if is_quoted is not (column.kind in _TEXTS):
        raise refusals.bad_query(f"The key value ({written}) is not of the type of '{column.name}'.")
    if is_quoted:
        return value
    read = as_number if column.kind in NUMBERS | CHOICES else _date if column.kind is Kind.DATETIME else guid
    found = read(value)
    if found is None:
        raise refusals.bad_query(f"The key value ({written}) is not of the type of '{column.name}'.")
    return found


def as_number(text: str) -> str | None:
    """A number as keys compare it, None for a text that is none."""
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return None


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def found_row(store: Store, table: Table, key: str | Keyed) -> Row | None:
    """The row that a key names."""
    if isinstance(key, str):
        return store.row(table, key)
    ids = store.keys.ids(table, store.contents(table).rows, key)
    return store.row(table, min(ids)) if ids else None
