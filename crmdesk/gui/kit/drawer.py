"""A drawer: about the whole job from below, or about one line from the right. Esc closes it, and focus goes back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, row


class Drawer(QFrame):
    """Closed at first. `closed` comes however it was closed."""

    closed = Signal()

    def __init__(self, name: str, title: str, *, tools: tuple[QWidget, ...] = ()) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("look", "drawer")
        self._title = label(title, "heading")
        self._close = IconButton(f"{name}-close", self.tr("Close"), "x", self.close_drawer)
        self.body: QVBoxLayout = column()
        head = row(self._title, 1, *tools, self._close, margins=(16, 4, 8, 4))
        self.setLayout(column(head, self.body, spacing=0, margins=(1, 1, 1, 1)))
        self._before: QWidget | None = None
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close_drawer)
        self.hide()

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def open_drawer(self, first: QWidget | None = None) -> None:
        """Show it and put the focus on `first`, else on its close button."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self.show()
        (first or self._close).setFocus(Qt.FocusReason.PopupFocusReason)

    def close_drawer(self) -> None:
        if self.isHidden():
            return
        self.hide()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.closed.emit()
