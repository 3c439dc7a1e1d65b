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

from crmdesk.practice import catalogue, dealings, org_facts
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
from crmdesk.practice.schema import Schema, create_indexes_sql, create_tables_sql, growth_sql, quoted

__all__ = ["ADMINISTRATOR_ID", "ORGANIZATION_ID", "seed_org"]

_SEEDED_WITH_LESS = 1  # by an earlier version, which knew fewer objects
_SEEDED = 2
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
    if version == _SEEDED_WITH_LESS:
        _grow(connection, schema, seed, now)
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


def _grow(connection: sqlite3.Connection, schema: Schema, seed: int, now: datetime) -> None:
    """Add the objects and fields that an older org lacks, and records of those objects; what it holds stays."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {name: [row[1] for row in connection.execute(f"PRAGMA table_xinfo({quoted(name)})")] for name in tables}
    for statement in growth_sql(schema, columns):
        connection.execute(statement)
    accounts, contacts = (
        connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - two words of ours
        for name in ("Account", "Contact")
    )
    for name, records in _all_records(accounts, contacts, seed, now):
        if name not in columns:
            _insert(connection, name, records)
    known = {row[0] for row in connection.execute("SELECT Id FROM User")}
    _insert(connection, "User", [each for each in users(now) if each["Id"] not in known])
    connection.execute(f"PRAGMA user_version = {_SEEDED}")


def _all_records(accounts: int, contacts: int, seed: int, now: datetime) -> Iterator[tuple[str, Iterable[Record]]]:
    # One generator of chance an object: more contacts do not change the opportunities.
    yield "Organization", [organization(now)]
    yield "User", users(now)
    yield "Account", accounts_of(accounts, _chance(seed, "accounts"), now)
    yield "Contact", contacts_of(contacts, accounts, _chance(seed, "contacts"), now)
    yield "Lead", leads_of(_chance(seed, "leads"), now)
    yield "Opportunity", opportunities_of(accounts, _chance(seed, "opportunities"), now)
    yield "Profile", org_facts.profiles(now)
    yield "RecordType", org_facts.record_types(now)
    yield "AssignmentRule", org_facts.assignment_rules(now)
    yield "Campaign", dealings.campaigns_of(_chance(seed, "campaigns"), now)
    yield "CampaignMember", dealings.members_of(contacts, _chance(seed, "members"), now)
    yield "Case", dealings.cases_of(accounts, _chance(seed, "cases"), now)
    yield "Task", dealings.tasks_of(accounts, _chance(seed, "tasks"), now)
    yield "Event", dealings.events_of(accounts, _chance(seed, "events"), now)
    yield "Region__c", dealings.regions_of(accounts, _chance(seed, "regions"), now)
    yield "Subscription__c", dealings.subscriptions_of(accounts, _chance(seed, "subscriptions"), now)
    yield "Product2", catalogue.products_of(_chance(seed, "products"), now)
    yield "Pricebook2", catalogue.price_books_of(_chance(seed, "price books"), now)
    yield "PricebookEntry", catalogue.entries_of(_chance(seed, "entries"), now)
    yield "OpportunityLineItem", catalogue.lines_of(_chance(seed, "lines"), now)
    yield "ContentDocument", catalogue.documents_of(_chance(seed, "documents"), now)
    yield "ContentVersion", catalogue.versions_of(_chance(seed, "versions"), now)


def _chance(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed} {name}")


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
