"""IN and NOT IN over an inner query: `Id IN (SELECT AccountId FROM Contact)`."""

from __future__ import annotations

from collections.abc import Callable

from crmdesk.practice.schema import PracticeField, PracticeObject, Schema
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.expressions import Expression
from crmdesk.practice.soql.fragments import Fragment
from crmdesk.practice.soql.scope import Column, Scope, object_named
from crmdesk.practice.soql.tree import Item, Path, Query, SemiJoin

InnerWhere = Callable[[Query, Scope], Fragment | None]


def semi_join(
    condition: SemiJoin, over: Expression, outer: PracticeObject, schema: Schema, where: InnerWhere, prefix: str
) -> Fragment:
    """Both sides are ids that point at the same object. Raises QueryRefused (MALFORMED_QUERY) where they do not."""
    query = condition.query
    if over.column is None or not over.type.is_id:
        raise _malformed(
            f"The left operand field in the where expression for outer query should be an ID field or a reference "
            f"field, cannot use: '{over.name}'",
            over.at,
        )
    path = _only_path(query)
    scope = Scope(schema, object_named(schema, query.sources[0].path), query.sources[0], prefix)
    if scope.root.name == outer.name:
        raise _malformed("The inner and outer selects should not be on the same object type", query.at)
    inner = scope.column(path)
    if not inner.field.type.is_id or not _targets(inner) & _targets(over.column):
        raise _malformed(
            f"The selected field '{inner.field.name}' in the subquery and the left operand field in the where "
            f"expression in the outer query '{over.name}' should point to the same object type",
            over.at,
        )
    return _joined(condition, over, inner, where(query, scope), scope)


def _joined(condition: SemiJoin, over: Expression, inner: Column, where: Fragment | None, scope: Scope) -> Fragment:
    own = f"{where.sql} AND " if where else ""
    sql = f"(SELECT {inner.sql} FROM {scope.from_sql()} WHERE {own}{inner.sql} IS NOT NULL)"  # noqa: S608 - as elsewhere
    parameters, depth = (where.parameters, where.depth) if where else ((), 0)
    if condition.negated:
        return Fragment(f"({over.sql} IS NULL OR {over.sql} NOT IN {sql})", parameters, 3, depth + 2)
    return Fragment(f"{over.sql} IN {sql}", parameters, 2, depth + 1)


def _only_path(query: Query) -> Path:
    """The one field that the inner query selects; it may have a condition but nothing else."""
    if query.group_by or query.order_by or query.limit is not None or query.offset is not None:
        raise _malformed("Semi join sub-selects may have no clause but WHERE.", query.at)
    if len(query.items) == 1 and len(query.sources) == 1:
        item = query.items[0]
        if isinstance(item, Item) and isinstance(item.operand, Path):
            return item.operand
    raise _malformed("Semi join sub-selects must select exactly one field.", query.at)


def _targets(column: Column) -> frozenset[str]:
    field: PracticeField = column.field
    return frozenset(field.reference_to) if field.reference_to else frozenset({column.object.name})


def _malformed(reason: str, at: int) -> QueryRefused:
    return QueryRefused(SoqlCode.MALFORMED_QUERY, reason, at)
