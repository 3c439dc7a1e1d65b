"""Deleting what others belong to, on a schema with a master-detail and a restricted lookup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from crmdesk.practice.deletes import Deleting
from crmdesk.practice.drafts import Draft, Outcome
from crmdesk.practice.ids import new_id
from crmdesk.practice.schema import (
    FieldType,
    PracticeField,
    PracticeObject,
    Schema,
    create_indexes_sql,
    create_tables_sql,
)
from crmdesk.practice.schema.builders import audit, record_id
from crmdesk.practice.schema.lookups import reference
from crmdesk.practice.soql.functions import register

NAME = PracticeField("Name", "Name", FieldType.STRING, length=80, nillable=False, name_field=True)


def custom_object(name: str, prefix: str, *fields: PracticeField) -> PracticeObject:
    return PracticeObject(name, name, f"{name}s", prefix, (record_id("Id"), NAME, *fields, *audit()))


ORDER = custom_object("Order", "a00")
LINE = custom_object(
    "Line", "a01", replace(reference("OrderId", "Order", "Order", "Order", "Lines"), cascade_delete=True)
)
NOTE = custom_object("Note", "a02", replace(reference("LineId", "Line", "Line", "Line", "Notes"), cascade_delete=True))
BILL = custom_object(
    "Bill", "a03", replace(reference("OrderId", "Order", "Order", "Order", "Bills"), restricted_delete=True)
)
SCHEMA = Schema((ORDER, LINE, NOTE, BILL))
STAMP = "2031-01-01T00:00:00.000Z"


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Two orders; the first has two lines, one of them with a note; the second has a bill."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        register(connection)
        for statement in (*create_tables_sql(SCHEMA), *create_indexes_sql(SCHEMA)):
            connection.execute(statement)
        for name, prefix, number, parent in [
            ("Order", "a00", 1, None),
            ("Order", "a00", 2, None),
            ("Line", "a01", 1, ("OrderId", new_id("a00", 1))),
            ("Line", "a01", 2, ("OrderId", new_id("a00", 1))),
            ("Note", "a02", 1, ("LineId", new_id("a01", 2))),
            ("Bill", "a03", 1, ("OrderId", new_id("a00", 2))),
        ]:
            field, value = parent or ("SystemModstamp", None)
            connection.execute(
                f'INSERT INTO "{name}" (Id, Name, {field}) VALUES (?, ?, ?)',  # noqa: S608 - our own words
                (new_id(prefix, number), f"{name} {number}", value),
            )
        yield connection


def delete(connection: sqlite3.Connection, *ids: str) -> list[Outcome]:
    deleting = Deleting(SCHEMA, ORDER, new_id("005", 1), hazard=lambda *_: None)
    return deleting.delete(connection, [Draft(record_id=each) for each in ids], STAMP)


def living(connection: sqlite3.Connection) -> set[str]:
    return {
        name
        for each in SCHEMA.objects
        for (name,) in connection.execute(f'SELECT Name FROM "{each.name}" WHERE IsDeleted = 0')  # noqa: S608
    }


def test_details_go_with_their_master_all_the_way_down(connection: sqlite3.Connection) -> None:
    (outcome,) = delete(connection, new_id("a00", 1))
    assert outcome.refusal is None
    assert living(connection) == {"Order 2", "Bill 1"}
    assert connection.execute('SELECT DISTINCT SystemModstamp FROM "Line"').fetchall() == [(STAMP,)]


def test_a_restricted_lookup_holds_its_target_back(connection: sqlite3.Connection) -> None:
    first, second = delete(connection, new_id("a00", 2), new_id("a00", 1))
    assert second.refusal is None
    assert first.refusal is not None
    assert first.refusal.code == "DELETE_FAILED"
    assert first.refusal.message == (
        "Your attempt to delete Order 2 could not be completed because it is associated with the following bills.:"
        " Bill 1"
    )
    connection.execute('UPDATE "Bill" SET IsDeleted = 1')
    assert delete(connection, new_id("a00", 2))[0].refusal is None
