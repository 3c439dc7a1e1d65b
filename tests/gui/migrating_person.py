"""The person who migrates the real, dirty files in the window: every click and key, from the empty profile on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QTabBar, QWidget

from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.rejects.grid import RejectGrid, RejectTable
from crmdesk.gui.shell import Shell
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.viewmodel.app import PageName
from tests.gui.hands import (
    CTRL,
    Key,
    click,
    fill,
    find,
    front,
    look,
    pick,
    press,
    press_in_list,
    shown,
    text_of,
    wait,
    write,
)

Row = dict[str, str]
ALT = Qt.KeyboardModifier.AltModifier
ENDED = (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)
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
