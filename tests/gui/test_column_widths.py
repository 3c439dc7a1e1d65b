"""A column stays as wide as a person has made it, until they want the first widths back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from crmdesk.gui.kit.table.cells import Cell, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.shell import Shell
from crmdesk.gui.theme import Scheme, theme
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Column as Source
from crmdesk.model.mapping import FieldMap
from crmdesk.viewmodel.app import PageName
from tests.gui.hands import find, opened

MAPPING = (FieldMap("LastName", Source("name")),)
INSERT = ExportOptions(Action.INSERT)
JOB = Job("people", "practice_org", "Contact", Operation.EXPORT, LocalFile("/p.csv"), MAPPING, export=INSERT)
ROW, NAME, MAIL = Column("Row", 60), Column("Name", 120, is_stretching=True), Column("Mail", 150)


def drag(table: Table, at: int, by: int) -> None:
    """Take the right edge of a column, and let it go `by` px further right."""
    head, left = table.head, Qt.MouseButton.LeftButton
    edge = QPoint(head.sectionViewportPosition(at) + head.sectionSize(at) - 1, head.height() // 2)
    QTest.mousePress(head.viewport(), left, pos=edge)
    QTest.mouseMove(head.viewport(), edge + QPoint(by, 0))
    QTest.mouseRelease(head.viewport(), left, pos=edge + QPoint(by, 0))


def table_of(qtbot: QtBot, *columns: Column) -> tuple[Table, RowsModel[str]]:
    theme.apply(Scheme.LIGHT)
    model: RowsModel[str] = RowsModel(columns, lambda row, _: Cell(row))
    model.show_rows(["a text that has no room in a narrow column"])
    table = Table("people", "People", model)
    qtbot.addWidget(table)
    table.resize(600, 200)
    table.show()
    return table, model


async def jobs_table(window: Shell) -> Table:
    window.model.history.save_job(JOB, "people" if window.model.history.jobs() else "")
    window.model.show(PageName.JOBS)
    return await find(Table, "jobs-table")


async def test_columns_are_as_wide_as_they_were_made_when_the_window_opens_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as window:
        table = await jobs_table(window)
        drag(table, 1, 40)
        made = table.columnWidth(1)
        assert made == 324
    async with opened(tmp_path) as window:
        assert (await jobs_table(window)).columnWidth(1) == made


@pytest.mark.parametrize("kept", ["", "wide", "[1]", '{"Job": "x", "Direction": -5, "CRM account": 99999999}'])
async def test_widths_that_make_no_sense_are_mended(kept: str, tmp_path: Path) -> None:
    async with opened(tmp_path) as window:
        window.model.history.set_setting("columns of jobs-table", kept)
        table = await jobs_table(window)
        assert table.columnWidth(1) == 284
        assert all(24 <= table.columnWidth(at) <= 4000 for at in range(5))


def test_the_first_widths_come_back_from_the_menu_of_the_head(qtbot: QtBot) -> None:
    table, _ = table_of(qtbot, ROW, NAME, MAIL)
    menu = table.head.menu()
    assert not menu.actions()[0].isEnabled()
    drag(table, 0, 30)
    assert (table.columnWidth(0), table.head.made) == (90, {"Row": 90})
    again: QMenu = table.head.menu()
    again.actions()[0].trigger()
    assert (table.columnWidth(0), table.head.made) == (60, {})


def test_a_column_has_its_made_width_again_when_it_is_shown_again_elsewhere_among_others(qtbot: QtBot) -> None:
    table, model = table_of(qtbot, ROW, NAME, MAIL)
    drag(table, 2, 50)
    model.show_columns((ROW, NAME))
    model.show_columns((MAIL, ROW, MAIL))
    assert [table.columnWidth(at) for at in range(3)] == [200, 60, 150], "of two of the same name the first"


def test_a_double_click_on_the_edge_of_a_column_is_a_width_that_stays(qtbot: QtBot) -> None:
    table, _ = table_of(qtbot, ROW, MAIL)
    edge = QPoint(59, 10)
    QTest.mouseDClick(table.head.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    assert table.head.made == {"Row": table.columnWidth(0)}
    assert table.columnWidth(0) > 150


def test_what_the_window_makes_narrower_by_itself_is_not_taken_for_a_wish(qtbot: QtBot) -> None:
    table, _ = table_of(qtbot, ROW, NAME, MAIL)
    table.resize(420, 200)
    drag(table, 2, 20)
    assert table.head.made == {"Mail": 170}
