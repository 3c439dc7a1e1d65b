from __future__ import annotations

from collections.abc import Sequence
from time import thread_time

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import PAGE, PagedModel, RowsModel
from crmdesk.gui.kit.table.painting import paint_cell
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.theme import Scheme, colour, theme

COLUMNS = (Column("Row", 60, is_right=True), Column("Name", 120, is_stretching=True))


def table_of(qtbot: QtBot, rows: Sequence[tuple[str, str]]) -> tuple[Table, RowsModel[tuple[str, str]]]:
    theme.apply(Scheme.LIGHT)
    model: RowsModel[tuple[str, str]] = RowsModel(
        COLUMNS, lambda row, column: Cell(row[column], is_editable=column == 1)
    )
    model.show_rows(rows)
    table = Table("people", "People", model, is_multi=True)
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    return table, model


def test_a_million_rows_are_fetched_page_by_page_as_they_come_into_view(qtbot: QtBot) -> None:
    theme.apply(Scheme.LIGHT)
    asked: list[tuple[int, int]] = []

    def fetch(first: int, count: int) -> list[int]:
        asked.append((first, count))
        return list(range(first, first + count))

    model: PagedModel[int] = PagedModel((Column("Row", 100),), lambda row, _: Cell(str(row)), fetch)
    table = Table("rows", "Rows", model)
    qtbot.addWidget(table)
    table.resize(300, 400)
    table.show()
    model.show_count(1_000_000)
    table.grab()
    assert asked == [(0, PAGE)]
    table.scrollToBottom()
    table.grab()
    last = 999_999 // PAGE * PAGE
    assert (last, PAGE) in asked
    assert len(asked) == 2
    assert model.index(999_999, 0).data() == "999999"


def test_a_row_that_is_gone_meanwhile_is_shown_empty(qtbot: QtBot) -> None:
    model: PagedModel[int] = PagedModel((Column("Row", 100),), lambda row, _: Cell(str(row)), lambda *_: [])
    model.show_count(3)
    assert model.index(2, 0).data() == ""


def test_a_reader_hears_the_title_with_the_cell(qtbot: QtBot) -> None:
    _, model = table_of(qtbot, [("1", "Åsa")])
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Name: Åsa"


def test_selected_rows_are_copied_as_text_with_tabs(qtbot: QtBot) -> None:
    table, model = table_of(qtbot, [("1", "Åsa\tLind"), ("2", "Jon"), ("3", "Wei")])
    for row in (2, 0):
        table.selectionModel().select(
            model.index(row, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        )
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Row\tName\n1\tÅsa Lind\n3\tWei"
    assert table.chosen_rows() == (0, 2)


def test_an_edited_cell_is_handed_on_once_and_an_unchanged_one_not_at_all(qtbot: QtBot) -> None:
    table, model = table_of(qtbot, [("1", "Åsa"), ("2", "Jon")])
    changes: list[tuple[int, int, str]] = []
    model.on_edit = lambda row, column, text: changes.append((row, column, text))
    for typed in ("Asa", "Åsa"):
        table.setCurrentIndex(model.index(0, 1))
        QTest.keyClick(table, Qt.Key.Key_F2)
        editor = table.findChild(QLineEdit)
        assert editor is not None
        editor.setText(typed)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: table.findChild(QLineEdit) is None)
    assert changes == [(0, 1, "Asa")]


def test_a_tick_is_set_by_a_click_and_by_the_space_bar(qtbot: QtBot) -> None:
    ticked: set[int] = set()
    model: RowsModel[int] = RowsModel(
        (Column("", 40),), lambda row, _: Cell(style=CellStyle.CHECK, is_checked=row in ticked)
    )
    model.show_rows([0, 1])
    model.on_check = lambda row, _, is_on: ticked.add(row) if is_on else ticked.discard(row)
    table = Table("ticks", "Ticks", model)
    qtbot.addWidget(table)
    table.show()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(model.index(1, 0)).center())
    assert ticked == {1}
    table.setCurrentIndex(model.index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert ticked == {0, 1}


def test_a_line_that_would_be_cut_is_hidden(qtbot: QtBot) -> None:
    table, _ = table_of(qtbot, [(str(row), "x") for row in range(50)])
    qtbot.waitExposed(table)
    room = table.viewport().height()
    strip = table._strip
    assert strip.isVisible()
    assert strip.height() == room % 32
    assert strip.geometry().bottom() == room - 1


def test_the_chosen_row_stays_when_the_same_rows_come_again(qtbot: QtBot) -> None:
    table, model = table_of(qtbot, [("1", "Åsa"), ("2", "Jon")])
    chosen: list[int] = []
    table.row_chosen.connect(chosen.append)
    table.choose_row(1)
    model.show_rows([("1", "Åsa"), ("2", "Jonny")])
    assert table.chosen_row() == 1
    assert chosen == [1]


def test_what_is_typed_right_after_a_click_into_the_chosen_row_is_not_lost(qtbot: QtBot) -> None:
    table, model = table_of(qtbot, [("1", "Åsa")])
    changes: list[str] = []
    model.on_edit = lambda *change: changes.append(change[2])
    table.choose_row(0)
    cell = table.visualRect(model.index(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    QTest.keyClicks(table, "J")
    editor = table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "on")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: changes == ["Jon"])


def test_what_hides_a_line_that_would_be_cut_stays_at_the_lower_edge_when_the_table_is_scrolled(qtbot: QtBot) -> None:
    table, _ = table_of(qtbot, [(str(number), "Åsa") for number in range(100)])
    place = table._strip.geometry()
    assert table._strip.isVisible()
    table.verticalScrollBar().setValue(40)
    assert table._strip.geometry() == place
    table.verticalScrollBar().setValue(39)
    assert table._strip.geometry() == place


def test_scrolled_to_the_end_the_last_line_is_whole_and_the_first_is_hidden_where_it_is_cut(qtbot: QtBot) -> None:
    table, model = table_of(qtbot, [(str(at), f"name {at}") for at in range(40)])
    strip = next(each for each in table.viewport().findChildren(QWidget) if each.property("look") == "strip")
    room = table.viewport().height()
    assert room % 32, "the height is meant to cut a line"
    assert strip.geometry().bottom() == room - 1
    table.scrollToBottom()
    last = table.visualRect(model.index(39, 0))
    assert last.bottom() <= room - 1
    assert not strip.geometry().intersects(last)
    assert strip.geometry().top() == 0
    table.scrollToTop()
    assert strip.geometry().bottom() == room - 1


def test_what_is_being_typed_outlives_a_refresh(qtbot: QtBot) -> None:
    table, model = table_of(qtbot, [("1", "Åsa")])
    table.setCurrentIndex(model.index(0, 1))
    QTest.keyClicks(table, "J")
    editor = table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "o")
    model.show_rows([("1", "Åsa")])
    QTest.keyClicks(editor, "n")
    assert editor.text() == "Jon"


def test_the_ring_of_the_keyboard_is_around_the_whole_row_where_rows_are_chosen(qtbot: QtBot) -> None:
    theme.apply(Scheme.LIGHT)
    for by_cells, ringed in ((False, {0, 1}), (True, {0})):
        model: RowsModel[tuple[str, str]] = RowsModel(COLUMNS, lambda row, column: Cell(row[column]))
        model.show_rows([("1", ""), ("2", "")])
        table = Table("people", "People", model, by_cells=by_cells)
        qtbot.addWidget(table)
        table.resize(400, 200)
        table.show()
        table.choose_row(1)
        table.setFocus()
        qtbot.waitUntil(table.hasFocus)
        picture, accent = table.viewport().grab().toImage(), colour("accent").rgb()
        places = [table.visualRect(model.index(1, column)) for column in range(2)]
        top = places[0].top() + 2
        assert {at for at, place in enumerate(places) if picture.pixel(place.center().x(), top) == accent} == ringed


def test_a_cell_of_megabytes_costs_no_more_than_one_that_fills_its_line(qtbot: QtBot) -> None:
    long, full = ("lorem ipsum " * 500_000, "lorem ipsum " * 400)
    table, model = table_of(qtbot, [("1", long), ("2", full)])
    took: list[float] = []
    for row in (1, 0):
        began = thread_time()
        for _ in range(20):
            image = QImage(400, 32, QImage.Format.Format_RGB32)
            with QPainter(image) as painter:
                paint_cell(painter, model.cell(row, 1), image.rect())
        took.append(thread_time() - began)
    assert took[1] < 20 * took[0] + 0.05
    assert len(model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)) < 3000
    assert table.isVisible()


def test_a_value_that_looks_like_markup_is_shown_and_not_followed_by_a_tooltip(qtbot: QtBot) -> None:
    _, model = table_of(qtbot, [("1", 'AT&T <img src="/etc/hosts">'), ("2", "3 < 4 & 5")])
    assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == (
        '<span style="white-space: pre-wrap">AT&amp;T &lt;img src=&quot;/etc/hosts&quot;&gt;</span>'
    )
    assert model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole) == "3 < 4 & 5"


def test_the_chosen_line_stays_in_view_when_the_table_becomes_lower(qtbot: QtBot) -> None:
    table, _ = table_of(qtbot, [(str(number), "x") for number in range(40)])
    table.resize(400, 400)
    table.choose_row(9)
    table.resize(400, 160)
    assert 0 <= table.visualRect(table.currentIndex()).bottom() < table.viewport().height()
    table.scrollToBottom()
    table.resize(400, 120)
    assert table.visualRect(table.currentIndex()).bottom() < 0, "what was out of view stays there"
