"""The same migration on a desktop: an X server, a window manager, and nothing but a mouse and a keyboard."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.program import Program, profile
from tests.gui.desktop.screen import Hands, desktop, lacking

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        bool(lacking()) and not os.environ.get("CI"), reason=f"a desktop needs {', '.join(lacking())}: dev.py setup"
    ),
]

COLUMNS = {"Account Name": "Name", "Legacy Salesforce Id": "Legacy_Salesforce_Id__c", "Billing City": "BillingCity"}


@dataclass
class Done:
    """What the person saw, step by step, and where the last file is."""

    program: Program
    target: Path
    said: dict[str, str] = field(default_factory=dict)


class Person:
    """Who does the migration on a desktop."""

    def __init__(self, hands: Hands, data: Path, done: Done) -> None:
        self.hands, self.data, self.done = hands, data, done

    def begin(self, file: Path, label: str) -> None:
        self.hands.key("ctrl+n")
        self.hands.fill("job-file", str(file))
        self.hands.key("Return")
        self.hands.search("job-object", label, label)

    def add_ids(self) -> None:
        rows = self.hands.find("job-mapping")["rows"]
        self.hands.click("job-left-columns")
        self.name_the_field("Legacy Salesforce Id", rows)

    def name_the_field(self, label: str, rows_before: int) -> None:
        """Type into the list of fields that has opened in the new line."""
        self.hands.wait(lambda: self.hands.find("job-mapping")["rows"] == rows_before + 1, "the new line")
        self.hands.write(label)
        self.hands.key("Down", "Return")

    def run(self, step: str, *, asks: bool = True) -> None:
        self.hands.click("job-run")
        if asks:
            self.hands.click("confirm-ok")
        self.wait_for_the_end(step)

    def wait_for_the_end(self, step: str) -> None:
        self.hands.wait(lambda: self._sentence().startswith("Finished"), f"the end of “{step}”", 90)
        self.done.said[step] = self._sentence()

    def _sentence(self) -> str:
        told = self.hands.see("run-sentence")
        return str(told["text"]) if told is not None else ""

    def send_again(self, step: str) -> None:
        self.hands.click("rejects-send")
        self.hands.click("confirm-ok")
        self.wait_for_the_end(step)

    # --- the steps ---

    def accounts(self) -> None:
        self.begin(self.data / "accountData.csv", "Account")
        self.add_ids()
        self.hands.pick("job-action", "Upsert")
        self.hands.pick("job-key", "Oracle_Id__c")
        self.run("accounts")

    def accounts_again(self) -> None:
        self.hands.key("alt+3")
        self.hands.find("jobs-table")
        self.hands.key("Return")
        self.run("again")

    def opportunities(self) -> None:
        self.begin(self.data / "opportunityData.csv", "Opportunity")
        self.add_ids()
        rows = self.hands.find("job-mapping")["rows"]
        self.hands.click("job-add-line")
        self.name_the_field("AccountId", rows)
        self.hands.click("job-mapping", row=rows, column="Issues")
        self.hands.key("Return")
        self.hands.click("job-line-kind-find")
        self.hands.search("job-find-object", "Account", "Account")
        self.hands.search("job-find-key", "Legacy Salesforce Id", "Legacy Salesforce Id")
        self.hands.search("job-find-column", "ACCOUNTID", "ACCOUNTID")
        self.hands.pick("job-action", "Insert")
        self.run("opportunities")

    def give_keys(self) -> None:
        self.open_rejects("2")
        self.hands.click("rejects-rows", row=0, column="ORACLE_ID__C")
        for number in range(11):
            self.hands.write(f"late-{number:02}")
            self.hands.key("Return")
        self.send_again("with keys")

    def send_orphans(self) -> None:
        self.open_rejects("3")
        self.send_again("with parents")

    def open_rejects(self, run: str) -> None:
        self.hands.key("alt+5")
        self.hands.click("rejects-run")
        self.hands.write(f"Run {run} ")
        self.hands.key("Return")
        self.hands.wait(lambda: self.hands.find("rejects-run")["text"].startswith(f"Run {run} "), f"run {run}")

    def read_back(self) -> None:
        self.hands.key("ctrl+n")
        self.hands.pick("job-operation", "Read from the CRM")
        self.hands.fill("job-file", str(self.done.target))
        self.hands.key("Return")
        self.hands.search("job-object", "Account", "Account")
        for count, label in enumerate(COLUMNS):
            self.hands.click("job-add-line")
            self.hands.wait(lambda: self.hands.see("job-mapping"), "the mapping")
            self.name_the_field(label, count)
        self.hands.click("job-tabs", tab=1)
        self.hands.click("filter-add")
        self.condition("filter-1", "Billing State/Province", "is one of", "CA, NY")
        self.hands.click("filter-add-group")
        self.condition("filter-2-1", "Industry", "is empty")
        self.hands.click("filter-2-add")
        self.condition("filter-2-2", "Annual Revenue", "is more than", "100000000")
        self.hands.click("filter-add")
        self.condition("filter-3", "Legacy Salesforce Id", "is not empty")
        self.run("back", asks=False)

    def condition(self, place: str, label: str, comparison: str, value: str = "") -> None:
        self.hands.search(f"{place}-field", label, label)
        self.hands.pick(f"{place}-operator", comparison)
        if value:
            self.hands.fill(f"{place}-value", value)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Iterator[Done]:
    """All steps, done once and in order on an empty profile."""
    assert not lacking(), f"a desktop needs {', '.join(lacking())}"
    folder = tmp_path_factory.mktemp("desktop")
    with profile(folder / "profile") as program:
        done = Done(program, folder / "accounts.csv")
        with desktop(program, folder) as hands:
            person = Person(hands, real_data, done)
            person.accounts()
            person.accounts_again()
            person.opportunities()
            person.give_keys()
            person.send_orphans()
            person.read_back()
        yield done


def test_each_step_ends_as_it_does_on_the_command_line(done: Done) -> None:
    assert done.said == {
        "accounts": "Finished. 412 done, 11 rejected: correct them here.",
        "again": "Finished. 412 done, 11 rejected: correct them here.",
        "opportunities": "Finished. 29 done, 9 rejected: correct them here.",
        "with keys": "Finished. All 11 rows are done.",
        "with parents": "Finished. All 9 rows are done.",
        "back": "Finished. All 124 rows are done.",
    }


def test_the_org_holds_what_the_files_held(done: Done, real_data: Path) -> None:
    org = done.program.org()
    assert org.count("Account") == 200 + 423
    assert org.count("Opportunity WHERE Legacy_Salesforce_Id__c != null AND AccountId != null") == 38


def test_the_history_holds_every_step_and_nothing_of_it_is_broken_off(done: Done) -> None:
    runs = done.program.ask("runs").lines
    assert [line["outcome"] for line in runs] == [
        "rejects",
        "rejects",
        "rejects",
        "succeeded",
        "succeeded",
        "succeeded",
    ]
    assert [line["retry_of"] for line in runs] == [None, None, None, "2", "3", None]


def test_what_is_read_back_is_what_the_filter_means(done: Done, real_data: Path) -> None:
    with (real_data / "accountData.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["BILLINGSTATE"] in ("CA", "NY")]
    wanted = [row for row in rows if not row["INDUSTRY"] or Decimal(row["ANNUALREVENUE"] or 0) > 100_000_000]
    with done.target.open(encoding="utf-8", newline="") as file:
        brought = [tuple(row.values())[-3:] for row in csv.DictReader(file)]
    assert sorted(brought) == sorted((row["NAME"], row["ID"], row["BILLINGCITY"]) for row in wanted)
