from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.rejects.page import RejectsPage
from crmdesk.viewmodel.app import PageName
from tests.gui.hands import CTRL, SHIFT, Key, click, fill, find, opened, press, wait
from tests.viewmodel.kept_rejects import bad_mails


async def test_a_row_of_any_run_is_found_by_keys_and_opened_with_its_path(tmp_path: Path) -> None:
    """R-226."""
    home = tmp_path / "profile"
    old = bad_mails(home, tmp_path, ["a@", "b@", "c@"], "old list")
    bad_mails(home, tmp_path, ["d@"], "new list")
    async with opened(home) as window:
        QTest.keyClick(window, Key.Key_F, CTRL | SHIFT)
        table = await find(Table, "found-table")
        await wait(lambda: table.model().rowCount() == 4, "all rows")
        await fill("found-search", "b@")
        await wait(lambda: table.model().rowCount() == 1, "the row")
        count = await find(QLabel, "found-count")
        await wait(lambda: count.text() == "1 row found among 4", "the end of the search")
        table.setFocus()
        table.choose_row(0)
        press(Key.Key_Return)
        await wait(lambda: window.model.place.page is PageName.REJECTS, "the page of the rejects")
        assert (window.model.place.argument, window.model.place.row) == (old, 2)
        rejects = window.current()
        assert isinstance(rejects, RejectsPage)
        assert (rejects._model.run, rejects._model.row) == (old, 2)
        await click("rejects-everywhere")
        assert (await find(QWidget, "found-search")).hasFocus()
        await fill("found-search", "nobody")
        await find(QWidget, "found-empty")
