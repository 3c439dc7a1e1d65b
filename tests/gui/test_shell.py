from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from crmdesk.gui import icons
from crmdesk.gui.actions import action_table
from crmdesk.gui.kit.drop import DropCard
from crmdesk.gui.kit.focus import FocusRing
from crmdesk.gui.rail import ICONS, NARROW, WIDE
from crmdesk.gui.shell import Shell
from crmdesk.gui.spawn import failed
from crmdesk.gui.theme import theme
from crmdesk.viewmodel.app import PageName, Place
from tests.cli.program import Program
from tests.gui.controls import nameless
from tests.gui.hands import click, fill, find, look, opened, press, wait


def badge(window: Shell, name: str) -> QLabel:
    found = window.findChild(QLabel, name)
    assert found is not None
    return found


def test_no_two_actions_have_the_same_keys() -> None:
    keys = [line.keys for line in action_table() if line.keys]
    assert sorted(keys) == sorted(set(keys))


async def test_keys_that_are_held_down_do_a_thing_once_but_go_on_undoing(program: Program) -> None:
    async with opened(program.home) as window:
        held = [line.name for line in action_table() if window.actions_[line.name].autoRepeat()]
        assert held == ["undo", "redo"]


async def test_every_page_is_reached_by_its_keys_and_by_the_rail(program: Program) -> None:
    async with opened(program.home) as window:
        by_number = {line.name for line in action_table() if line.keys.startswith("Alt+")}
        pages = (page for page in PageName if f"go-{page}" in by_number)
        for number, page in enumerate(pages, start=1):
            QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.AltModifier)
            assert window.model.place == Place(page)
            assert window.current().isVisible()
        for page in (PageName.OVERVIEW, PageName.OPTIONS):
            await click(f"rail-{page}")
            assert window.model.place == Place(page)
        QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert window.model.place == Place(PageName.OVERVIEW)


class Watcher(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt calls it
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


async def test_no_part_of_a_page_is_a_window_of_its_own_while_the_page_is_built(program: Program) -> None:
    async with opened(program.home) as window:
        watcher = Watcher()
        QApplication.instance().installEventFilter(watcher)  # type: ignore[union-attr]
        for page in PageName:
            window.model.show(page)
        QApplication.instance().removeEventFilter(watcher)  # type: ignore[union-attr]
        assert watcher.shown == []


async def test_every_control_of_the_first_pages_is_named(program: Program) -> None:
    async with opened(program.home) as window:
        for page in (PageName.OVERVIEW, PageName.OPTIONS):
            window.model.show(page)
            assert nameless(window) == []


async def test_the_rail_tells_of_open_rejects_and_is_wider_in_a_wide_window(program: Program) -> None:
    async with opened(program.home) as window:
        assert badge(window, "rail-rejects-open").isHidden()
        window.rail.show_counts(1, 1234)
        assert badge(window, "rail-rejects-open").text() == "1,234"
        assert badge(window, "rail-running").text() == "1"
        window.rail.show_counts(1, 9999)
        rejects = await find(QToolButton, "rail-rejects")
        words = 8 + 18 + rejects.fontMetrics().horizontalAdvance(rejects.text()) + 8  # padding, icon, words
        assert badge(window, "rail-rejects-open").geometry().left() >= words - 8
        window.rail.show_counts(1, 123_456)
        assert badge(window, "rail-rejects-open").text() == "123k"
        assert "123,456 rows wait to be corrected" in rejects.toolTip()
        assert window.rail.width() == NARROW
        window.resize(1500, 900)
        await wait(lambda: window.rail.width() == WIDE, "the wide rail")
        window.resize(960, 540)
        await wait(lambda: window.rail.width() == ICONS, "the rail of icons")
        assert badge(window, "rail-rejects-open").isVisible()
        assert rejects.accessibleName() == "Rejects"


async def test_the_theme_that_was_chosen_is_kept(program: Program) -> None:
    async with opened(program.home) as window:
        window.model.show(PageName.OPTIONS)
        await click("options-theme-dark")
        assert theme.is_dark, window.model.theme
    async with opened(program.home) as window:
        assert window.model.theme == "dark"
        drawn = (await find(QToolButton, "rail-theme")).icon().pixmap(16).toImage()
        assert drawn == icons.icon("sun").pixmap(16).toImage()
        await click("rail-theme")
        assert window.model.theme == "light"


async def test_a_ring_follows_the_focus_of_the_keyboard(program: Program) -> None:
    async with opened(program.home) as window:
        ring = window.findChild(FocusRing)
        assert ring is not None
        button = await find(QWidget, "welcome-practice")
        button.setFocus(Qt.FocusReason.TabFocusReason)
        await wait(ring.isVisible, "the ring")
        assert ring.geometry().center() == button.mapTo(window, button.rect().center())
        item = await find(QToolButton, "rail-jobs")
        item.setFocus(Qt.FocusReason.TabFocusReason)
        assert ring.geometry().center() == item.mapTo(window, item.rect().center())


async def test_the_first_start_offers_the_sample_as_a_new_job(program: Program) -> None:
    async with opened(program.home) as window:
        await click("welcome-practice")
        file = program.home / "samples" / "contacts.toml"
        assert window.model.place == Place(PageName.JOB, file=str(file))
        assert file.exists()
        assert (file.parent / "contacts.csv").exists()


async def test_a_file_is_begun_with_by_its_path_or_by_dropping_it(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name\nÅsa\n", encoding="utf-8")
    async with opened(program.home) as window:
        await fill("welcome-path", str(file))
        press(Qt.Key.Key_Return)
        assert window.model.place == Place(PageName.JOB, file=str(file))
        window.model.show(PageName.OVERVIEW)
        card = await find(DropCard, "welcome-drop")
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        card.dropEvent(QDropEvent(QPointF(5, 5), actions, mime, buttons, Qt.KeyboardModifier.NoModifier))
        assert window.model.place == Place(PageName.JOB, file=str(file))


async def test_a_path_that_leads_nowhere_is_told(program: Program, tmp_path: Path) -> None:
    async with opened(program.home) as window:
        await fill("welcome-path", str(tmp_path / "nothing.csv"))
        press(Qt.Key.Key_Return)
        await find(QWidget, "message-dialog")
        press(Qt.Key.Key_Escape)
        assert window.model.place == Place(PageName.OVERVIEW)


async def test_a_bug_of_ours_opens_the_crash_dialog_once_and_the_window_goes_on(program: Program) -> None:
    async with opened(program.home) as window:
        failed(ZeroDivisionError())
        failed(ZeroDivisionError())
        await click("crash-go-on")
        await look()
        assert window.isVisible()
        (program.home / "crash.txt").unlink()


async def test_a_used_profile_lists_its_jobs_and_opens_them(program: Program) -> None:
    job = Path(__file__).parent.parent.parent / "resources" / "samples" / "contacts.toml"
    assert program.tell("job", "import", job).code == 0
    async with opened(program.home) as window:
        table = await find(QWidget, "overview-jobs")
        assert table.hasFocus()
        press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Return)
        assert window.model.place == Place(PageName.JOB, "sample contacts")
