"""A small org in memory, and the ways in which the tests of SOQL ask it."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crmdesk.practice.ids import new_id
from crmdesk.practice.schema import Schema, create_indexes_sql, create_tables_sql, quoted, standard_schema
from crmdesk.practice.soql import AggregateQuery, Compiled, CountQuery, RecordQuery, compile_query, parse, reading
from crmdesk.practice.soql.csv_lines import csv_lines
from crmdesk.practice.soql.functions import register

NOW = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
BASE = "/services/data/v64.0"
PREFIXES = {"Account": "001", "Contact": "003", "Lead": "00Q", "Opportunity": "006", "User": "005"}


@dataclass
class SoqlOrg:
    """Tables of a schema without a server; the user lives in `zone`."""

    schema: Schema = field(default_factory=standard_schema)
    zone: str = "UTC"
    connection: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))

    def __post_init__(self) -> None:
        register(self.connection)
        for statement in [*create_tables_sql(self.schema), *create_indexes_sql(self.schema)]:
            self.connection.execute(statement)

    def add(self, name: str, number: int, **values: object) -> str:
        """A record with the n-th id of its object; gives the id."""
        record: Mapping[str, object] = {"Id": new_id(PREFIXES[name], number), **values}
        columns = ", ".join(quoted(column) for column in record)
        marks = ", ".join("?" for _ in record)
        self.connection.execute(f"INSERT INTO {quoted(name)} ({columns}) VALUES ({marks})", tuple(record.values()))  # noqa: S608
        return str(record["Id"])

    def compiled(self, soql: str, *, include_deleted: bool = False) -> Compiled:
        return compile_query(
            parse(soql), self.schema, include_deleted=include_deleted, now=NOW, zone=ZoneInfo(self.zone)
        )

    def ids(self, soql: str, *, include_deleted: bool = False) -> list[str]:
        query = self.compiled(soql, include_deleted=include_deleted)
        assert isinstance(query, RecordQuery)
        return [row[0] for row in self.connection.execute(query.ids.sql, query.ids.parameters)]

    def records(self, soql: str) -> list[dict[str, object]]:
        query = self.compiled(soql)
        match query:
            case RecordQuery():
                return reading.records(self.connection, query, self.ids(soql), BASE)
            case AggregateQuery():
                return reading.aggregate_records(self.connection, query)
            case CountQuery():
                raise AssertionError("a count has no records")

    def column(self, soql: str) -> list[object]:
        """The values of the one field that the query selects."""
        return [next(value for key, value in record.items() if key != "attributes") for record in self.records(soql)]

    def count(self, soql: str) -> int:
        return reading.count(self.connection, self.compiled(soql))

    def csv(self, soql: str) -> list[list[str]]:
        query = self.compiled(soql)
        assert isinstance(query, RecordQuery)
        text = b"".join(csv_lines(self.connection, query, ",", "\n")).decode()
        return [[column.name for column in query.columns], *csv.reader(io.StringIO(text, newline=""))]
