from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from shiboken6 import isValid

from crmdesk.desk.window.drafts import Draft
from crmdesk.desk.window.history import History
from crmdesk.gui.pages.job_editor import JobEditorPage
from crmdesk.gui.shell import Shell
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.viewmodel.app import PageName
from tests.cli.program import Program
from tests.gui.hands import CTRL, Key, click, fill, find, look, opened, pick, press, shown, text_of, wait

HEADER = "Key,Last name,Shoe size,Hat size,Glove size,Belt size,Sock size\n"
JOB = """version = 1
name = "people by hand"
account = "Practice org"
object = "Contact"
operation = "export"

[local]
path = "people.csv"

[[mapping]]
remote = "LastName"
local = "Last name"
"""


def drop(on: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    on.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def editor_of(window: Shell) -> JobEditorPage:
    page = window.page(PageName.JOB)
    assert isinstance(page, JobEditorPage)
    return page


async def lines(page: JobEditorPage, count: int) -> None:
    await wait(lambda: len(page._model.job.mapping) == count and not page._model.rows.is_looking, f"{count} lines")


async def test_a_job_that_was_not_saved_when_the_window_died_is_offered_at_the_next_start(lent: Program) -> None:
    export = ExportOptions(Action.INSERT)
    job = Job("", "", "Contact", Operation.EXPORT, LocalFile(""), (FieldMap("LastName", Column("n")),), export=export)
    history = History.open(lent.home)
    history.keep_draft(Draft(job, "", is_named=False))
    history.close()
    async with opened(lent.home) as window:
        QTest.keyClick(await find(QWidget, "draft-dialog"), Key.Key_Escape)
        await wait(lambda: shown(QWidget, "draft-dialog") is None, "the question to go")
    async with opened(lent.home) as window:
        await click("draft-go-on")
        page = editor_of(window)
        await wait(lambda: page._model.job.mapping == job.mapping, "the lines that were not saved")
        assert window.model.place.page is PageName.JOB
        window.close()
        await click("leave-discard")
        await wait(lambda: not isValid(window) or not window.isVisible(), "the window to go")
    async with opened(lent.home) as window:
        await look()
        assert shown(QWidget, "draft-dialog") is None


async def test_a_new_job_is_left_and_found_again_and_a_job_file_is_opened_wherever_it_is_put(
    lent: Program, tmp_path: Path
) -> None:
    """Nothing is asked over a job that nobody touched; the drawer of a line closes with its job."""
    (tmp_path / "people.csv").write_text(HEADER + "K1,Berg,44,58,8,90,44\n", encoding="utf-8")
    job_file = tmp_path / "people.TOML"
    job_file.write_text(JOB, encoding="utf-8")
    async with opened(lent.home) as window:
        page = editor_of(window)
        drop(window, tmp_path / "people.csv")
        await wait(lambda: page._model.around.look is not None, "the look at the file")
        window.model.show(PageName.JOBS)
        window.model.back()
        await look()
        assert page._model.job.local.path == str(tmp_path / "people.csv")
        QTest.keyClick(window, Key.Key_N, CTRL)
        await wait(lambda: page._model.job.local.path == "", "another new job")
        await fill("job-file", str(job_file))
        press(Key.Key_Return)
        await lines(page, 1)
        assert page._model.job.name == "people by hand"
        assert page._model.job.local.path == str(tmp_path / "people.csv")
        page._open_line(0)
        QTest.keyClick(window, Key.Key_N, CTRL)
        await wait(lambda: shown(QWidget, "job-line") is None, "the drawer to close")
        await wait(lambda: page._model.job.mapping == (), "a new job")
        drop(page, job_file)
        await lines(page, 1)
        assert shown(QWidget, "leave-dialog") is None
        page._model.ends.set_action(Action.UPSERT)
        window.model.show(PageName.JOBS)
        window.model.back()
        await look()
        assert shown(QWidget, "leave-dialog") is None
        assert page._model.job.export is not None
        assert page._model.job.export.action is Action.UPSERT


async def test_columns_left_behind_are_chosen_from_a_list_and_files_are_looked_for_beside_the_job(
    lent: Program, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(HEADER + "K1,Berg,44,58,8,90,44\n", encoding="utf-8")
    async with opened(lent.home) as window:
        page = editor_of(window)
        window.model.begin_with(people)
        await pick("job-object", "Contact")
        await lines(page, 1)
        assert await text_of("job-left-more") == "3 more…"
        await click("job-left-more")
        menu = await find(QMenu, "job-left-choices")
        assert [action.text() for action in menu.actions()] == ["Glove size", "Belt size", "Sock size"]
        menu.actions()[1].trigger()
        menu.close()
        await wait(lambda: len(page._model.job.mapping) == 2, "a line for the column")
        assert page._model.job.mapping[1].origin == Column("Belt size")
        await click("job-file-browse")
        dialog = await find(QFileDialog, "file-dialog")
        assert dialog.directory().absolutePath() == str(tmp_path)
        dialog.reject()
        window.model.keep_folder_of(str(people))
        page._model.keeping.new()
        await look()
        page._commands.table()["browse"]()
        dialog = await find(QFileDialog, "file-dialog")
        assert dialog.directory().absolutePath() == str(tmp_path)
        dialog.reject()
        page._model.keeping.new(Operation.IMPORT)
        await pick("job-object", "Account")
        await wait(lambda: "All fields" in page._card._empty._text.text(), "what to do in an empty reading job")
