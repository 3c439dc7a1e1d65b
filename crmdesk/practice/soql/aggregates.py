"""Queries with aggregate functions or GROUP BY."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdesk.practice.soql.compiled import ResultColumn
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.expressions import Expression, expression
from crmdesk.practice.soql.scope import Scope, require_groupable
from crmdesk.practice.soql.tree import Call, Item, Operand, Query


@dataclass(slots=True)
class Grouping:
    """The fields of GROUP BY, and what may be said beside them."""

    scope: Scope
    keys: list[Expression] = field(default_factory=list)

    def add(self, operand: Operand) -> None:
        """Raises QueryRefused for an aggregate, or a field that cannot be grouped."""
        key = expression(self.scope, operand)
        if key.is_aggregate:
            raise _malformed(f"unexpected token: '{operand.name if isinstance(operand, Call) else operand}'", key.at)
        if key.column is not None:
            require_groupable(key.column, key.at)
        self.keys.append(key)

    def express(self, operand: Operand) -> Expression:
        """An aggregate or a key. Raises QueryRefused for a field that is neither, and for a key that is aggregated."""
        over = expression(self.scope, operand)
        if not over.is_aggregate and all(over.sql != key.sql for key in self.keys):
            raise _malformed(f"Field must be grouped or aggregated: {over.name}", over.at)
        if isinstance(operand, Call) and operand.argument is not None and over.is_aggregate:
            argument = self.scope.column(operand.argument)
            if any(argument.sql == key.sql for key in self.keys):
                raise _malformed(f"Grouped field should not be aggregated: {argument.field.name}", operand.argument.at)
        return over

    @property
    def sql(self) -> str:
        return f" GROUP BY {', '.join(key.compared for key in self.keys)}" if self.keys else ""


@dataclass(frozen=True, slots=True)
class AggregateSelection:
    """The columns of an aggregate query and their SQL."""

    columns: tuple[ResultColumn, ...]
    sql: str


def aggregate_selection(query: Query, grouping: Grouping) -> AggregateSelection:
    """The SELECT list; a field without alias goes by its name, a function by `expr0`, `expr1` and so on."""
    columns: dict[str, ResultColumn] = {}
    sql: list[str] = []
    unnamed = 0
    for item in query.items:
        if not isinstance(item, Item):
            raise _malformed("Grouped query cannot use child relationships in the SELECT list", item.at)
        over = grouping.express(item.operand)
        key = item.alias
        if key is None and isinstance(item.operand, Call):
            key, unnamed = f"expr{unnamed}", unnamed + 1
        key = key or over.name
        if key in columns:
            raise _malformed(f"duplicate alias: {key}", over.at)
        columns[key] = ResultColumn(
            (key,), over.type, over.column.field if over.column else None, is_aggregate=over.is_aggregate
        )
        sql.append(over.sql)
    return AggregateSelection(tuple(columns.values()), ", ".join(sql))


def _malformed(reason: str, at: int) -> QueryRefused:
    return QueryRefused(SoqlCode.MALFORMED_QUERY, reason, at)
