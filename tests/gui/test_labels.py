"""Words that people, files and CRMs bring: what would turn them round, or act unseen, is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from crmdesk.gui.kit.fields import ElideCombo
from crmdesk.gui.kit.labels import ElidedLabel, label
from crmdesk.gui.kit.table.cells import Cell
from crmdesk.gui.kit.table.painting import paint_cell
from crmdesk.gui.kit.tips import plain_tip

TURNED = "pay \u202etxt.exe\x07"
SEEN = r"pay \u202etxt.exe\x07"


def test_what_would_turn_words_round_is_an_escape_in_labels_tips_and_lists(qtbot: QtBot) -> None:
    combo = ElideCombo("choice", "Choice")
    qtbot.addWidget(combo)
    for _ in range(2):
        combo.show_choices([("a", TURNED)], "a")
    assert (combo.currentText(), combo.value()) == (SEEN, "a")
    for words in (label(TURNED), ElidedLabel(TURNED)):
        qtbot.addWidget(words)
        assert words.text() == SEEN
    assert plain_tip(TURNED) == SEEN


def test_a_cell_is_painted_with_escapes(qtbot: QtBot) -> None:
    def painted(text: str) -> QImage:
        image = QImage(240, 32, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        paint_cell(painter, Cell(text), image.rect())
        painter.end()
        return image

    assert painted(TURNED) == painted(SEEN)
    assert painted(TURNED) != painted("pay txt.exe")
