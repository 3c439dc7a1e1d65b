"""What lives in a fresh practice org, and the ids that it carries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.practice.ids import is_id, new_id, number_of, suffix, to18
from crmdesk.practice.schema import PracticeField, quoted, standard_schema
from crmdesk.practice.seed import ADMINISTRATOR_ID, ORGANIZATION_ID, seed_org
from crmdesk.practice.soql.functions import register
from tests.practice.soql_org import NOW

SCHEMA = standard_schema()


def opened(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    register(connection)
    return connection


def dump(connection: sqlite3.Connection, name: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT * FROM {quoted(name)} ORDER BY Id").fetchall()  # noqa: S608


@pytest.fixture(scope="module")
def seeded() -> Iterator[sqlite3.Connection]:
    connection = opened(":memory:")
    assert seed_org(connection, SCHEMA, accounts=200, contacts=2000, seed=1, now=NOW)
    yield connection
    connection.close()


def test_a_fresh_org_has_the_promised_numbers_of_records(seeded: sqlite3.Connection) -> None:
    counts = {each.name: len(dump(seeded, each.name)) for each in SCHEMA.objects}
    assert (counts["Account"], counts["Contact"], counts["User"], counts["Organization"]) == (200, 2000, 8, 1)
    assert counts["Lead"] >= 12
    assert counts["Opportunity"] >= 12
    (active,) = seeded.execute("SELECT count(*) FROM User WHERE IsActive").fetchone()
    assert active == 6


def test_keys_of_other_systems_are_empty_and_contacts_and_leads_carry_their_own(seeded: sqlite3.Connection) -> None:
    for name in ("Account", "Opportunity"):
        (kept,) = seeded.execute(
            f"SELECT count(*) FROM {name} WHERE Oracle_Id__c IS NOT NULL OR Legacy_Salesforce_Id__c IS NOT NULL"  # noqa: S608
        ).fetchone()
        assert kept == 0
    keys = [row[0] for row in seeded.execute("SELECT Legacy_Id__c FROM Contact ORDER BY Id")]
    assert keys == [f"P-{number:07}" for number in range(1, 2001)]
    assert seeded.execute("SELECT min(Legacy_Id__c) FROM Lead").fetchone() == ("L-0000001",)


def test_every_record_keeps_the_rules_of_its_fields(seeded: sqlite3.Connection) -> None:
    for each in SCHEMA.objects:
        columns = [field for field in each.fields if field.has_column]
        names = ", ".join(quoted(field.name) for field in columns)
        for row in seeded.execute(f"SELECT {names} FROM {quoted(each.name)}"):  # noqa: S608
            for field, value in zip(columns, row, strict=True):
                assert_fits(seeded, field, value)


def assert_fits(connection: sqlite3.Connection, field: PracticeField, value: object) -> None:
    if value is None:
        assert field.nillable, field.name
        return
    if field.type.is_text:
        assert isinstance(value, str)
        assert 0 < len(value) <= field.length, field.name
    if field.restricted:
        assert isinstance(value, str)
        assert field.active_values().issuperset(value.split(";")), field.name
    if field.type.is_id:
        assert to18(str(value)) == value
    if field.reference_to:
        found = [
            connection.execute(f"SELECT count(*) FROM {quoted(target)} WHERE Id = ?", (value,)).fetchone()[0]  # noqa: S608
            for target in field.reference_to
        ]
        assert sum(found) == 1, field.name


def test_the_same_number_makes_the_same_org_and_another_one_another(seeded: sqlite3.Connection) -> None:
    same, other, larger = opened(":memory:"), opened(":memory:"), opened(":memory:")
    seed_org(same, SCHEMA, accounts=200, contacts=2000, seed=1, now=NOW)
    seed_org(other, SCHEMA, accounts=200, contacts=2000, seed=2, now=NOW)
    seed_org(larger, SCHEMA, accounts=200, contacts=2100, seed=1, now=NOW)
    assert all(dump(same, each.name) == dump(seeded, each.name) for each in SCHEMA.objects)
    assert dump(other, "Contact") != dump(seeded, "Contact")
    assert dump(larger, "Contact")[:2000] == dump(seeded, "Contact")
    assert dump(larger, "Opportunity") == dump(seeded, "Opportunity")
    for connection in (same, other, larger):
        connection.close()


def test_a_seeded_org_is_left_alone_and_a_half_seeded_one_begun_again(tmp_path: Path) -> None:
    connection = opened(tmp_path / "org.db")
    assert seed_org(connection, SCHEMA, accounts=3, contacts=5, seed=1, now=NOW)
    connection.execute("DELETE FROM Contact WHERE Legacy_Id__c = 'P-0000001'")
    assert not seed_org(connection, SCHEMA, accounts=3, contacts=5, seed=1, now=NOW)
    assert len(dump(connection, "Contact")) == 4
    connection.execute("PRAGMA user_version = 0")  # as it is until the last statement of a seeding
    assert seed_org(connection, SCHEMA, accounts=3, contacts=5, seed=1, now=NOW)
    assert len(dump(connection, "Contact")) == 5
    connection.close()


def test_an_org_of_an_earlier_version_gets_what_it_lacks_and_keeps_what_it_has() -> None:
    connection = opened(":memory:")
    seed_org(connection, SCHEMA, accounts=3, contacts=5, seed=1, now=NOW)
    for each in ("Case", "Region__c", "Profile"):
        connection.execute(f"DROP TABLE {quoted(each)}")
    connection.execute("ALTER TABLE Opportunity DROP COLUMN Contract_Length__c")
    connection.execute("DELETE FROM Contact WHERE Legacy_Id__c = 'P-0000001'")
    connection.execute("DELETE FROM User WHERE Username = 'reader@practice.example'")
    connection.execute("PRAGMA user_version = 1")
    assert not seed_org(connection, SCHEMA, accounts=3, contacts=5, seed=1, now=NOW)
    assert [len(dump(connection, name)) for name in ("Contact", "Case", "Region__c", "User")] == [4, 12, 6, 8]
    assert connection.execute("SELECT count(Contract_Length__c) FROM Opportunity").fetchone() == (0,)
    connection.close()


def test_an_org_may_begin_empty() -> None:
    connection = opened(":memory:")
    seed_org(connection, SCHEMA, accounts=0, contacts=0, seed=1, now=NOW)
    assert dump(connection, "Contact") == dump(connection, "Account") == []
    connection.close()


def test_unique_keys_are_held_by_the_database_without_regard_to_case(seeded: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        seeded.execute("UPDATE Contact SET Legacy_Id__c = 'p-0000002' WHERE Legacy_Id__c = 'P-0000001'")
    seeded.execute("SAVEPOINT deleted")
    seeded.execute("UPDATE Contact SET IsDeleted = 1 WHERE Legacy_Id__c IN ('P-0000002', 'P-0000003')")
    seeded.execute("UPDATE Contact SET Legacy_Id__c = 'p-0000002' WHERE Legacy_Id__c IN ('P-0000001', 'P-0000003')")
    with pytest.raises(sqlite3.IntegrityError):
        seeded.execute("UPDATE Contact SET IsDeleted = 0 WHERE Legacy_Id__c = 'P-0000002'")
    seeded.execute("ROLLBACK TO deleted")
    seeded.execute("RELEASE deleted")


def test_the_check_characters_are_those_of_real_ids() -> None:
    assert to18("001x0000002xLCV") == "001x0000002xLCVAA2"
    assert to18("005x0000000fNSi") == "005x0000000fNSiAAM"
    assert to18("006x0000001YtCr") == "006x0000001YtCrAAK"
    assert to18("001X0000002XLCVAA2") == to18("001x0000002xlcvaa2") == "001x0000002xLCVAA2"
    assert ORGANIZATION_ID.startswith("00D")
    assert ADMINISTRATOR_ID.startswith("005")


@pytest.mark.parametrize(
    "text", ["", "001", "001x0000002xLCVAA3", "001x0000002xLCV!!!", "001x0000002xLCVAA2A", "é" * 15]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a record id"):
        to18(text)


@given(st.integers(0, 62**10 - 1), st.integers(0, 62**10 - 1))
def test_ids_are_ordered_as_their_numbers_and_survive_the_loss_of_case(number: int, other: int) -> None:
    record_id = new_id("003", number)
    assert is_id(record_id)
    assert number_of(record_id) == number
    assert record_id[15:] == suffix(record_id[:15])
    assert to18(record_id.upper()) == to18(record_id.lower()) == to18(record_id[:15]) == record_id
    assert (record_id < new_id("003", other)) == (number < other)
