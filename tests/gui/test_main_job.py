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
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QTabBar, QWidget

from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.rejects.grid import RejectGrid, RejectTable
from crmdesk.gui.shell import Shell
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.viewmodel.app import PageName
from tests.cli.program import Org, Program, profile
from tests.gui.hands import (
    CTRL,
    Key,
    click,
    fill,
    find,
    front,
    look,
    opened,
    pick,
    press,
    press_in_list,
    qt_loop,
    shown,
    text_of,
    wait,
    write,
)

pytestmark = pytest.mark.timeout(900)

Row = dict[str, str]
ALT = Qt.KeyboardModifier.AltModifier
ENDED = (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)
NUMBERS = {"AnnualRevenue", "NumberOfEmployees", "Amount", "Probability"}
FIELDS = {
    "Account Name": "Name",
    "Legacy Salesforce Id": "Legacy_Salesforce_Id__c",
    "Billing Street": "BillingStreet",
    "Billing City": "BillingCity",
    "Billing State/Province": "BillingState",
    "Billing Zip/Postal Code": "BillingPostalCode",
    "Industry": "Industry",
    "Annual Revenue": "AnnualRevenue",
    "Account Description": "Description",
}
"""What the last job reads: labels as one types them, and the fields they are."""


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Person:
    """Who does the migration."""

    def __init__(self, window: Shell, data: Path, folder: Path) -> None:
        self.window, self.data, self.folder = window, data, folder
        self.said: dict[str, str] = {}

    async def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
        """Press a shortcut of the window."""
        await front(self.window)
        QTest.keyClick(self.window, key, modifier)
        await look()

    async def begin_writing(self, file: str, label: str) -> None:
        """A new job from a file of rows; columns are matched by their names as soon as both ends are there."""
        await self.key(Key.Key_N, CTRL)
        await fill("job-file", str(self.data / file))
        press(Key.Key_Return)
        await pick("job-object", label)
        await wait(lambda: self.lines() > 5, "the mapping")

    def lines(self) -> int:
        table = shown(Table, "job-mapping")
        return table.model().rowCount() if table is not None else 0

    async def choose_field(self, label: str) -> int:
        """Choose the field of the line that was just added; the line's number from 0."""
        at = self.lines() - 1
        combo = await self.editor()
        line = combo.lineEdit()
        assert line is not None
        QTest.keyClicks(line, label)
        await press_in_list(combo)
        await look()
        return at

    async def editor(self) -> QComboBox:
        """The list that has opened in the mapping."""
        await wait(lambda: bool(self.editors()), "the list of fields")
        return self.editors()[0]

    def editors(self) -> list[QComboBox]:
        table = shown(Table, "job-mapping")
        found = table.findChildren(QComboBox) if table is not None else []
        return [each for each in found if each.isVisible() and each.objectName().startswith("job-line-")]

    async def add_ids(self) -> None:
        """The ids of the old org, which no program can guess: the first column that was left behind."""
        await click("job-left-columns")
        await self.choose_field("Legacy Salesforce Id")

    async def add_account_by_its_old_id(self) -> None:
        """The account of an opportunity: the record that holds the old id."""
        await click("job-add-line")
        at = await self.choose_field("AccountId")
        table = await find(Table, "job-mapping")
        table.setFocus()
        table.choose_row(at)
        press(Key.Key_Return)
        await click("job-line-kind-find")
        await pick("job-find-object", "Account")
        await pick("job-find-key", "Legacy Salesforce Id")
        await pick("job-find-column", "ACCOUNTID")

    async def run(self, *, asks: bool = True) -> RunRecord:
        """Start the job that is open, and wait for its end."""
        await click("job-run")
        if asks:
            await click("confirm-ok")
        return await self.ended()

    async def ended(self) -> RunRecord:
        model = self.window.model
        await wait(lambda: model.place.page is PageName.RUN, "the page of the run")
        number = model.place.argument
        await wait(lambda: model.history.run(number).outcome in ENDED, "the end of the run")
        await wait(lambda: bool(shown(QWidget, "run-sentence")), "what the run says")
        await look(0.3)
        self.said[number] = await text_of("run-sentence")
        return model.history.run(number)

    async def open_job(self, at: int) -> None:
        """Open the job at this line of the list."""
        await self.key(Key.Key_3, ALT)
        table = await find(Table, "jobs-table")
        table.setFocus()
        table.choose_row(at)
        press(Key.Key_Return)
        await look()
        await find(QWidget, "job-run")

    async def rejects(self, run: str) -> RejectTable:
        """The rejects of a run."""
        await self.key(Key.Key_5, ALT)
        await pick("rejects-run", f"Run {run} ")
        table = await find(RejectTable, "rejects-rows")
        table.setFocus()
        return table

    async def send_again(self) -> RunRecord:
        await click("rejects-send")
        await click("confirm-ok")
        return await self.ended()

    # --- the steps ---

    async def accounts(self) -> RunRecord:
        await self.begin_writing("accountData.csv", "Account")
        await self.add_ids()
        await pick("job-action", "Upsert")
        await pick("job-key", "Oracle_Id__c")
        await click("job-rehearse")
        button = await find(QPushButton, "job-run")
        await wait(lambda: "412" in button.text(), "the rehearsal")
        self.said["button"] = button.text()
        return await self.run()

    async def accounts_again(self) -> RunRecord:
        await self.open_job(0)
        return await self.run()

    async def opportunities(self) -> RunRecord:
        await self.begin_writing("opportunityData.csv", "Opportunity")
        await self.add_ids()
        await self.add_account_by_its_old_id()
        await pick("job-action", "Insert")
        return await self.run()

    async def opportunities_by_a_key_that_is_not_unique(self) -> RunRecord:
        await self.key(Key.Key_3, ALT)
        table = await find(Table, "jobs-table")
        table.setFocus()
        table.choose_row(1)
        press(Key.Key_D, CTRL)
        await look()
        press(Key.Key_Return)
        await look()
        await pick("job-action", "Upsert")
        await pick("job-key", "Oracle_Id__c")
        return await self.run()

    async def give_keys(self) -> RunRecord:
        """Type a key into each row that has none, and send them again."""
        table = await self.rejects("1")
        grid = table.model()
        assert isinstance(grid, RejectGrid)
        self.said["cause"] = await text_of("rejects-cause-title")
        at = next(number for number, each in enumerate(grid.grid) if each.source == "ORACLE_ID__C")
        table.setCurrentIndex(grid.index(0, at))
        for number in range(11):
            write(f"late-{number:02}")
            press(Key.Key_Return)
            await look(0.01)
        return await self.send_again()

    async def send_orphans(self) -> RunRecord:
        await self.rejects("3")
        return await self.send_again()

    async def set_aside(self) -> None:
        """What the fourth run refused is not wanted."""
        table = await self.rejects("4")
        while self.window.model.history.causes("4"):
            table.setFocus()
            press(Key.Key_A, CTRL)
            await click("rejects-aside")
            await fill("text-value", "not wanted")
            await click("text-ok")
            await front(self.window)
            await look(0.3)

    async def read_back(self) -> RunRecord:
        await self.key(Key.Key_N, CTRL)
        await pick("job-operation", "Read from the CRM")
        await fill("job-file", str(self.folder / "accounts.csv"))
        press(Key.Key_Return)
        await pick("job-object", "Account")
        for label in FIELDS:
            await click("job-add-line")
            await self.choose_field(label)
        tabs = await find(QTabBar, "job-tabs")
        QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
        await self.build_the_filter()
        self.said["filter"] = await text_of("filter-sentence")
        return await self.run(asks=False)

    async def build_the_filter(self) -> None:
        await click("filter-add")
        await self.condition("filter-1", "Billing State/Province", "is one of", "CA, NY")
        await click("filter-add")
        await self.condition("filter-2", "Legacy Salesforce Id", "is not empty")
        await click("filter-add-group")
        await self.condition("filter-3-1", "Industry", "is empty")
        await click("filter-3-add")
        await self.condition("filter-3-2", "Annual Revenue", "is more than", "100000000")
        await click("order-add")
        await pick("order-1-field", "Account Name")
        await wait(lambda: shown(QLineEdit, "filter-3-2-value") is not None, "the filter")

    async def condition(self, place: str, field: str, operator: str, value: str = "") -> None:
        await pick(f"{place}-field", field)
        await pick(f"{place}-operator", operator)
        if value:
            await fill(f"{place}-value", value)


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
    assert migration.said["cause"] == "The key is empty: Oracle_Id__c"


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
