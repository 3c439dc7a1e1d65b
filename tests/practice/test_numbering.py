"""Ids made many at a time are the ids that are made one by one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice

import pytest

from crmdesk.practice.ids import new_id
from crmdesk.practice.numbering import Numbering
from crmdesk.practice.schema import create_tables_sql, standard_schema


@pytest.mark.parametrize("last", [None, 1, 3_843, 3_844, 62**3 - 2, 62**5 - 3])
def test_ids_follow_the_largest_one(last: int | None) -> None:
    schema = standard_schema()
    account = schema.object("Account")
    assert account is not None
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in create_tables_sql(schema):
            connection.execute(statement)
        if last is not None:
            connection.execute("INSERT INTO Account (Id) VALUES (?)", (new_id("001", last),))
        numbering = Numbering()
        first = list(islice(numbering.take(connection, account), 4_000))
        second = list(islice(numbering.take(connection, account), 10))
    start = (last or 0) + 1
    assert first + second == [new_id("001", number) for number in range(start, start + 4_010)]
    assert first == sorted(first)
