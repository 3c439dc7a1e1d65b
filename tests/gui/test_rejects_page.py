"""The page of the rejects: typed over, pasted, filled, ticked, and sent again, by real clicks and keys."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from crmdesk.desk.window.answers import RemedyLook, ValueMet
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.table.painting import PAD
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.rejects.card import value_words
from crmdesk.gui.pages.rejects.grid import RejectGrid, RejectTable
from crmdesk.gui.pages.rejects.page import RejectsPage
from crmdesk.gui.pages.rejects.remedy_preview import ask_to_carry_out
from crmdesk.gui.pages.rejects.remedy_wishes import ask_values
from crmdesk.gui.shell import Shell
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.reject import RejectState
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import PageName
from crmdesk.viewmodel.rejects.remedies import preview_of
from tests.cli.jobs import JOBS, kept_job
from tests.cli.program import Program
from tests.gui.hands import CTRL, SHIFT, Key, click, fill, find, front, look, opened, press, shown, text_of, wait, write
from tests.store.steps import counted
from tests.viewmodel.kept_rejects import bad_mails, stored

_STATE, _NAME, _EMAIL = 1, 5, 6
BEST = "Shorten, round, tidy…"
BAD = ["here", "there", "here", "nowhere", "here", "there", "here", "here", "here", "there"]


@pytest.fixture
def mails(program: Program, tmp_path: Path) -> str:
    """A run of ten rejected contacts with one of three bad addresses."""
    return bad_mails(program.home, tmp_path, BAD)


async def rejects_page(window: Shell) -> RejectTable:
    """Go there by the keyboard, and to the first row."""
    QTest.keyClick(window, Key.Key_5, Qt.KeyboardModifier.AltModifier)
    table = await find(RejectTable, "rejects-rows")
    table.setFocus()
    return table


def put_cursor(table: RejectTable, row: int, source: str) -> None:
    grid = table.model()
    assert isinstance(grid, RejectGrid)
    at = next(number for number, each in enumerate(grid.grid) if each.source == source)
    table.setCurrentIndex(grid.index(row, at))


def column(table: RejectTable, source: str) -> list[str]:
    grid = table.model()
    assert isinstance(grid, RejectGrid)
    at = next(number for number, each in enumerate(grid.grid) if each.source == source)
    return [str(grid.index(row, at).data()) for row in range(grid.rowCount())]


def states(table: RejectTable) -> list[str]:
    return [str(table.model().index(row, _STATE).data()) for row in range(table.model().rowCount())]


async def test_the_accounts_get_their_keys_and_are_sent_again(
    program: Program, tmp_path: Path, real_data: Path
) -> None:
    assert program.run(kept_job("accounts", real_data / "accountData.csv", tmp_path)).code == 1
    async with opened(program.home) as window:
        table = await rejects_page(window)
        assert await text_of("rejects-cause-title") == "The key is empty: Oracle Id"
        assert await text_of("rejects-send") == "\u2009Send 11 again…"
        for number in range(11):  # the cursor stands where one begins to type
            press(Key.Key_L)
            write(f"ate-{number:02}")
            press(Key.Key_Return)
            await look(0.01)
        assert column(table, "ORACLE_ID__C") == [f"late-{number:02}" for number in range(11)]
        assert states(table) == ["corrected"] * 11
        await click("rejects-send")
        await find(QWidget, "confirm-dialog")
        await click("confirm-ok")
        await wait(lambda: window.model.place.page is PageName.RUN, "the page of the run")
        history = window.model.history
        await wait(lambda: history.run("2").outcome is RunOutcome.SUCCEEDED, "the end of the run")
        assert history.run("2").tally.created == 11
        await front(window)
        QTest.keyClick(window, Key.Key_5, Qt.KeyboardModifier.AltModifier)
        await find(QWidget, "rejects-empty")


async def test_values_are_pasted_filled_down_emptied_and_undone(mails: str, program: Program) -> None:
    async with opened(program.home) as window:
        table = await rejects_page(window)
        put_cursor(table, 0, "Email")
        for _ in range(2):
            press(Key.Key_Down, SHIFT)
        clipboard = QGuiApplication.clipboard()
        clipboard.setText("a@example.com\nb@example.com\nc@example.com\n")
        press(Key.Key_V, CTRL)
        await wait(lambda: column(table, "Email")[2] == "c@example.com", "the pasted column")
        assert column(table, "Email")[:4] == ["a@example.com", "b@example.com", "c@example.com", "nowhere"]
        press(Key.Key_D, CTRL)
        await wait(lambda: column(table, "Email")[0] == "c@example.com", "the value in all three rows")
        press(Key.Key_Delete)
        await wait(lambda: column(table, "Email")[:3] == ["", "", ""], "the empty values")
        for expected in ("c@example.com", "a@example.com", "here"):
            press(Key.Key_Z, CTRL)
            await wait(lambda expected=expected: column(table, "Email")[0] == expected, expected)  # type: ignore[misc]
        press(Key.Key_Z, CTRL | SHIFT)
        await wait(lambda: column(table, "Email")[0] == "a@example.com", "the paste again")
        assert window.model.history.corrections(mails)[1] == {"Email": "a@example.com"}


async def test_what_is_copied_in_the_grid_is_pasted_as_it_stood(mails: str, program: Program) -> None:
    async with opened(program.home) as window:
        table = await rejects_page(window)
        before = column(table, "Email")
        put_cursor(table, 0, "Email")
        press(Key.Key_Down, SHIFT)
        press(Key.Key_C, CTRL)
        assert QGuiApplication.clipboard().text().splitlines() == before[:2]
        for _ in range(6):
            press(Key.Key_Down)
        press(Key.Key_Down, SHIFT)
        press(Key.Key_V, CTRL)
        await wait(lambda: column(table, "Email")[7:9] == before[:2], "the copied values")
        press(Key.Key_Up)
        press(Key.Key_Delete)
        await wait(lambda: column(table, "Email")[7] == "", "an empty value")
        press(Key.Key_C, CTRL)
        press(Key.Key_Down)
        press(Key.Key_V, CTRL)
        await wait(lambda: column(table, "Email")[8] == "", "the empty value that was copied")
        assert column(table, "Email") == [*before[:7], "", "", before[9]]
        press(Key.Key_C, CTRL | SHIFT)
        title, row = QGuiApplication.clipboard().text().splitlines()
        assert "Email: yours / original" in title.split("\t")
        assert len(row.split("\t")) == len(title.split("\t"))


async def test_a_value_is_chosen_and_set_or_replaced_in_all_its_rows(mails: str, program: Program) -> None:
    async with opened(program.home) as window:
        table = await rejects_page(window)
        await click("rejects-value-2")
        await wait(lambda: len(states(table)) == 3, "the rows of one value")
        await click("rejects-set")
        await find(QWidget, "set-value-dialog")
        await fill("set-value-value", "there@example.com")
        await click("set-value-ok")
        await wait(lambda: column(table, "Email") == ["there@example.com"] * 3, "the value in three rows")
        await click("rejects-value-all")
        await wait(lambda: len(states(table)) == 10, "all rows")
        await click("rejects-replace")
        await fill("replace-new", "here@example.com")
        await click("replace-ok")
        await wait(lambda: column(table, "Email").count("here@example.com") == 6, "the replaced value")
        assert await text_of("rejects-send") == "\u2009Send 9 again…"
        await click("rejects-replace")
        await fill("replace-old", "@example.com")
        await fill("replace-new", "@example.org")
        await click("replace-part")
        await click("replace-ok")
        await wait(lambda: column(table, "Email").count("here@example.org") == 6, "the replaced part")
        await fill("rejects-search", "name 4")
        await wait(lambda: len(states(table)) == 1, "the row that was looked for")


async def test_rows_are_ticked_set_aside_and_taken_back(mails: str, program: Program) -> None:
    async with opened(program.home) as window:
        table = await rejects_page(window)
        table.setCurrentIndex(table.model().index(1, 0))
        press(Key.Key_Space)
        assert await text_of("rejects-send") == "\u2009Send 1 again…"
        press(Key.Key_Down, SHIFT)
        press(Key.Key_Space, CTRL)
        assert await text_of("rejects-send") == "\u2009Send 2 again…"
        press(Key.Key_Down)
        press(Key.Key_Up)
        press(Key.Key_Space, CTRL)
        assert await text_of("rejects-send") == "\u2009Send 1 again…"
        await click("rejects-aside")
        await fill("text-value", "not ours")
        await click("text-ok")
        await front(window)
        await wait(lambda: len(states(table)) == 9, "the rows that are left")
        groups = await find(Table, "rejects-groups")
        groups.setFocus()
        press(Key.Key_Up)
        groups.choose_row(0)
        await wait(lambda: states(table) == ["set aside"], "the rows set aside")
        assert not (await find(QWidget, "rejects-send")).isEnabled()
        await click("rejects-aside")
        await wait(lambda: window.model.history.reject_states(mails) == {RejectState.OPEN: 10}, "all open again")
        await wait(lambda: window.model.open_rejects == 10, "the count of the rail")


async def test_a_corrected_file_is_dropped_looked_at_and_taken_in(mails: str, program: Program, tmp_path: Path) -> None:
    place = tmp_path / "rejects.csv"
    assert program.ask("rejects", mails, "--csv", place).code == 0
    with place.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    lines[2]["Email"] = "third@example.com"
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    async with opened(program.home) as window:
        table = await rejects_page(window)
        page = window.page(PageName.REJECTS)
        assert isinstance(page, RejectsPage)
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(place))])
        drop = QDropEvent(
            QPointF(9, 9),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        page.dropEvent(drop)
        assert await text_of("take-in-counts") == "Corrected 1 · unchanged 9 · not ours 0"
        await click("take-in-ok")
        await wait(lambda: column(table, "Email")[2] == "third@example.com", "the value of the file")


async def test_the_chosen_row_is_shown_in_full(mails: str, program: Program) -> None:
    async with opened(program.home) as window:
        table = await rejects_page(window)
        press(Key.Key_Down)
        detail = await find(Table, "rejects-detail")
        assert detail.model().headerData(0, Qt.Orientation.Horizontal) == "Row 2, line 3"
        assert [detail.model().index(0, at).data() for at in range(5)] == [
            "Email",
            "Email",
            "there",
            "there",
            "not sent",
        ]
        assert "Try 1" in await text_of("rejects-story")
        assert table.chosen_rows() == (1,)


async def test_a_profile_without_rejects_leads_to_the_runs(program: Program) -> None:
    async with opened(program.home) as window:
        QTest.keyClick(window, Key.Key_5, Qt.KeyboardModifier.AltModifier)
        await find(QWidget, "rejects-empty")
        assert shown(QWidget, "rejects-run") is None
        await click("rejects-last-run")
        assert window.model.place.page is PageName.RUNS


async def test_counts_and_values_of_a_cause_are_never_cut(program: Program, tmp_path: Path) -> None:
    bad_mails(program.home, tmp_path, [f"A-99990{number % 300}" for number in range(1_598)])
    async with opened(program.home) as window:
        window.resize(1280, 720)
        await rejects_page(window)
        causes = await find(Table, "rejects-causes")
        words = causes.model().index(0, 1).data()
        assert words == "1,598"
        assert causes.columnWidth(1) >= causes.fontMetrics().horizontalAdvance(words) + 2 * PAD
        await find(QWidget, "rejects-value-more")
        chips = [each for each in window.findChildren(Button) if each.objectName().startswith("rejects-value-")]
        seen = [each for each in chips if each.isVisible()]
        assert len(seen) > 3
        assert [each.text() for each in seen if each.width() < each.sizeHint().width()] == []


async def test_no_button_of_a_cause_is_cut_in_the_smallest_window(mails: str, program: Program) -> None:
    async with opened(program.home) as window:
        await rejects_page(window)
        card = await find(QWidget, "rejects-card")
        for width, has_room in ((1024, False), (1280, True)):
            window.resize(width, 640)
            await look(0.5)
            (best,) = (each for each in card.findChildren(Button) if each.text() == BEST)
            assert best.isVisible() is has_room
            seen = [each for each in card.findChildren(Button) if each.isVisible()]
            assert len(seen) > 3
            assert [each.text() for each in seen if each.width() < each.sizeHint().width()] == []


async def test_a_remedy_that_helps_no_row_says_so_and_can_only_be_left(program: Program, tmp_path: Path) -> None:
    """R-197."""
    bad_mails(program.home, tmp_path, BAD)
    async with opened(program.home) as window:
        await rejects_page(window)
        idle = preview_of(Remedy.SHORTEN, RemedyLook(), 10, {})
        asked = asyncio.create_task(ask_to_carry_out(window.current(), Remedy.SHORTEN, idle))
        await find(Button, "remedy-no")
        assert shown(Button, "remedy-do") is None
        press(Key.Key_Return)
        assert await asked is None


async def test_a_remedy_offers_what_the_field_takes(program: Program, tmp_path: Path) -> None:
    """R-197."""
    bad_mails(program.home, tmp_path, BAD)
    met = (ValueMet("here", 6, "Mid-market"), ValueMet("there", 3), ValueMet("nowhere", 1))
    async with opened(program.home) as window:
        await rejects_page(window)
        answer = asyncio.create_task(
            ask_values(window.current(), Remedy.MAP_VALUES, RemedyLook(met=met, choices=("Mid-market", "Enterprise")))
        )
        await click("remedy-take-nearest")
        combo = await find(QComboBox, "remedy-value-1")
        combo.setFocus()
        assert [combo.itemText(at) for at in range(combo.count())] == ["Mid-market", "Enterprise"]
        write("enterprise")
        press(Key.Key_Tab)
        await fill("remedy-value-2-text", "something else")
        await click("remedy-look")
        wish = await answer
        assert wish is not None
        assert wish.values == {"here": "Mid-market", "there": "Enterprise", "nowhere": "something else"}


async def test_a_hundred_thousand_rows_are_scrolled_without_a_halt(program: Program) -> None:
    more = {f"COLUMN{number}": f"value {number}" for number in range(25)}
    rejects = [
        (row, "Type", "NOT_IN_LIST", f'"t{row % 40}" is not in it.', {**values, **more})
        for row in range(1, 100_001)
        for values in [{"ORACLE_ID__C": f"K{row}", "NAME": f"Name {row}", "TYPE": f"t{row % 40}"}]
    ]
    stored(program.home, JOBS / "accounts.toml", rejects)
    async with opened(program.home) as window:
        table = await rejects_page(window)
        took = []
        for turn in range(12):
            with counted(window.model.history._store) as reading:
                table.verticalScrollBar().setValue(turn * 8_000)
                table.repaint()
            took.append(reading.taken)
            await asyncio.sleep(0)
        assert max(took) < 20_000  # a page of a hundred thousand
        press(Key.Key_End, CTRL)
        assert table.chosen_row() == 99_999


def test_what_nobody_would_see_in_a_value_is_made_visible() -> None:
    assert [value_words(text) for text in ("", " UK ", "a\tb\nc", "x" * 30)] == [
        "(empty)",
        "␣UK␣",
        "a⇥b↵c",
        f"{'x' * 23}…",
    ]


async def test_a_click_on_a_title_sorts_where_the_order_is_known_and_the_menu_does_it_by_keys(
    mails: str, program: Program
) -> None:
    async with opened(program.home) as window:
        table = await rejects_page(window)
        await wait(lambda: len(column(table, "Email")) == 10, "the rows")

        def click_title(at: int) -> None:
            place = QPoint(table.head.sectionViewportPosition(at) + 20, 10)
            QTest.mouseClick(table.head.viewport(), Qt.MouseButton.LeftButton, pos=place)

        click_title(_EMAIL)
        await wait(lambda: column(table, "Email")[:2] == ["here"] * 2, "the order of the addresses")
        assert table.head.isSortIndicatorShown()
        click_title(_EMAIL)
        assert column(table, "Email")[:3] == ["there"] * 3
        assert table.currentIndex().row() == 0
        click_title(_NAME)
        assert (table.head.sortIndicatorSection(), column(table, "Key")[0]) == (_EMAIL, "B2")
        table.customContextMenuRequested.emit(QPoint(20, 20))
        menu = await find(QMenu, "rejects-menu")
        orders = next(each.menu() for each in menu.actions() if each.text() == "Sort by")
        assert isinstance(orders, QMenu)
        assert [each.text() for each in orders.actions()] == ["State", "Row", "Email: yours / original"]
        orders.actions()[1].trigger()
        menu.close()
        assert column(table, "Key") == [f"B{row}" for row in range(1, 11)]
        assert not table.head.isSortIndicatorShown()
