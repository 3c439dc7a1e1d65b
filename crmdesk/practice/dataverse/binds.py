"""`@odata.bind`: the record that a lookup is to point to, by its id or by an alternate key."""

from __future__ import annotations

import re
from typing import Any

from crmdesk.practice.dataverse import refusals
from crmdesk.practice.dataverse.columns import Column, Kind, Table
from crmdesk.practice.dataverse.keys import found_row, predicate
from crmdesk.practice.dataverse.store import Store

_REFERENCE = re.compile(r"(?:https?://[^/]+/api/data/v[\d.]+/|/)?(\w+)\((.*)\)", re.DOTALL)


def bound(store: Store, table: Table, navigation: str, value: Any) -> tuple[Column, list[str] | None]:  # noqa: ANN401
    """The column behind a navigation property, and the pair of target and id that it gets. Raises Refused.

    The name counts to the letter: it is that of the navigation property, not of the column.
    """
    found = next((each for each in table.navigations() if each[0] == navigation), None)
    if found is None:
        raise refusals.undeclared(navigation)
    _, column, target = found
    if value is None:
        return column, None
    parts = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    referenced = store.by_set(parts[1]) if parts else None
    if parts is None or referenced is None:
        raise refusals.bad_payload(f"The URI '{value}' is not a valid entity reference.")
    wanted = {target} if target else set(column.targets)
    if referenced.name not in wanted or (column.kind is Kind.OWNER and referenced.name not in column.targets):
        raise refusals.bad_payload(f"A '{referenced.name}' cannot be bound to '{navigation}'.")
    key = predicate(referenced, parts[2])
    row = found_row(store, referenced, key)
    if row is None:
        if isinstance(key, str):
            raise refusals.no_such_row(referenced.name, key)
        raise refusals.no_such_key(referenced.name)
    return column, [referenced.name, row[referenced.primary_id]]
