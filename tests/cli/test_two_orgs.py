"""The same two job files migrate the same files to two orgs in which every user and record type has another id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jobs import contacts_csv, contacts_job, kept_job
from tests.cli.program import Answer, Program, profile

PODS = ("7x", "8y")
ACCOUNTS = "Owner.Email, OwnerId, RecordType.DeveloperName, RecordTypeId"


@dataclass
class Migrated:
    """One org, and what the steps said."""

    program: Program
    accounts: Answer
    opportunities: Answer
    shown: Answer

    def rows(self, what: str) -> list[dict[str, Any]]:
        return self.program.org().rows(
            f"SELECT {ACCOUNTS}, Name, Legacy_Salesforce_Id__c FROM {what} WHERE Legacy_Salesforce_Id__c != null"  # noqa: S608 - our own words
        )


@pytest.fixture(scope="module")
def orgs(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Iterator[dict[str, Migrated]]:
    folder = tmp_path_factory.mktemp("two orgs")
    accounts = kept_job("accounts-anywhere", real_data / "accountData.csv", folder)
    opportunities = kept_job("opportunities-anywhere", real_data / "opportunityData.csv", folder)
    with (
        profile(folder / "sandbox", CRMDESK_PRACTICE_POD=PODS[0]) as sandbox,
        profile(folder / "production", CRMDESK_PRACTICE_POD=PODS[1]) as production,
    ):
        yield {
            pod: Migrated(program, program.run(accounts), program.run(opportunities), program.ask("show", "2"))
            for pod, program in zip(PODS, (sandbox, production), strict=True)
        }


@pytest.mark.parametrize("pod", PODS)
def test_both_runs_are_balanced(orgs: dict[str, Migrated], pod: str) -> None:
    accounts, opportunities = orgs[pod].accounts, orgs[pod].opportunities
    assert accounts.counts() == {"read": 423, "created": 412, "rejected": 11}
    assert opportunities.counts() == {"read": 38, "created": 29, "rejected": 9}


@pytest.mark.parametrize("pod", PODS)
def test_owners_and_record_types_are_those_of_the_org(orgs: dict[str, Migrated], pod: str) -> None:
    for what, kind in (("Account", "Customer"), ("Opportunity", "New_Business")):
        rows = orgs[pod].rows(what)
        assert {(row["Owner"]["Email"], row["RecordType"]["DeveloperName"]) for row in rows} == {
            ("sales@practice.example", kind)
        }
        assert {record_id[3:5] for row in rows for record_id in (row["OwnerId"], row["RecordTypeId"])} == {pod}


def test_the_orgs_hold_the_same_under_other_ids(orgs: dict[str, Migrated]) -> None:
    first, second = (orgs[pod].rows("Account") for pod in PODS)
    assert {row["OwnerId"] for row in first}.isdisjoint(row["OwnerId"] for row in second)
    assert {row["RecordTypeId"] for row in first}.isdisjoint(row["RecordTypeId"] for row in second)
    names = [{row["Legacy_Salesforce_Id__c"]: row["Name"] for row in rows} for rows in (first, second)]
    assert names[0] == names[1]
    assert len(names[0]) == 412


@pytest.mark.parametrize("pod", PODS)
def test_the_record_of_the_run_says_what_its_lookups_found(orgs: dict[str, Migrated], pod: str) -> None:
    notices = orgs[pod].shown.last["notices"]
    found = "7 different values looked up in Account by Legacy_Salesforce_Id__c: 29 rows found, 9 not found."
    assert f"AccountId: {found}" in notices
    owners = "OwnerId: 1 value looked up in User by Email: 0 rows found, 38 inactive or not allowed."
    assert f"{owners} 38 rows get “sales@practice.example” instead." in notices


def test_whatever_looks_at_a_job_beforehand_looks_at_the_account_that_is_named(
    orgs: dict[str, Migrated], tmp_path: Path, real_data: Path
) -> None:
    job = kept_job("accounts-anywhere", real_data / "accountData.csv", tmp_path)
    job.write_text(job.read_text(encoding="utf-8").replace('"Practice org"', '"Elsewhere"'), encoding="utf-8")
    program = orgs[PODS[0]].program
    for command in ("check", "preview", "rehearse", "values"):
        assert "Elsewhere" in program.ask(command, job).stdout, command
        answer = program.ask(command, job, "--account", "practice_org")
        assert answer.code in {0, 1}, (command, answer)  # 1: there are rejects, or values that a list lacks
        assert "Elsewhere" not in answer.stdout, command
    foreseen = program.ask("rehearse", job, "--account", "practice_org")
    assert foreseen.counts() == {"read": 423, "updated": 412, "rejected": 11}


def test_a_job_in_which_no_value_goes_into_a_list_says_so(orgs: dict[str, Migrated], tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(2))
    answer = orgs[PODS[0]].program.tell("values", contacts_job(tmp_path))
    assert (answer.code, answer.stdout.strip()) == (
        0,
        "No value of this job goes into a list that takes its own values alone.",
    )
