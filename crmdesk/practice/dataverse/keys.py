"""The part of an address in brackets: a primary id, or the columns of an alternate key."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import Table

if TYPE_CHECKING:
    from crmdesk.practice.dataverse.store import Row, Store

_PART = re.compile(r"\s*([A-Za-z_][\w]*)\s*=\s*('(?:[^']|'')*'|[^,']+)\s*(?:,|$)")
_BAD = re.compile(r"[/<>*%&:\\?+#]")
"""Microsoft Learn, "Use an alternate key to reference a record": characters that no key value in an address may hold,
percent-encoded or not."""

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
        value = part[2].strip()
        if value.startswith("'"):
            value = value[1:-1].replace("''", "'")
        if _BAD.search(value):
            raise Bad()
        found[_logical(table, part[1])] = value
        place = part.end()
    if not any(set(key.columns) == set(found) and key.status == "Active" for key in table.keys):
        raise refusals.not_a_key(table.name)
    return found


class Bad(refusals.Refused):
    """A key value that an address cannot hold."""

    def __init__(self) -> None:
        super().__init__(400, "0x80060888", "Bad Request - Error in query syntax.")


def _logical(table: Table, name: str) -> str:
    column = table.on_the_wire(name)
    if column is None:
        raise refusals.not_a_key(table.name)
    return column.name


def found_row(store: Store, table: Table, key: str | Keyed) -> Row | None:
    """The row that a key names."""
    if isinstance(key, str):
        return store.row(table, key)
    ids = store.keys.ids(table, store.contents(table).rows, key)
    return store.row(table, min(ids)) if ids else None
