"""Fills a fresh org with believable records, the same ones for the same number.

Keys: contacts carry `Legacy_Id__c` from `P-0000001` on and leads from `L-0000001` on, so a key with any other beginning
is free. `Oracle_Id__c` and `Legacy_Salesforce_Id__c` are empty everywhere. Record numbers start at 1 (`ids.new_id`).
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from crmdesk.practice.people import (
    ADMINISTRATOR_ID,
    ORGANIZATION_ID,
    Record,
    accounts_of,
    contacts_of,
    leads_of,
    opportunities_of,
    organization,
    users,
)
from crmdesk.practice.schema import Schema, create_indexes_sql, create_tables_sql, quoted

__all__ = ["ADMINISTRATOR_ID", "ORGANIZATION_ID", "seed_org"]

_SEEDED = 1
_PIECE = 5_000


def seed_org(
    connection: sqlite3.Connection, schema: Schema, *, accounts: int, contacts: int, seed: int, now: datetime
) -> bool:
    """Make the tables of all objects and fill them, unless that has been done; True if it was done now.

    The connection is in autocommit mode, has `soql.functions.register` behind it, and nobody else writes. What an
    interrupted seeding left is thrown away first. Memory does not grow with the number of contacts.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == _SEEDED:
        return False
    for each in schema.objects:
        connection.execute(f"DROP TABLE IF EXISTS {quoted(each.name)}")
    for statement in create_tables_sql(schema):
        connection.execute(statement)
    for name, records in _all_records(accounts, contacts, seed, now):
        _insert(connection, name, records)
    for statement in create_indexes_sql(schema):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_SEEDED}")
    return True


def _all_records(accounts: int, contacts: int, seed: int, now: datetime) -> Iterator[tuple[str, Iterable[Record]]]:
    # One generator of chance an object: more contacts do not change the opportunities.
    yield "Organization", [organization(now)]
    yield "User", users(now)
    yield "Account", accounts_of(accounts, _chance(seed, "accounts"), now)
    yield "Contact", contacts_of(contacts, accounts, _chance(seed, "contacts"), now)
    yield "Lead", leads_of(_chance(seed, "leads"), now)
    yield "Opportunity", opportunities_of(accounts, _chance(seed, "opportunities"), now)


def _chance(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed} {name}")  # noqa: S311 - the same for everybody is what is wanted


def _insert(connection: sqlite3.Connection, name: str, records: Iterable[Record]) -> None:
    """Piece by piece, each in a transaction of its own, so that neither memory nor the write-ahead log grows."""
    stream = iter(records)
    while piece := list(islice(stream, _PIECE)):
        columns = ", ".join(quoted(column) for column in piece[0])
        marks = ", ".join("?" for _ in piece[0])
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO {quoted(name)} ({columns}) VALUES ({marks})",  # noqa: S608 - names from the schema
            (tuple(each.values()) for each in piece),
        )
        connection.execute("COMMIT")
