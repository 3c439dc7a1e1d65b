"""The keyboard stays where the person is: when what has the focus goes away, a neighbour has it, and not the rail."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractSpinBox, QApplication, QComboBox, QWidget
from shiboken6 import isValid

_HANDS = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress)
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_WHOLE = (QComboBox, QAbstractSpinBox, QAbstractItemView)  # what lies in one of these is no control of its own
_DANGEROUS = ("danger", "danger-filled")


class FocusKeeper(QObject):
    """One for a window, asked by its focusNextPrevChild.

    When a control is disabled or hidden, Qt gives the focus to the next one in the order of Tab, which behind the last
    is the first of the window. Here it goes to the nearest in the same part of the page, and back when the control can
    be used again and nobody has touched anything meanwhile. Whoever says in the same moment where the focus belongs
    is obeyed.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._at: QWidget | None = None
        self._above: tuple[QWidget, ...] = ()
        self._place = QRect()
        self._home: QWidget | None = None
        self._is_by_tab = False
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def keeps(self) -> bool:
        """Whether the focus is to stay for a moment: what has it is about to go, and nobody pressed Tab."""
        if self._is_by_tab or self._at is None or self._window.focusWidget() is not self._at:
            return False
        QTimer.singleShot(0, self, self._mend)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._at and kind in _HANDS:
            self._stay_away()
            self._is_by_tab = isinstance(event, QKeyEvent) and event.key() in _TABS
        elif watched is self._home and kind in (QEvent.Type.EnabledChange, QEvent.Type.Show):
            QTimer.singleShot(0, self, self._go_home)
        return False

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        self._is_by_tab = False
        if now is None:
            QTimer.singleShot(0, self, self._mend)  # what had it may be no more; or the window is not active
        elif now.window() is self._window and now is not self._at:
            self._stay_away()
            self._stand(now)

    def _stand(self, at: QWidget) -> None:
        if self._at is not self._home:
            self._leave(self._at)
        self._at, self._above, self._place = at, tuple(_upwards(at)), _place(at, self._window)
        at.installEventFilter(self)

    def _leave(self, widget: QWidget | None) -> None:
        if widget is not None and isValid(widget):
            widget.removeEventFilter(self)

    def _stay_away(self) -> None:
        if self._home is not self._at:
            self._leave(self._home)
        self._home = None

    def _mend(self) -> None:
        """Give the focus to a neighbour if what had it last cannot have it any more."""
        lost, now = self._at, self._window.focusWidget()
        if lost is None or _can_have(lost) or now not in (None, lost):
            return
        if isValid(lost):
            self._place = _place(lost, self._window)
        found = next((each for part in self._above if isValid(part) for each in self._nearest(part)), None)
        if found is None:
            return
        if self._home is None and isValid(lost):
            self._home = lost
        self._hand_over(found, self._home)

    def _go_home(self) -> None:
        home = self._home
        if home is not None and _can_have(home) and self._window.focusWidget() is self._at:
            self._hand_over(home, home)
            self._home = None

    def _hand_over(self, to: QWidget, instead_of: QWidget | None) -> None:
        by_mouse = getattr(instead_of, "is_focused_by_mouse", False)  # who does not use the keys sees no ring
        self._stand(to)
        to.setFocus(Qt.FocusReason.MouseFocusReason if by_mouse else Qt.FocusReason.OtherFocusReason)

    def _nearest(self, part: QWidget) -> list[QWidget]:
        """What in `part` can have the focus, the nearest first; nothing that destroys when Enter is pressed twice."""
        found = [each for each in part.findChildren(QWidget) if _can_have(each) and _is_control(each)]
        return sorted(found, key=lambda each: _distance(self._place, _place(each, self._window)))


def _can_have(widget: QWidget) -> bool:
    return isValid(widget) and widget.isVisible() and widget.isEnabled()


def _is_control(widget: QWidget) -> bool:
    if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.property("look") in _DANGEROUS:
        return False
    return not any(isinstance(above, _WHOLE) for above in _upwards(widget))


def _upwards(widget: QWidget) -> Iterator[QWidget]:
    """What the widget lies in, the nearest first, up to its window."""
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = None if above.isWindow() else above.parentWidget()


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def _distance(one: QRect, other: QRect) -> int:
    """How far two rectangles are apart, across and down together."""
    across = max(one.left() - other.right(), other.left() - one.right(), 0)
    down = max(one.top() - other.bottom(), other.top() - one.bottom(), 0)
    return across + down
