"""The fields of parents that a query names: `parentaccountid.name`."""

from __future__ import annotations

from collections.abc import Iterator

from crmdesk.connectors.contract import Query
from crmdesk.model.filter import Condition, Filter


def parents_in(query: Query) -> list[tuple[str, str]]:
    """Each relationship and the field behind it, once."""
    names = [*query.fields, *_filtered(query.filter), *(order.field for order in query.order_by)]
    return list(dict.fromkeys((parts[0], parts[2]) for parts in (name.partition(".") for name in names) if parts[1]))


def _filtered(where: Filter | None) -> Iterator[str]:
    if where is None:
        return
    if isinstance(where, Condition):
        yield where.field
        return
    for member in where.members:
        yield from _filtered(member)
