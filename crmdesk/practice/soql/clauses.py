"""WHERE, ORDER BY, LIMIT and OFFSET of a query as SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crmdesk.practice.schema import Schema
from crmdesk.practice.soql.conditions import ConditionCompiler
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.expressions import Expression, expression
from crmdesk.practice.soql.fragments import Fragment
from crmdesk.practice.soql.scope import Scope, require_filterable, require_sortable
from crmdesk.practice.soql.semi_joins import semi_join
from crmdesk.practice.soql.statements import Clauses, ordering
from crmdesk.practice.soql.tree import Condition, Operand, Query, SemiJoin
from crmdesk.practice.soql.values import Clock

MAX_OFFSET = 2_000


def refuse_offset(query: Query) -> None:
    """Raises QueryRefused (NUMBER_OUTSIDE_VALID_RANGE) for an OFFSET beyond 2,000."""
    if query.offset is not None and query.offset > MAX_OFFSET:
        raise QueryRefused(
            SoqlCode.NUMBER_OUTSIDE_VALID_RANGE,
            f"Maximum SOQL offset allowed is {MAX_OFFSET}",
            query.at,
            drawn=False,
        )


class ClauseCompiler:
    """Compiles the clauses of any query on one schema; `include_deleted` shows deleted records."""

    def __init__(self, schema: Schema, clock: Clock, *, include_deleted: bool) -> None:
        self._schema = schema
        self._clock = clock
        self._include_deleted = include_deleted

    def compiled(self, query: Query, scope: Scope) -> Clauses:
        """The clauses of a query that is not grouped; parents that SELECT alone needs come by `with_tables`."""

        def sortable(operand: Operand) -> Expression:
            over = _bare(scope, operand)
            if over.column is not None:
                require_sortable(over.column, over.at)
            return over

        where = self.where(query, scope)
        order = self.order(query, sortable)
        tables = scope.from_sql()
        return Clauses(tables, tables, scope.table, where, order, query.limit, query.offset)

    def with_tables(self, clauses: Clauses, scope: Scope) -> Clauses:
        return replace(clauses, all_tables=scope.from_sql())

    def order(self, query: Query, express: Callable[[Operand], Expression]) -> str:
        entries = [
            ordering(express(each.operand), descending=each.descending, nulls_last=each.nulls_last)
            for each in query.order_by
        ]
        return f" ORDER BY {', '.join(entries)}" if entries else ""

    def where(self, query: Query, scope: Scope, *, is_inner: bool = False) -> Fragment | None:
        """The condition, and that the record is not deleted."""
        own = None
        if query.where is not None:
            own = self.condition(
                query.where,
                lambda operand: _filterable(scope, operand),
                query.at,
                lambda condition, place: self._semi_join(condition, scope, place, is_inner=is_inner),
            )
        if self._include_deleted:
            return own
        alive = f'{scope.table}."IsDeleted" = 0'
        return replace(own, sql=f"{own.sql} AND {alive}") if own else Fragment(alive)

    def condition(
        self,
        condition: Condition,
        express: Callable[[Operand], Expression],
        at: int,
        join: Callable[[SemiJoin, int], Fragment] | None = None,
    ) -> Fragment:
        return ConditionCompiler(express, join or _refuse_join, self._clock, at).compiled(condition)

    def _semi_join(self, condition: SemiJoin, scope: Scope, place: int, *, is_inner: bool) -> Fragment:
        if is_inner:
            raise QueryRefused(
                SoqlCode.MALFORMED_QUERY, "Nesting of semi join sub-selects is not supported", condition.query.at
            )
        over = _filterable(scope, condition.operand)
        return semi_join(
            condition,
            over,
            scope.root,
            self._schema,
            lambda query, inner: self.where(query, inner, is_inner=True),
            f"s{place}_",
        )


def _bare(scope: Scope, operand: Operand) -> Expression:
    over = expression(scope, operand)
    if over.is_aggregate:
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, f"Aggregate functions need GROUP BY: {over.name}", over.at)
    return over


def _filterable(scope: Scope, operand: Operand) -> Expression:
    over = _bare(scope, operand)
    if over.column is not None:
        require_filterable(over.column, over.at)
    return over


def _refuse_join(condition: SemiJoin, _place: int) -> Fragment:
    raise QueryRefused(SoqlCode.MALFORMED_QUERY, "Semi join sub-selects are not allowed in HAVING", condition.query.at)
