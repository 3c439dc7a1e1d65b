"""A one-off migration with real, dirty files, from the first run to the last settled reject."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jobs import JOBS, kept_job
from tests.cli.program import Answer, Org, Program, profile

Row = dict[str, str]

NUMBERS = {"AnnualRevenue", "NumberOfEmployees", "Amount", "Probability"}
NEW_KEYS = "late-{:02}"


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mapped(job: str) -> dict[str, str]:
    """Remote fields and the columns that fill them, as the job says."""
    lines = tomllib.loads((JOBS / f"{job}.toml").read_text(encoding="utf-8"))["mapping"]
    return {line["remote"]: line["local"] for line in lines if "local" in line}


def expected(field: str, text: str) -> object:
    """What a CRM holds when `text` has arrived in `field`."""
    if text == "":
        return None
    return Decimal(text) if field in NUMBERS else text


def held(field: str, value: object) -> object:
    return Decimal(str(value)) if field in NUMBERS and value is not None else value


@dataclass
class Migration:
    """The steps of the migration, each done once, in order."""

    program: Program
    folder: Path
    accounts: list[Row]
    opportunities: list[Row]
    answers: dict[str, Answer]

    @property
    def org(self) -> Org:
        return self.program.org()

    def accounts_by_old_id(self, fields: str) -> dict[str, dict[str, Any]]:
        found = self.org.rows(f"SELECT {fields} FROM Account WHERE Legacy_Salesforce_Id__c != null")  # noqa: S608 - our own words
        return {record["Legacy_Salesforce_Id__c"]: record for record in found}


@pytest.fixture(scope="module")
def migration(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Iterator[Migration]:
    """Everything up to the second retry; the tests look at what each step said and at what the org holds."""
    folder = tmp_path_factory.mktemp("migration")
    account_file, opportunity_file = real_data / "accountData.csv", real_data / "opportunityData.csv"
    with profile(folder / "profile") as program:
        answers: dict[str, Answer] = {}
        accounts = kept_job("accounts", account_file, folder)
        opportunities = kept_job("opportunities", opportunity_file, folder)
        upsert = kept_job("opportunities-upsert", opportunity_file, folder)
        answers["rehearsed"] = program.ask("rehearse", accounts)
        answers["first"] = program.run(accounts)
        answers["again"] = program.run(accounts)
        answers["opportunities"] = program.run(opportunities)
        answers["orphans"] = program.ask("rejects", "3")
        answers["upsert"] = program.run(upsert)
        answers["upsert rejects"] = program.ask("rejects", "4")
        rejects = folder / "rejects.csv"
        answers["rejects file"] = program.ask("rejects", "1", "--csv", rejects)
        answers["rejects"] = program.ask("rejects", "1")
        give_keys(rejects)
        answers["accounts retried"] = program.ask("retry", "1", "--from", rejects, "--yes")
        answers["opportunities retried"] = program.ask("retry", "3", "--yes")
        yield Migration(program, folder, read(account_file), read(opportunity_file), answers)


def give_keys(rejects: Path) -> None:
    """What a person does in a spreadsheet: fill the empty keys."""
    rows = read(rejects)
    for number, row in enumerate(rows):
        row["ORACLE_ID__C"] = NEW_KEYS.format(number)
    with rejects.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_412_accounts_are_created_and_11_rejected_for_the_missing_key(migration: Migration) -> None:
    first = migration.answers["first"]
    assert first.code == 1
    assert first.last["outcome"] == "rejects"
    assert first.counts() == {"read": 423, "created": 412, "rejected": 11}
    rejects = migration.answers["rejects"].lines
    assert [reject["row"] for reject in rejects] == [
        number for number, row in enumerate(migration.accounts, 1) if not row["ORACLE_ID__C"]
    ]
    assert {(reject["stage"], reject["field"], reject["code"]) for reject in rejects} == {
        ("convert", "Oracle_Id__c", "MISSING_ARGUMENT")
    }
    assert [reject["values"] for reject in rejects] == [row for row in migration.accounts if not row["ORACLE_ID__C"]]


def test_the_rehearsal_foresaw_the_run(migration: Migration) -> None:
    rehearsed = migration.answers["rehearsed"]
    assert rehearsed.code == 1
    assert (rehearsed.last["event"], rehearsed.last["run"]) == ("rehearsed", None)
    assert rehearsed.counts() == migration.answers["first"].counts()


def test_every_mapped_value_of_the_accounts_arrives_as_it_stands_in_the_file(migration: Migration) -> None:
    columns = mapped("accounts")
    held_by_org = migration.accounts_by_old_id(", ".join(columns))
    assert len(held_by_org) == 423
    for row in migration.accounts:
        record = held_by_org[row["ID"]]
        for field, column in columns.items():
            if column == "ORACLE_ID__C" and not row[column]:
                continue
            assert held(field, record[field]) == expected(field, row[column]), (row["ID"], field)


def test_zip_codes_keep_their_leading_zeros(migration: Migration) -> None:
    with_zeros = {
        row["ID"]: row["BILLINGPOSTALCODE"] for row in migration.accounts if row["BILLINGPOSTALCODE"][:1] == "0"
    }
    assert len(with_zeros) == 39
    held_by_org = migration.accounts_by_old_id("Legacy_Salesforce_Id__c, BillingPostalCode")
    assert {old: held_by_org[old]["BillingPostalCode"] for old in with_zeros} == with_zeros


def test_the_two_accounts_whose_name_is_lost_both_arrive(migration: Migration) -> None:
    lost = [row["ORACLE_ID__C"] for row in migration.accounts if row["NAME"] == "????????????????"]
    assert len(lost) == 2
    found = migration.org.rows("SELECT Oracle_Id__c FROM Account WHERE Name = '????????????????'")
    assert sorted(record["Oracle_Id__c"] for record in found) == sorted(lost)


def test_the_same_job_again_doubles_nothing(migration: Migration) -> None:
    """A complaint about other loaders: a run that was half done cannot be run again."""
    again = migration.answers["again"]
    assert again.code == 1
    assert again.last["created"] == 0
    assert again.last["updated"] + again.last["unchanged"] == 412
    assert (again.last["read"], again.last["rejected"]) == (423, 11)
    assert migration.org.count("Account WHERE Oracle_Id__c != null") == 423
    assert migration.org.count("Account") == 200 + 423


def test_29_opportunities_are_created_and_9_wait_for_their_accounts(migration: Migration) -> None:
    answer = migration.answers["opportunities"]
    assert answer.code == 1
    assert answer.counts() == {"read": 38, "created": 29, "rejected": 9}
    keyless = {row["ID"] for row in migration.accounts if not row["ORACLE_ID__C"]}
    orphans = migration.answers["orphans"].lines
    assert [reject["row"] for reject in orphans] == [
        number for number, row in enumerate(migration.opportunities, 1) if row["ACCOUNTID"] in keyless
    ]
    assert {(reject["field"], reject["code"], reject["state"]) for reject in orphans} == {
        ("AccountId", "PARENT_NOT_FOUND", "open")
    }


def test_each_opportunity_hangs_on_the_account_of_the_same_name_as_in_the_files(migration: Migration) -> None:
    names = {row["ID"]: row["NAME"] for row in migration.accounts}
    found = migration.org.rows(
        "SELECT Legacy_Salesforce_Id__c, Account.Name, Account.Legacy_Salesforce_Id__c FROM Opportunity "
        "WHERE Legacy_Salesforce_Id__c != null"
    )
    linked = {record["Legacy_Salesforce_Id__c"]: record["Account"] for record in found}
    assert len(found) == len(linked) == 38
    for row in migration.opportunities:
        assert linked[row["ID"]] == {"Name": names[row["ACCOUNTID"]], "Legacy_Salesforce_Id__c": row["ACCOUNTID"]}


def test_every_mapped_value_of_the_opportunities_arrives_as_it_stands_in_the_file(migration: Migration) -> None:
    columns = mapped("opportunities")
    found = migration.org.rows(f"SELECT {', '.join(columns)} FROM Opportunity WHERE Legacy_Salesforce_Id__c != null")  # noqa: S608 - our own words
    held_by_org = {record["Legacy_Salesforce_Id__c"]: record for record in found}
    for row in migration.opportunities:
        for field, column in columns.items():
            assert held(field, held_by_org[row["ID"]][field]) == expected(field, row[column]), (row["ID"], field)


def test_the_11_accounts_are_created_once_they_have_keys(migration: Migration) -> None:
    assert migration.answers["rejects file"].last["rows"] == 11
    retried = migration.answers["accounts retried"]
    assert retried.code == 0
    assert retried.counts() == {"read": 11, "created": 11}
    found = migration.org.rows("SELECT Name, Oracle_Id__c FROM Account WHERE Oracle_Id__c LIKE 'late-%'")
    keyless = [row["NAME"] for row in migration.accounts if not row["ORACLE_ID__C"]]
    assert {record["Oracle_Id__c"]: record["Name"] for record in found} == {
        NEW_KEYS.format(number): name for number, name in enumerate(keyless)
    }


def test_a_revenue_in_powers_of_ten_and_a_long_text_arrive_whole(migration: Migration) -> None:
    (row,) = (row for row in migration.accounts if row["NAME"] == "salesforce.com")
    assert (row["ANNUALREVENUE"], len(row["DESCRIPTION"])) == ("6.0E7", 1109)
    (record,) = migration.org.rows("SELECT AnnualRevenue, Description FROM Account WHERE Name = 'salesforce.com'")
    assert record["AnnualRevenue"] == 60_000_000
    assert record["Description"] == row["DESCRIPTION"]


def test_the_9_opportunities_are_created_unchanged_once_their_accounts_are_there(migration: Migration) -> None:
    retried = migration.answers["opportunities retried"]
    assert retried.code == 0
    assert retried.counts() == {"read": 9, "created": 9}


def test_the_history_shows_the_lineage_and_that_all_are_settled(migration: Migration) -> None:
    runs = {line["run"]: line for line in migration.program.ask("runs").lines}
    assert list(runs) == ["1", "2", "3", "4", "5", "6"]
    assert {run: line["retry_of"] for run, line in runs.items() if line["retry_of"]} == {"5": "1", "6": "3"}
    assert [line["outcome"] for line in runs.values()] == ["rejects"] * 4 + ["succeeded"] * 2
    for run, retry in (("1", "5"), ("3", "6")):
        shown = migration.program.ask("show", run).last
        assert shown["retried_by"] == [retry]
        assert shown["rejects"] == {"resolved": runs[run]["rejected"]}
        rejects = migration.program.ask("rejects", run).lines
        assert {(reject["state"], reject["retried_by"]) for reject in rejects} == {("resolved", retry)}
    assert migration.program.ask("show", "5").last["retry_of"] == "1"


def test_upserting_the_opportunities_by_a_key_that_is_not_unique_rejects_all_38_before_sending(
    migration: Migration,
) -> None:
    """A complaint about other loaders: a key that is not unique multiplies records."""
    answer = migration.answers["upsert"]
    assert answer.code == 1
    assert answer.counts() == {"read": 38, "rejected": 38}
    own = [reject for reject in migration.answers["upsert rejects"].lines if reject["stage"] == "convert"]
    assert len(own) == 38
    by_key = {
        code: {reject["row"] for reject in own if (code, "Oracle_Id__c") in problems(reject)}
        for code in ("MISSING_ARGUMENT", "DUPLICATE_VALUE")
    }
    keys = [row["ORACLE_ID__C"] for row in migration.opportunities]
    assert by_key["MISSING_ARGUMENT"] == {number for number, key in enumerate(keys, 1) if not key}
    assert by_key["DUPLICATE_VALUE"] == {number for number, key in enumerate(keys, 1) if key}
    assert [len(rows) for rows in by_key.values()] == [9, 29]


def problems(reject: dict[str, Any]) -> set[tuple[str, str]]:
    return {(reject["code"], reject["field"]), *((also["code"], also["field"]) for also in reject["also"])}


def test_the_import_brings_exactly_the_accounts_that_the_filter_means(migration: Migration, tmp_path: Path) -> None:
    target = tmp_path / "accounts.csv"
    answer = migration.program.run(kept_job("accounts-import", target, tmp_path))
    assert answer.code == 0
    assert answer.counts() == {"read": 124, "created": 124}
    brought = read(target)
    in_two_states = [row for row in migration.accounts if row["BILLINGSTATE"] in ("CA", "NY")]
    wanted = [row for row in in_two_states if not row["INDUSTRY"] or revenue(row) > 100_000_000]
    assert (len(in_two_states), len(wanted)) == (125, 124)
    ids = {old: record["Id"] for old, record in migration.accounts_by_old_id("Id, Legacy_Salesforce_Id__c").items()}
    assert sorted(map(values_of, brought)) == sorted(values_of(as_imported(row, ids)) for row in wanted)
    names = [row["Name"].casefold() for row in brought]
    assert names == sorted(names)


def values_of(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in sorted(row))


def revenue(row: Row) -> Decimal:
    return Decimal(row["ANNUALREVENUE"] or "0")


def as_imported(row: Row, ids: dict[str, str]) -> Row:
    """The line of the target that a row of the file must have become."""
    return {
        "Id": ids[row["ID"]],
        "Name": row["NAME"],
        "Old id": row["ID"],
        "Street": row["BILLINGSTREET"],
        "City": row["BILLINGCITY"],
        "State": row["BILLINGSTATE"],
        "ZIP": row["BILLINGPOSTALCODE"],
        "Industry": row["INDUSTRY"],
        "Revenue": str(int(revenue(row))) if row["ANNUALREVENUE"] else "",
        "Description": row["DESCRIPTION"],
    }


def test_the_results_name_every_row_of_the_file_with_its_record(migration: Migration, tmp_path: Path) -> None:
    place = tmp_path / "results.csv"
    assert migration.program.ask("results", "1", "--csv", place).last["rows"] == 423
    rows = read(place)
    assert [row["ID"] for row in rows] == [row["ID"] for row in migration.accounts]
    ids = {old: record["Id"] for old, record in migration.accounts_by_old_id("Id, Legacy_Salesforce_Id__c").items()}
    for row in rows:
        if row["ORACLE_ID__C"]:
            assert (row["_outcome"], row["_id"], row["_created"]) == ("created", ids[row["ID"]], "true")
        else:
            assert (row["_outcome"], row["_id"], row["_code"]) == ("rejected", "", "MISSING_ARGUMENT")
