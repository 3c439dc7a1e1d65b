from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.gui.kit.focus import FocusRing


def test_the_ring_stays_around_its_button_when_what_the_button_lies_in_is_moved(qtbot: QtBot) -> None:
    window = QWidget()
    rows = QVBoxLayout(window)
    card = QWidget()
    button = QPushButton("Go on")
    QVBoxLayout(card).addWidget(button)
    card.setFixedSize(200, 80)
    rows.addWidget(card)
    ring = FocusRing(window)
    qtbot.addWidget(window)
    window.resize(300, 200)
    window.show()
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(ring.isVisible)
    window.resize(300, 600)
    qtbot.waitUntil(lambda: ring.geometry().center() == button.rect().center() + button.mapTo(window, QPoint(0, 0)))
