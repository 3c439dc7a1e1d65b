from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.job_editor import JobEditorPage
from crmdesk.model.job import Action
from crmdesk.model.mapping import Column
from crmdesk.viewmodel.app import PageName
from tests.cli.program import Program
from tests.gui.hands import Key, click, find, look, opened, press, shown, text_of, wait


def texts(table: Table) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


async def test_a_rehearsal_opens_what_would_change_and_leads_to_the_rows(lent: Program, tmp_path: Path) -> None:
    """R-341."""
    known = lent.org().rows("SELECT Id, LastName FROM Contact ORDER BY Id LIMIT 2")
    rows = [f"{known[0]['Id']},Changed by nobody", f"{known[1]['Id']},{known[1]['LastName']}"]
    (tmp_path / "contacts.csv").write_text("\n".join(("Id,LASTNAME", *rows, "")), encoding="utf-8")
    async with opened(lent.home) as window:
        window.model.show(PageName.JOB, file=str(tmp_path / "contacts.csv"))
        await look(0.1)
        page = window.current()
        assert isinstance(page, JobEditorPage)
        model = page._model
        model.ends.set_object("Contact")
        await model.settled()
        model.ends.set_action(Action.UPDATE)
        model.ends.set_key("Id")
        model.mapping.set_origin(model.mapping.add("Id"), Column("Id"))
        await model.settled()
        await click("job-will-change-tab")
        assert await text_of("job-will-change-hint") == "Rehearse all rows to see what will change"
        await click("job-will-change-tab")
        assert shown(QWidget, "job-will-change") is None
        await click("job-rehearse")
        fields = await find(Table, "job-will-change-fields", 60)
        assert texts(fields) == [["Last Name", "1", "0", "0", "1", f"{known[0]['LastName']} → Changed by nobody 1"]]
        assert await text_of("job-will-change-tab") == "What will change 1"
        fields.setFocus()
        fields.choose_row(0)
        press(Key.Key_Return)
        changed = await find(Table, "job-will-change-rows")
        row, record, old, new, _ = texts(changed)[0]
        assert (row, record, old, new) == ("1", known[0]["Id"], known[0]["LastName"], "Changed by nobody")
        model.go_to_row(2)
        changed.choose_row(0)
        QTest.keyClick(changed, Key.Key_Return)
        await wait(lambda: model.rows.row == 1, "the stepper on the row")
        QTest.keyClick(changed, Key.Key_Escape)
        await find(Table, "job-will-change-fields")
