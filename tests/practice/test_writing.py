"""Many records enter a table with one statement, and an index is left alone where nothing moves in it."""

# ruff: noqa: S608 - the queries of a test are put together from its own values

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from crmdesk.practice.writing import insert_rows, update_rows
from tests.practice.asking import made
from tests.practice.running import PracticeOrg


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 230])
@pytest.mark.parametrize("variables", [7, 250_000])
def test_every_record_gets_what_is_its_own_and_what_all_share(count: int, variables: int) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute('CREATE TABLE "Thing" (Id TEXT PRIMARY KEY, Own, "Other Own", Shared)')
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, variables)
        rows = [(f"{number:03}", number, f"n{number}") for number in range(count)]
        insert_rows(connection, "Thing", {"Shared": "made"}, ("Own", "Other Own"), rows)
        changed = [(record_id, own + 1) for record_id, own, _ in rows[::2]]
        update_rows(connection, "Thing", {"Shared": "changed"}, ("Own",), changed)
        found = connection.execute('SELECT Id, Own, "Other Own", Shared FROM "Thing" ORDER BY Id').fetchall()
    assert found == [
        (record_id, own + 1, other, "changed") if place % 2 == 0 else (record_id, own, other, "made")
        for place, (record_id, own, other) in enumerate(rows)
    ]


def test_a_key_is_found_by_its_new_value_and_no_longer_by_the_old_one(shared_org: PracticeOrg) -> None:
    first = made(shared_org, "Contact", LastName="Mover", Email="old@mail.example", Legacy_Id__c="MOVE-1")
    second = made(shared_org, "Contact", LastName="Stayer", Email="stay@mail.example", Legacy_Id__c="MOVE-2")
    records = [
        {"attributes": {"type": "Contact"}, "id": first, "Email": "new@mail.example", "Legacy_Id__c": "MOVE-1"},
        {"attributes": {"type": "Contact"}, "id": second, "Email": "stay@mail.example", "Legacy_Id__c": "MOVE-2"},
    ]
    reply = shared_org.patch("composite/sobjects", {"records": records})
    assert [each["success"] for each in reply.json()] == [True, True]

    def found(email: str) -> list[str]:
        return [row["Id"] for row in shared_org.rows(f"SELECT Id FROM Contact WHERE Email = '{email}'")]

    assert found("old@mail.example") == []
    assert found("NEW@mail.example") == [first]
    assert found("stay@mail.example") == [second]
