from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.kit.search_combo import SearchCombo

CHOICES = (("Account", "Account"), ("Opportunity", "Opportunity"), ("OpportunityLineItem", "Opportunity Product"))


@pytest.fixture
def field(qtbot: QtBot) -> tuple[QWidget, SearchCombo]:
    """A choice without a value, beside a field where the focus may go."""
    window = QWidget()
    row = QHBoxLayout(window)
    combo = SearchCombo("object", "Object")
    row.addWidget(combo)
    row.addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    combo.show_choices(CHOICES, "")
    combo.line.setFocus()
    qtbot.waitUntil(combo.line.hasFocus)
    return window, combo


@pytest.mark.parametrize(
    ("typed", "key", "picked"),
    [
        ("oppo", Qt.Key.Key_Return, ["Opportunity"]),
        ("lineitem", Qt.Key.Key_Return, ["OpportunityLineItem"]),
        ("prod", Qt.Key.Key_Tab, ["OpportunityLineItem"]),
        ("oppo", Qt.Key.Key_Tab, []),
        ("nothing of the kind", Qt.Key.Key_Return, []),
        ("", Qt.Key.Key_Return, []),
    ],
)
def test_enter_takes_the_first_that_is_found_and_leaving_takes_the_only_one(
    qtbot: QtBot, field: tuple[QWidget, SearchCombo], typed: str, key: Qt.Key, picked: list[str]
) -> None:
    _, combo = field
    seen: list[str] = []
    combo.picked.connect(seen.append)
    QTest.keyClicks(combo.line, typed)
    found = QApplication.activePopupWidget()
    if found is not None:  # a person's Tab closes it; offscreen, keys do not go by it
        found.hide()
        combo.line.setFocus()
    QTest.keyClick(combo.line, key)
    assert seen == picked
    assert combo.value() == (picked[0] if picked else "")


def test_what_cannot_be_chosen_is_seen_with_the_reason_and_never_taken(
    qtbot: QtBot, field: tuple[QWidget, SearchCombo]
) -> None:
    _, combo = field
    combo.show_choices(CHOICES[:1], "", [("CreatedDate", "Created Date: The CRM sets it.")])
    seen: list[str] = []
    combo.picked.connect(seen.append)
    completer = combo.completer()
    assert completer is not None
    completer.setCompletionPrefix("created")
    assert completer.completionCount() == 1, "it is found, greyed"
    for typed in ("created date", "CreatedDate", "Created Date: The CRM sets it."):
        combo.line.setText(typed)
        QTest.keyClick(combo.line, Qt.Key.Key_Return)
    assert (seen, combo.value()) == ([], "")


def test_who_types_while_the_choices_come_goes_on_typing_among_them(
    qtbot: QtBot, field: tuple[QWidget, SearchCombo]
) -> None:
    _, combo = field
    seen: list[str] = []
    combo.picked.connect(seen.append)
    combo.show_choices((), "")
    QTest.keyClicks(combo.line, "line")
    combo.show_choices(CHOICES, "")
    assert combo.line.text() == "line"
    found = QApplication.activePopupWidget()
    assert found is not None
    found.hide()
    combo.line.setFocus()
    QTest.keyClicks(combo.line, "item")
    found.hide()
    QTest.keyClick(combo.line, Qt.Key.Key_Return)
    assert seen == ["OpportunityLineItem"]
    combo.show_choices(CHOICES[:1], "Account")
    assert combo.line.text() == "Account", "what was chosen is no typing"
