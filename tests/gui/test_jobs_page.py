from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.shell import Shell
from crmdesk.viewmodel.app import PageName, Place
from tests.cli.program import Program
from tests.gui.hands import CTRL, Key, click, fill, find, front, look, opened, press, shown, wait
from tests.viewmodel.test_job_list import WRITING


@pytest.fixture
def job_file(lent: Program, tmp_path: Path) -> Path:
    """A profile with two jobs, and the file of one of them."""
    (tmp_path / "people.csv").write_text("name,email\nÅsa,asa@example.com\n", encoding="utf-8")
    file = tmp_path / "people.toml"
    for name in ("staff", "people"):
        file.write_text(WRITING.replace("people", name), encoding="utf-8")
        assert lent.tell("job", "import", file).code == 0
    return file


async def jobs_page(window: Shell) -> Table:
    """Go there by the keyboard."""
    QTest.keyClick(window, Key.Key_3, Qt.KeyboardModifier.AltModifier)
    return await find(Table, "jobs-table")


def names(table: Table) -> list[str]:
    model = table.model()
    return [str(model.index(row, 1).data()) for row in range(model.rowCount())]


async def test_an_empty_profile_says_what_to_do_first(lent: Program) -> None:
    async with opened(lent.home) as window:
        QTest.keyClick(window, Key.Key_3, Qt.KeyboardModifier.AltModifier)
        await find(QWidget, "jobs-empty")
        await click("jobs-first")
        assert window.model.place == Place(PageName.JOB)


async def test_a_job_is_copied_renamed_and_removed(job_file: Path, lent: Program) -> None:
    async with opened(lent.home) as window:
        table = await jobs_page(window)
        assert names(table) == ["people", "staff"]
        table.setFocus()
        press(Key.Key_D, CTRL)
        assert names(table) == ["people", "people copy", "staff"]
        press(Key.Key_F2)
        await fill("text-value", "clients")
        press(Key.Key_Return)
        await wait(lambda: names(table) == ["clients", "people", "staff"], "the new name")
        await click("jobs-remove")
        await find(QWidget, "confirm-dialog")
        press(Key.Key_Escape)
        await wait(lambda: shown(QWidget, "confirm-dialog") is None, "the dialog to go")
        assert names(table) == ["clients", "people", "staff"]
        await click("jobs-remove")
        await click("confirm-ok")
        await wait(lambda: names(table) == ["people", "staff"], "the removal")


async def test_enter_opens_the_chosen_job_and_the_search_finds_it(job_file: Path, lent: Program) -> None:
    async with opened(lent.home) as window:
        table = await jobs_page(window)
        QTest.keyClick(window, Key.Key_F, CTRL)
        assert (await find(QLineEdit, "jobs-search")).hasFocus()
        await fill("jobs-search", "staff")
        assert names(table) == ["staff"]
        table.setFocus()
        press(Key.Key_Return)
        assert window.model.place == Place(PageName.JOB, "staff")


async def test_a_search_without_a_find_offers_all_jobs_again(job_file: Path, lent: Program) -> None:
    async with opened(lent.home) as window:
        table = await jobs_page(window)
        await fill("jobs-search", "xyzzy")
        await click("jobs-all")
        assert names(table) == ["people", "staff"]


async def test_a_job_is_written_to_a_file_that_opens_as_a_job(job_file: Path, lent: Program, tmp_path: Path) -> None:
    async with opened(lent.home) as window:
        await jobs_page(window)
        await click("jobs-write")
        dialog = await find(QFileDialog, "file-dialog")
        target = tmp_path / "written.toml"
        await choose(dialog, target)
        await wait(target.exists, "the file")
        await front(window)
        QTest.keyClick(window, Key.Key_O, CTRL)
        await choose(await find(QFileDialog, "file-dialog"), target)
        await wait(lambda: window.model.place == Place(PageName.JOB, file=str(target)), "the job")


async def choose(dialog: QFileDialog, path: Path) -> None:
    """Type a path into a file dialog."""
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, str(path))
    QTest.keyClick(line, Key.Key_Return)
    await look()


async def test_a_dropped_file_begins_a_job(job_file: Path, lent: Program) -> None:
    async with opened(lent.home) as window:
        await jobs_page(window)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(job_file))])
        event = QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        window.dropEvent(event)
        assert window.model.place == Place(PageName.JOB, file=str(job_file))


async def test_a_file_that_is_no_job_is_refused_in_words(job_file: Path, lent: Program, tmp_path: Path) -> None:
    async with opened(lent.home) as window:
        await jobs_page(window)
        broken = tmp_path / "broken.toml"
        broken.write_text("version = ", encoding="utf-8")
        await click("jobs-open-file")
        await choose(await find(QFileDialog, "file-dialog"), broken)
        await click("message-close")
        assert window.model.place == Place(PageName.JOBS)
