"""A query whose list of values is longer than an address may be, as several that are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crmdesk.connectors.contract import Query
from crmdesk.connectors.odata.metadata import EntitySet
from crmdesk.connectors.odata.urls import ServiceRoot, query_options
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Scalar

Options = list[tuple[str, str]]


def short_enough(root: ServiceRoot, entity_set: EntitySet, query: Query) -> list[Options]:
    """The options of the query, or of several with a part of its values each, that find the same records between them.

    A query is left whole where it has no list of values to be parted, or an order or a limit of its own: these are of
    all its rows. Raises PlanError.
    """
    whole = query_options(entity_set, query)
    found = _listed(query.filter) if not query.order_by and query.limit is None else None
    if found is None or len(root.collection(entity_set, options=whole)) <= entity_set.dialect.longest_address:
        return [whole]
    values = found.value if isinstance(found.value, tuple) else ()
    least = _options(entity_set, query, found, values[:1])
    # Many fields make any address long: what is left for values may not shrink to one each.
    most = entity_set.dialect.longest_address
    most = max(most, len(root.collection(entity_set, options=least)) + most // 2)

    def parts(some: tuple[Scalar, ...]) -> Iterator[Options]:
        options = _options(entity_set, query, found, some)
        if len(some) < 2 or len(root.collection(entity_set, options=options)) <= most:  # noqa: PLR2004 - no halves
            yield options
            return
        half = len(some) // 2
        yield from parts(some[:half])
        yield from parts(some[half:])

    return list(parts(values))


def _listed(where: Filter | None) -> Condition | None:
    """The condition that names a list of values, where every row has to meet it."""
    members = where.members if isinstance(where, Group) and where.joined is Joined.ALL else (where,)
    return next((each for each in members if isinstance(each, Condition) and each.operator is Operator.IN), None)


def _options(entity_set: EntitySet, query: Query, listed: Condition, values: tuple[Scalar, ...]) -> Options:
    some = replace(listed, value=values)
    where = query.filter
    whole = (
        Group(where.joined, tuple(some if each is listed else each for each in where.members))
        if isinstance(where, Group)
        else some
    )
    return query_options(entity_set, replace(query, filter=whole))
