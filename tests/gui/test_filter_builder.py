from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QCalendarWidget,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.job_editor.filter_builder import FilterBuilder
from crmdesk.gui.pages.job_editor.order_editor import OrderEditor
from crmdesk.model.filter import Condition, Group, Joined, Operator, Order
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.order_draft import OrderModel
from tests.gui.hands import CTRL, SHIFT, Key, click, fill, find, focused, front, pick, press, press_in_list, write
from tests.viewmodel.filters import FIELDS


async def builder_of(qtbot: QtBot, model: FilterModel) -> FilterBuilder:
    """A filter builder on the screen."""
    builder = FilterBuilder(model)
    qtbot.addWidget(builder)
    builder.resize(700, 500)
    await put_up(builder)
    return builder


async def put_up(widget: QWidget) -> None:
    widget.show()
    await front(widget)


@pytest.fixture
async def model(qtbot: QtBot) -> FilterModel:
    """An empty filter that is on the screen."""
    model = FilterModel(FIELDS, None)
    await builder_of(qtbot, model)
    return model


async def pick_part(name: str, part: str) -> None:
    """Type part of a name and take the first that has it."""
    await fill(name, part)
    await press_in_list(await find(SearchCombo, name))


def focus() -> str:
    return focused().objectName()


async def test_a_filter_with_a_group_in_a_group_is_built_with_the_hands(model: FilterModel) -> None:
    """R-077."""
    await click("filter-add")
    await pick_part("filter-1-field", "indus")
    await pick("filter-1-operator", "is one of")
    await fill("filter-1-value", "Banking, Retail")
    await click("filter-add-group")
    await pick_part("filter-2-1-field", "revenue")
    await pick("filter-2-1-operator", "is at least")
    await fill("filter-2-1-value", "10000000")
    await click("filter-2-add-group")
    await pick_part("filter-2-2-1-field", "e-mail")
    await pick("filter-2-2-1-operator", "is empty")
    await click("filter-2-2-joined-any")
    assert model.filter() == Group(
        Joined.ALL,
        (
            Condition("Industry", Operator.IN, ("Banking", "Retail")),
            Group(
                Joined.ANY,
                (
                    Condition("AnnualRevenue", Operator.GREATER_OR_EQUAL, Decimal(10_000_000)),
                    Group(Joined.ANY, (Condition("Email", Operator.IS_EMPTY),)),
                ),
            ),
        ),
    )
    said = (await find(QWidget, "filter-sentence")).property("text")
    assert said == model.sentence
    assert "Annual Revenue is at least 10,000,000" in said


async def test_the_focus_goes_to_the_new_row_and_from_there_on_by_tab(model: FilterModel) -> None:
    (await find(QWidget, "filter-add")).setFocus()
    press(Key.Key_Space)
    assert focus() == "filter-1-field"
    await pick_part("filter-1-field", "account name")
    press(Key.Key_Tab)
    assert focus() == "filter-1-operator"
    press(Key.Key_Tab)
    assert focus() == "filter-1-value"
    write("Nordal")
    press(Key.Key_Tab)
    assert focus() == "filter-1-remove"
    assert model.filter() == Group(Joined.ALL, (Condition("Name", Operator.EQUAL, "Nordal"),))
    press(Key.Key_Space)
    assert model.filter() is None


async def test_a_row_is_moved_by_the_keyboard_and_keeps_the_focus(qtbot: QtBot) -> None:
    where = Group(
        Joined.ALL,
        (Condition("Name", Operator.EQUAL, "a"), Group(Joined.ANY, (Condition("Email", Operator.EQUAL, "b"),))),
    )
    model = FilterModel(FIELDS, where)
    await builder_of(qtbot, model)
    (await find(QWidget, "filter-1-value")).setFocus()
    press(Key.Key_Down, CTRL | SHIFT)
    assert focus() == "filter-1-1-value"
    assert model.filter() == Group(
        Joined.ALL,
        (Group(Joined.ANY, (Condition("Name", Operator.EQUAL, "a"), Condition("Email", Operator.EQUAL, "b"))),),
    )


async def test_what_is_wrong_with_a_value_is_written_beneath_it(model: FilterModel) -> None:
    await click("filter-add")
    await pick_part("filter-1-field", "employees")
    await fill("filter-1-value", "many")
    assert "not a number" in (await find(QWidget, "filter-1-problem")).property("text")
    assert (await find(QLineEdit, "filter-1-value")).accessibleDescription()
    await fill("filter-1-value", "7")
    assert model.problems == ()


async def test_a_day_is_chosen_from_the_calendar_and_the_clock_time_stays(qtbot: QtBot) -> None:
    where = Condition("CreatedDate", Operator.LESS, datetime(2026, 1, 5, 10, 30, tzinfo=UTC))
    model = FilterModel(FIELDS, where)
    await builder_of(qtbot, model)
    await click("filter-1-value-calendar")
    calendar = await find(QCalendarWidget, "filter-1-value-days")
    assert calendar.selectedDate() == QDate(2026, 1, 5)
    press(Key.Key_Right)
    press(Key.Key_Return)
    assert model.filter() == Condition("CreatedDate", Operator.LESS, datetime(2026, 1, 6, 10, 30, tzinfo=UTC))


async def test_a_date_is_typed(model: FilterModel) -> None:
    await click("filter-add")
    await pick_part("filter-1-field", "last activity")
    await fill("filter-1-value", "1 January 2026")
    assert model.filter() == Group(
        Joined.ALL, (Condition("LastActivityDate", Operator.GREATER_OR_EQUAL, date(2026, 1, 1)),)
    )


async def test_choices_are_ticked_in_a_list(qtbot: QtBot) -> None:
    model = FilterModel(FIELDS, Condition("Industry", Operator.IN, ("Banking", "Mining")))
    await builder_of(qtbot, model)
    await click("filter-1-value-list")
    choices = await find(QListWidget, "filter-1-value-choices")
    assert [choices.item(at).text() for at in range(choices.count())] == ["Banking", "Retail, wholesale", "Mining"]
    QTest.keyClick(choices, Key.Key_Down)
    QTest.keyClick(choices, Key.Key_Space)
    assert model.filter() == Condition("Industry", Operator.IN, ("Banking", "Retail, wholesale", "Mining"))
    assert (await find(QLineEdit, "filter-1-value")).text() == 'Banking, "Retail, wholesale", Mining'


async def test_a_column_of_a_spreadsheet_is_pasted_as_a_list(qtbot: QtBot) -> None:
    model = FilterModel(FIELDS, Condition("Name", Operator.IN, ("x",)))
    await builder_of(qtbot, model)
    line = await find(QLineEdit, "filter-1-value")
    line.setFocus()
    line.selectAll()
    QGuiApplication.clipboard().setText("Nordal AB\nFjell Bank, Oslo\n")
    press(Key.Key_V, CTRL)
    assert model.filter() == Condition("Name", Operator.IN, ("Nordal AB", "Fjell Bank", "Oslo"))


async def test_a_list_is_typed_one_value_a_line(qtbot: QtBot) -> None:
    model = FilterModel(FIELDS, Condition("Name", Operator.IN, ("Nordal AB", "x")))
    await builder_of(qtbot, model)
    await click("filter-1-value-list")
    lines = await find(QPlainTextEdit, "filter-1-value-lines")
    assert lines.toPlainText() == "Nordal AB\nx"
    lines.selectAll()
    QTest.keyClicks(lines, "Fjell Bank, Oslo")
    QTest.keyClick(lines, Key.Key_Return)
    QTest.keyClicks(lines, "Lumi Oy")
    await click("filter-1-value-done")
    assert model.filter() == Condition("Name", Operator.IN, ("Fjell Bank, Oslo", "Lumi Oy"))


async def test_every_control_can_be_reached_and_has_a_name_for_people_and_one_for_tests(qtbot: QtBot) -> None:
    where = Group(
        Joined.ANY,
        (
            Condition("CreatedDate", Operator.LESS, datetime(2026, 1, 5, tzinfo=UTC)),
            Group(
                Joined.ALL,
                (Condition("Industry", Operator.IN, ("Banking",)), Condition("IsActive", Operator.EQUAL, True)),
            ),
        ),
    )
    model = FilterModel(FIELDS, where)
    builder = await builder_of(qtbot, model)
    controls = [
        widget
        for widget in builder.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox) and widget.isVisible()
    ]
    assert len(controls) > 15
    for control in controls:
        assert control.accessibleName(), control.objectName()
        assert control.objectName()
        if not (isinstance(control, QAbstractButton) and control.isCheckable()):  # Tab reaches one, the arrows both
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.objectName()
    names = [control.objectName() for control in controls]
    assert len(names) == len(set(names))


async def test_typing_is_not_disturbed_by_what_the_model_says(model: FilterModel) -> None:
    await click("filter-add")
    await pick_part("filter-1-field", "account name")
    line = await find(QLineEdit, "filter-1-value")
    line.setFocus()
    QTest.keyClicks(line, "Nrdal")
    line.setCursorPosition(1)
    QTest.keyClicks(line, "o")
    assert (line.text(), line.cursorPosition()) == ("Nordal", 2)


async def test_a_field_that_is_typed_wrong_is_put_back(qtbot: QtBot) -> None:
    model = FilterModel(FIELDS, Condition("Name", Operator.EQUAL, "a"))
    await builder_of(qtbot, model)
    line = (await find(SearchCombo, "filter-1-field")).line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "Xyzzy")
    QTest.keyClick(line, Key.Key_Return)
    assert line.text() == "Account Name"
    assert model.filter() == Condition("Name", Operator.EQUAL, "a")


async def test_an_order_is_built_with_the_hands(qtbot: QtBot) -> None:
    model = OrderModel(FIELDS)
    editor = OrderEditor(model)
    qtbot.addWidget(editor)
    await put_up(editor)
    for number, name in ((1, "Name"), (2, "CreatedDate")):
        await click("order-add")
        await pick_part(f"order-{number}-field", name)
    await pick("order-2-direction", "newest first")
    assert model.order_by() == (Order("Name"), Order("CreatedDate", is_descending=True))
    (await find(QComboBox, "order-2-direction")).setFocus()
    press(Key.Key_Up, CTRL | SHIFT)
    assert model.order_by() == (Order("CreatedDate", is_descending=True), Order("Name"))
    assert focus() == "order-1-field"
    await click("order-2-remove")
    assert model.order_by() == (Order("CreatedDate", is_descending=True),)
