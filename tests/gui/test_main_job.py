"""The migration of real, dirty files in the window: real clicks and keys from the empty profile to the last reject."""

from __future__ import annotations

import asyncio
import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmdesk.model.run import RunRecord
from tests.cli.program import Org, Program, profile
from tests.gui.hands import opened, qt_loop
from tests.gui.migrating_person import FIELDS, Person, Row

pytestmark = pytest.mark.timeout(900)

NUMBERS = {"AnnualRevenue", "NumberOfEmployees", "Amount", "Probability"}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done, as the history and the org hold it."""

    org: Org
    folder: Path
    accounts: list[Row]
    opportunities: list[Row]
    runs: dict[str, RunRecord]
    said: dict[str, str]
    program: Program


@pytest.fixture(scope="module")
def migration(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Iterator[Migration]:
    """All steps, done once and in order, in one window on an empty profile."""
    folder = tmp_path_factory.mktemp("migration")
    with profile(folder / "profile") as program:
        with asyncio.Runner(loop_factory=qt_loop) as runner:
            runs, said = runner.run(_migrate(program.home, real_data, folder))
        accounts, opportunities = read(real_data / "accountData.csv"), read(real_data / "opportunityData.csv")
        yield Migration(program.org(), folder, accounts, opportunities, runs, said, program)


async def _migrate(home: Path, data: Path, folder: Path) -> tuple[dict[str, RunRecord], dict[str, str]]:
    async with opened(home) as window:
        person = Person(window, data, folder)
        runs = {
            "accounts": await person.accounts(),
            "again": await person.accounts_again(),
            "opportunities": await person.opportunities(),
            "not unique": await person.opportunities_by_a_key_that_is_not_unique(),
            "with keys": await person.give_keys(),
            "with parents": await person.send_orphans(),
        }
        await person.set_aside()
        runs["back"] = await person.read_back()
        return runs, person.said


def counts(record: RunRecord) -> dict[str, int]:
    return {name: count for name, count in record.tally.as_dict().items() if count}


def expected(field: str, text: str) -> object:
    if text == "":
        return None
    return Decimal(text) if field in NUMBERS else text


def held(field: str, value: Any) -> object:
    return Decimal(str(value)) if field in NUMBERS and value is not None else value


def test_the_button_says_what_the_rehearsal_foresaw(migration: Migration) -> None:
    assert migration.said["button"].strip() == "Upsert 412 accounts…"


def test_412_accounts_are_created_and_11_wait_for_their_key(migration: Migration) -> None:
    assert counts(migration.runs["accounts"]) == {"read": 423, "created": 412, "rejected": 11}
    assert migration.said["1"] == "Finished. 412 done, 11 rejected: correct them here."
    assert migration.said["cause"] == "The key is empty: Oracle Id"


def test_the_same_job_again_doubles_nothing(migration: Migration) -> None:
    again = migration.runs["again"].tally
    assert (again.read, again.created, again.updated + again.unchanged, again.rejected) == (423, 0, 412, 11)
    assert migration.org.count("Account") == 200 + 423


def test_opportunities_find_their_accounts_and_9_wait_for_theirs(migration: Migration) -> None:
    assert counts(migration.runs["opportunities"]) == {"read": 38, "created": 29, "rejected": 9}


def test_a_key_that_is_not_unique_is_refused_before_anything_is_sent(migration: Migration) -> None:
    assert counts(migration.runs["not unique"]) == {"read": 38, "rejected": 38}


def test_corrected_rows_arrive_and_so_do_those_that_waited_for_them(migration: Migration) -> None:
    assert counts(migration.runs["with keys"]) == {"read": 11, "created": 11}
    assert counts(migration.runs["with parents"]) == {"read": 9, "created": 9}
    assert migration.runs["with keys"].start.retry_of == "1"
    assert migration.runs["with parents"].start.retry_of == "3"


def test_every_value_arrives_as_it_stands_in_the_file(migration: Migration) -> None:
    run = migration.runs["accounts"]
    columns = {line["remote"]: line["local"] for line in _mapping(run)}
    assert len(columns) == 27
    found = migration.org.rows(f"SELECT {', '.join(columns)} FROM Account WHERE Legacy_Salesforce_Id__c != null")  # noqa: S608 - our own words
    by_old_id = {record["Legacy_Salesforce_Id__c"]: record for record in found}
    assert len(by_old_id) == 423
    for row in migration.accounts:
        for field, column in columns.items():
            if row[column] or column != "ORACLE_ID__C":
                assert held(field, by_old_id[row["ID"]][field]) == expected(field, row[column]), (row["ID"], field)


def _mapping(run: RunRecord) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = tomllib.loads(run.start.job_text)["mapping"]
    return lines


def test_each_opportunity_hangs_on_its_account(migration: Migration) -> None:
    names = {row["ID"]: row["NAME"] for row in migration.accounts}
    found = migration.org.rows(
        "SELECT Legacy_Salesforce_Id__c, Account.Name FROM Opportunity WHERE Legacy_Salesforce_Id__c != null"
    )
    linked = {record["Legacy_Salesforce_Id__c"]: record["Account"]["Name"] for record in found}
    assert linked == {row["ID"]: names[row["ACCOUNTID"]] for row in migration.opportunities}


def test_nothing_is_left_to_correct(migration: Migration) -> None:
    states = {run: migration.program.ask("show", run).last["rejects"] for run in "1234"}
    assert states == {"1": {"resolved": 11}, "2": {"superseded": 11}, "3": {"resolved": 9}, "4": {"ignored": 38}}
    assert migration.program.ask("show", "1").last["retried_by"] == ["5"]


def test_what_is_read_back_is_what_the_filter_means(migration: Migration) -> None:
    assert migration.said["filter"] == (
        "Records of which Billing State/Province is one of “CA”, “NY” and Legacy Salesforce Id is not empty and "
        "(Industry is empty or Annual Revenue is more than 100,000,000)."
    )
    assert counts(migration.runs["back"]) == {"read": 124, "created": 124}
    columns = {line["remote"]: line["local"] for line in _mapping(migration.runs["back"])}
    assert set(columns) == set(FIELDS.values())
    brought = read(migration.folder / "accounts.csv")
    wanted = [row for row in migration.accounts if row["BILLINGSTATE"] in ("CA", "NY")]
    wanted = [row for row in wanted if not row["INDUSTRY"] or Decimal(row["ANNUALREVENUE"] or 0) > 100_000_000]
    old_id = columns["Legacy_Salesforce_Id__c"]
    by_old_id = {row[old_id]: row for row in brought}
    assert set(by_old_id) == {row["ID"] for row in wanted}
    for row in wanted:
        for field, column in columns.items():
            source = "ID" if field == "Legacy_Salesforce_Id__c" else field.upper()
            assert expected(field, by_old_id[row["ID"]][column]) == expected(field, row[source]), (row["ID"], field)
    titles = [row[columns["Name"]].casefold() for row in brought]
    assert titles == sorted(titles)
