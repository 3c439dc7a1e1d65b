"""The field of a path: a short name of what is there, and the whole path while somebody types."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.pages.job_editor.file_end import PathField


def test_what_is_being_typed_stays_when_the_page_is_drawn_anew(qtbot: QtBot) -> None:
    window = QWidget()
    field = PathField("file", "File", placeholder="")
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.show_path("", "")
    QTest.keyClicks(field, "/data/acc")
    field.show_path("", "")
    QTest.keyClicks(field, "ounts.csv")
    assert field.text() == "/data/accounts.csv"
    field.show_path("/dropped/here.csv", "here.csv")
    assert field.text() == "/dropped/here.csv"
