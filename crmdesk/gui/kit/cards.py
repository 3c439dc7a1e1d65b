"""Cards: what belongs together, on one surface with a hair line around it and no shadow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import Item, Margins, column, row

PADDING: Margins = (16, 12, 16, 16)


class Card(QFrame):
    """`look` is one of card card-chosen card-info card-ok card-warn card-bad sunken. `clicked` comes from the mouse."""

    clicked = Signal()

    def __init__(
        self, *items: Item, look: str = "card", spacing: int = 8, margins: Margins = PADDING, name: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("look", look)
        self.setObjectName(name)
        self.body: QVBoxLayout = column(*items, spacing=spacing, margins=margins)
        self.setLayout(self.body)

    def set_look(self, look: str) -> None:
        set_look(self, look)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class TitledCard(Card):
    """A card with its title at the left, and counts, tags or buttons at its right."""

    def __init__(
        self,
        title: str,
        *items: Item,
        tools: tuple[QWidget, ...] = (),
        spacing: int = 8,
        margins: Margins = PADDING,
        name: str = "",
    ) -> None:
        self.heading = label(title, "heading")
        self.head = row(self.heading, 1, *tools)
        super().__init__(self.head, *items, spacing=spacing, margins=margins, name=name)


class TableCard(QFrame):
    """A card that a table fills to its edges; `head` and `foot` stand above and below it where they are given."""

    def __init__(
        self, table: QWidget, *, head: QWidget | None = None, foot: QWidget | None = None, name: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setObjectName(name)
        self.body: QVBoxLayout = column(head, spacing=0, margins=(1, 1, 1, 1))
        self.body.addWidget(table, 1)
        if foot is not None:
            self.body.addWidget(foot)
        self.setLayout(self.body)
