"""The second half of the door to SOQL: a tree and a schema in, SQL out."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from crmdesk.practice.schema import Schema
from crmdesk.practice.soql.aggregates import Grouping, aggregate_selection
from crmdesk.practice.soql.children import child_relationship
from crmdesk.practice.soql.clauses import ClauseCompiler, refuse_offset
from crmdesk.practice.soql.compiled import (
    AggregateQuery,
    ChildQuery,
    Compiled,
    CountQuery,
    RecordQuery,
    Statement,
)
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.expressions import AGGREGATES
from crmdesk.practice.soql.records import RecordSelection, fields_of, is_fields_function
from crmdesk.practice.soql.scope import Scope, object_named
from crmdesk.practice.soql.statements import Clauses
from crmdesk.practice.soql.tree import Call, Children, Item, Query
from crmdesk.practice.soql.values import Clock

_MAX_CHILDREN = 20
_MAX_CHILD_LEVELS = 4


def compile_query(
    query: Query, schema: Schema, *, include_deleted: bool = False, now: datetime, zone: ZoneInfo
) -> Compiled:
    """The SQL of a query.

    include_deleted: deleted records are seen too (queryAll). now, zone: what date literals are measured from, an aware
    moment and the time zone of the user. Raises SoqlError.
    """
    compiler = _Compiler(schema, ClauseCompiler(schema, Clock(now, zone), include_deleted=include_deleted))
    try:
        return compiler.compiled(query)
    except QueryRefused as refused:
        raise refused.located(query.text) from refused


class _Compiler:
    def __init__(self, schema: Schema, clauses: ClauseCompiler) -> None:
        self._schema = schema
        self._clauses = clauses

    def compiled(self, query: Query) -> Compiled:
        source = query.sources[0]
        scope = Scope(self._schema, object_named(self._schema, source.path), source, "t")
        for further in query.sources[1:]:
            scope.add_alias(further)
        refuse_offset(query)
        if _is_count(query):
            return self._count(query, scope)
        if query.group_by or any(_is_aggregate(item) for item in query.items):
            return self._aggregate(query, scope)
        return self._records(query, scope)

    def _count(self, query: Query, scope: Scope) -> CountQuery:
        return CountQuery(scope.root, self._clauses.compiled(query, scope).count())

    def _aggregate(self, query: Query, scope: Scope) -> AggregateQuery:
        grouping = Grouping(scope)
        for operand in query.group_by:
            grouping.add(operand)
        selection = aggregate_selection(query, grouping)
        having = self._clauses.condition(query.having, grouping.express, query.at) if query.having else None
        order = self._clauses.order(query, grouping.express)
        where = self._clauses.where(query, scope)
        tables = scope.from_sql()
        sql = f"SELECT {selection.sql} FROM {tables}" + (f" WHERE {where.sql}" if where else "")  # noqa: S608 - as below
        sql += grouping.sql
        sql += f" HAVING {having.sql}" if having else ""
        window = Clauses(tables, tables, scope.table, where, order, query.limit, query.offset).window
        parameters = (where.parameters if where else ()) + (having.parameters if having else ())
        rows = Statement(sql + order + window, parameters)
        count = Statement(f"SELECT COUNT(*) FROM ({rows.sql})", parameters)  # noqa: S608 - names from the schema
        return AggregateQuery(scope.root, selection.columns, rows, count, is_grouped=bool(query.group_by))

    def _records(self, query: Query, scope: Scope) -> RecordQuery:
        selection, clauses, children = self._selected(query, scope, level=0)
        return RecordQuery(
            scope.root,
            tuple(selection.columns),
            selection.entries,
            selection.id_index,
            rows=clauses.select(selection.sql),
            by_ids=clauses.select_by_ids(selection.sql),
            csv=clauses.select(", ".join(selection.visible)),
            ids=clauses.select_ids(),
            count=clauses.count(),
            children=children,
            limit=query.limit,
            offset=query.offset,
            is_ordered=bool(query.order_by),
            uses_fields_function=any(is_fields_function(item) for item in query.items),
        )

    def _selected(
        self, query: Query, scope: Scope, level: int
    ) -> tuple[RecordSelection, Clauses, tuple[ChildQuery, ...]]:
        filters = self._clauses.compiled(query, scope)
        selection = RecordSelection(scope)
        children: list[ChildQuery] = []
        for item in query.items:
            match item:
                case Children():
                    child = self._children(item, scope, level + 1)
                    if len(children) == _MAX_CHILDREN:
                        raise _malformed(f"Maximum {_MAX_CHILDREN} child relationships are allowed", item.at)
                    selection.add_children(child.key, len(children), item.at)
                    children.append(child)
                case Item():
                    for column in fields_of(item, query, scope):
                        selection.add(column)
        return selection, self._clauses.with_tables(filters, scope), tuple(children)

    def _children(self, item: Children, parent: Scope, level: int) -> ChildQuery:
        query = item.query
        if level > _MAX_CHILD_LEVELS or query.group_by or any(_is_aggregate(each) for each in query.items):
            raise _malformed("Child relationships can be neither aggregated nor nested deeper.", query.at)
        relationship = child_relationship(self._schema, parent.root, query)
        scope = Scope(self._schema, relationship.child, query.sources[0], "t")
        selection, clauses, children = self._selected(query, scope, level)
        link = f'{scope.table}."{relationship.field.name}"'
        return ChildQuery(
            relationship.name or "",
            scope.root,
            selection.entries,
            selection.id_index,
            clauses.select_children(selection.sql, link),
            children,
        )


def _is_count(query: Query) -> bool:
    """SELECT COUNT() and nothing else."""
    match query.items:
        case (Item(operand=Call(name="COUNT", argument=None, at=at)),):
            if query.group_by or query.order_by:
                raise _malformed("COUNT() can be neither grouped nor ordered.", at)
            return True
        case _:
            return False


def _is_aggregate(item: Item | Children) -> bool:
    return isinstance(item, Item) and isinstance(item.operand, Call) and item.operand.name in AGGREGATES


def _malformed(reason: str, at: int) -> QueryRefused:
    return QueryRefused(SoqlCode.MALFORMED_QUERY, reason, at)
