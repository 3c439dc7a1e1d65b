"""What the org has learned, kept in its file: the descriptions, the tables made for them, and sampled records."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from crmdesk.practice.checks import Value
from crmdesk.practice.learned.described import DescribedObject
from crmdesk.practice.people import ADMINISTRATOR_ID
from crmdesk.practice.refusals import Refused
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.schema import FieldType, PracticeField, PracticeObject, Schema, growth_sql, quoted
from crmdesk.practice.schema.tables import affinity
from crmdesk.practice.store import keep_setting, setting

_KEPT = "learned descriptions"
_USERS = ("OwnerId", "CreatedById", "LastModifiedById")


class Descriptions(msgspec.Struct):
    """All that was learned so far, the newest description of each object; `at` is None while nothing was."""

    at: datetime | None = None
    objects: list[DescribedObject] = []

    @property
    def names(self) -> frozenset[str]:
        """In lower case."""
        return frozenset(each.name.lower() for each in self.objects)


def kept_descriptions(connection: sqlite3.Connection) -> Descriptions:
    return msgspec.json.decode(setting(connection, _KEPT) or "{}", type=Descriptions)


def keep_descriptions(connection: sqlite3.Connection, descriptions: Descriptions) -> None:
    keep_setting(connection, _KEPT, msgspec.json.encode(descriptions).decode())


def make_room(connection: sqlite3.Connection, learned: PracticeObject, stamp: str) -> None:
    """Give the object a table with all its columns. Records that are there stay, also what no field shows any more."""
    # What an org has need not be unique where another org is: only what is saved from now on must be.
    plain = replace(learned, fields=tuple(_not_unique(each) for each in learned.fields))
    _drop_what_differs(connection, plain)
    columns = {name: list(_columns(connection, name)) for name in (learned.name,) if _columns(connection, name)}
    for statement in growth_sql(Schema((plain,)), columns):
        connection.execute(statement)
    connection.execute(
        f"UPDATE {quoted(learned.name)} SET CreatedDate = coalesce(CreatedDate, ?),"
        " SystemModstamp = coalesce(SystemModstamp, ?)",
        (stamp, stamp),
    )


def _not_unique(field: PracticeField) -> PracticeField:
    return replace(field, unique=False, id_lookup=field.id_lookup or field.unique)


def _drop_what_differs(connection: sqlite3.Connection, learned: PracticeObject) -> None:
    """Drop the indexes of the object, and the columns that cannot hold what the field now holds."""
    made = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (learned.name,)
    ).fetchall()
    for (name,) in made:
        connection.execute(f"DROP INDEX {quoted(name)}")
    for name, kind in _columns(connection, learned.name).items():
        field = learned.field(name)
        if field is not None and field.has_column and affinity(field.type) != kind:
            connection.execute(f"ALTER TABLE {quoted(learned.name)} DROP COLUMN {quoted(name)}")


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Names and types; empty when there is no such table."""
    return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_xinfo({quoted(table)})")}


def keep_record_types(connection: sqlite3.Connection, described: DescribedObject, stamp: str) -> None:
    """The record types of the object, in the place of those that it had."""
    connection.execute("DELETE FROM RecordType WHERE SobjectType = ?", (described.name,))
    connection.executemany(
        "INSERT OR REPLACE INTO RecordType (Id, Name, DeveloperName, SobjectType, IsActive, CreatedDate, CreatedById,"
        " LastModifiedDate, LastModifiedById, SystemModstamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each.record_type_id,
                each.name,
                each.developer_name or each.name,
                described.name,
                int(each.active),
                *(stamp, ADMINISTRATOR_ID, stamp, ADMINISTRATOR_ID, stamp),
            )
            for each in described.record_type_infos
            if not each.master
        ],
    )


def keep_records(
    connection: sqlite3.Connection, rules: ObjectRules, records: Sequence[Mapping[str, str | None]], stamp: str
) -> None:
    """Records of another org under their own ids; one of the same id is replaced. What does not fit is left empty.

    A lookup to a record that is not here is emptied, and a user who is not here becomes the administrator.
    """
    what = rules.object
    rows = [_row(rules, record, stamp) for record in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    connection.executemany(
        f"INSERT OR REPLACE INTO {quoted(what.name)} ({', '.join(map(quoted, names))})"
        f" VALUES ({', '.join('?' * len(names))})",
        [tuple(row.get(name, _nothing(what.field(name))) for name in names) for row in rows],
    )
    ids = msgspec.json.encode([row["Id"] for row in rows]).decode()
    for field in what.fields:
        targets = [target for name in field.reference_to if (target := rules.schema.object(name))]
        if field.has_column and targets:
            found = " OR ".join(f"EXISTS (SELECT 1 FROM {quoted(each.name)} AS t WHERE t.Id = r.v)" for each in targets)
            found = found.replace("r.v", f"{quoted(what.name)}.{quoted(field.name)}")
            connection.execute(
                f"UPDATE {quoted(what.name)} SET {quoted(field.name)} = ?"
                f" WHERE Id IN (SELECT value FROM json_each(?)) AND {quoted(field.name)} IS NOT NULL AND NOT ({found})",
                (ADMINISTRATOR_ID if field.name in _USERS else None, ids),
            )


def _row(rules: ObjectRules, record: Mapping[str, str | None], stamp: str) -> dict[str, Value]:
    row: dict[str, Value] = {"IsDeleted": 0, "CreatedDate": stamp, "LastModifiedDate": stamp, "SystemModstamp": stamp}
    row |= {name: ADMINISTRATOR_ID for name in _USERS if rules.object.field(name)}
    for name, text in record.items():
        door = rules.checks.get(name.lower())
        if door is None or not text:
            continue
        try:
            row[door.field.name] = door.from_text(text)
        except Refused:
            continue
    return row


def _nothing(field: PracticeField | None) -> Value:
    return 0 if field is not None and field.type is FieldType.BOOLEAN else None
