"""The focus ring: 2 px of accent, 2 px outside the button that has the keyboard, on every ground."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid

from crmdesk.gui.theme import colour

_ROUND = 4


class FocusRing(QWidget):
    """One for a window: it follows the focus to buttons and marks; fields and tables show theirs themselves."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._target: QWidget | None = None
        self._watched: tuple[QWidget, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._target is not None and isValid(self._target):  # a button may go while it has the focus
            self._target.removeEventFilter(self)
        by_mouse = getattr(now, "is_focused_by_mouse", False)
        is_wanted = isinstance(now, QAbstractButton) and now.window() is self.window() and not by_mouse
        self._target = now if is_wanted else None
        self._watched = _up_to_window(self._target)
        for each in self._watched:
            each.installEventFilter(self)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return False

    def _place(self) -> None:
        target = self._target
        if target is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        corner = target.mapTo(self.window(), QPoint(0, 0))
        self.setGeometry(
            corner.x() - _ROUND, corner.y() - _ROUND, target.width() + 2 * _ROUND, target.height() + 2 * _ROUND
        )
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)


def _up_to_window(target: QWidget | None) -> tuple[QWidget, ...]:
    """A widget and what it lies in: a layout may move any of these, and then the widget itself is told nothing."""
    chain: list[QWidget] = []
    while target is not None and not target.isWindow():
        chain.append(target)
        target = target.parentWidget()
    return tuple(chain)
