"""The direction, large: a disc in the colour of the tag, with the arrow from the left end to the right one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crmdesk.gui import icons
from crmdesk.gui.theme import colour, theme
from crmdesk.model.job import Direction

_SIDE = 32


class Arrow(QWidget):
    """32 px square."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = "writes"
        self.setObjectName("job-arrow")
        self.setFixedSize(_SIDE, _SIDE)
        theme.changed.connect(self.update)

    def show_direction(self, direction: Direction) -> None:
        self._tone = direction.value.lower()
        self.setAccessibleName(direction.value)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_deleting = self._tone == "deletes"
        painter.setBrush(colour("bad_soft" if is_deleting else f"{self._tone}_soft"))
        painter.drawEllipse(0, 0, _SIDE, _SIDE)
        painter.drawPixmap(6, 6, icons.pixmap("arrow-right", "bad" if is_deleting else self._tone, 20))
