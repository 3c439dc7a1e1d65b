"""Runs compiled queries on a connection: counts and pages of records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

import msgspec

from crmdesk.practice.soql.compiled import AggregateQuery, ChildQuery, Compiled, RecordQuery, Statement
from crmdesk.practice.soql.json_records import json_records
from crmdesk.practice.soql.rows import Json, Row, aggregate_record, record


def count(connection: sqlite3.Connection, query: Compiled) -> int:
    """`totalSize`: how many rows the query has, LIMIT and OFFSET respected."""
    (number,) = _run(connection, query.count).fetchone()
    return int(number)


def records(connection: sqlite3.Connection, query: RecordQuery, page: Sequence[str], base: str) -> list[Json]:
    """The records with these ids, in the order given, as REST tells them; ids that are gone are left out.

    `base` is the path of the API version, `/services/data/v64.0`.
    """
    statement = Statement(query.by_ids.sql, (*query.by_ids.parameters, json.dumps(list(page))))
    rows = {str(row[query.id_index]): row for row in _run(connection, statement)}
    found = [each for each in page if each in rows]
    children = _children(connection, query.children, found, base)
    kind = query.object.name
    return [record(query.entries, kind, each, rows[each], base, children.get(each, ())) for each in found]


def records_to_send(
    connection: sqlite3.Connection, query: RecordQuery, page: Sequence[str], base: str
) -> Sequence[Json | msgspec.Raw]:
    """What `records` gives, as JSON already where that can be had for less."""
    told = json_records(connection, query, page, base)
    return records(connection, query, page, base) if told is None else told


def aggregate_records(connection: sqlite3.Connection, query: AggregateQuery) -> list[Json]:
    """All rows of an aggregate query as REST tells them."""
    return [aggregate_record(query, row) for row in _run(connection, query.rows)]


def _run(connection: sqlite3.Connection, statement: Statement) -> sqlite3.Cursor:
    return connection.execute(statement.sql, statement.parameters)


def _children(
    connection: sqlite3.Connection, queries: Sequence[ChildQuery], parents: Sequence[str], base: str
) -> dict[str, list[Json | None]]:
    """For each parent that has any, the results of the inner queries, null where one found nothing."""
    if not queries:
        return {}
    out: dict[str, list[Json | None]] = {parent: [None] * len(queries) for parent in parents}
    for place, query in enumerate(queries):
        for parent, found in _by_parent(connection, query, parents, base).items():
            out[parent][place] = {"totalSize": len(found), "done": True, "records": found}
    return out


def _by_parent(
    connection: sqlite3.Connection, query: ChildQuery, parents: Sequence[str], base: str
) -> dict[str, list[Json]]:
    statement = Statement(query.statement.sql, (*query.statement.parameters, json.dumps(list(parents))))
    rows: list[Row] = _run(connection, statement).fetchall()
    own = [str(row[query.id_index]) for row in rows]
    children = _children(connection, query.children, own, base)
    out: dict[str, list[Json]] = {}
    for child, row in zip(own, rows, strict=True):
        told = record(query.entries, query.object.name, child, row, base, children.get(child, ()))
        out.setdefault(str(row[-2]), []).append(told)
    return out
