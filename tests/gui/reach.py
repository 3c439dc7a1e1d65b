"""Whether a person without a mouse, or with a screen reader, gets at everything in a window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QButtonGroup, QRadioButton, QTabBar, QWidget

from tests.gui.controls import controls

_ROLES_THAT_SAY_NOTHING = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Whitespace)
_ENOUGH = 400  # stops; a window has fewer, and who is not back by then never gets back


def roleless(root: QWidget) -> list[str]:
    """The controls in `root` of which a screen reader does not know what they are."""
    return [
        f"{type(control).__name__} {control.objectName()!r} has no role"
        for control in controls(root)
        if control.isVisible() and QAccessible.queryAccessibleInterface(control).role() in _ROLES_THAT_SAY_NOTHING
    ]


def unreachable(root: QWidget) -> list[str]:
    """The controls in `root` to which Tab never comes, and those from which it never gets on."""
    stops = _stops(root)
    if stops is None:
        where = QApplication.focusWidget()
        return [f"Tab does not get on from {where.objectName() if where is not None else 'nowhere'!r}"]
    return [
        f"{type(control).__name__} {control.objectName()!r} is not reached by Tab"
        for control in controls(root)
        if control.isVisible() and control.isEnabled() and not _is_reached(control, stops)
    ]


def _stops(root: QWidget) -> set[QWidget] | None:
    """Where the keyboard comes by Tab until it is back at its first stop; None where it never is."""
    first = next(control for control in controls(root) if control.isVisible() and control.isEnabled())
    first.setFocus(Qt.FocusReason.TabFocusReason)
    begin = QApplication.focusWidget()
    stops: set[QWidget] = set()
    for _ in range(_ENOUGH):
        here = QApplication.focusWidget()
        if here is None:
            return None
        stops.add(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is begin:
            return stops
        if now is here:
            return None
    return None


def _is_reached(control: QWidget, stops: set[QWidget]) -> bool:
    if control in stops or any(control.isAncestorOf(stop) or stop.focusProxy() is control for stop in stops):
        return True
    if control.focusPolicy() is Qt.FocusPolicy.NoFocus:
        return _has_another_way(control)
    return _is_one_of_a_group(control, stops)


def _has_another_way(control: QWidget) -> bool:
    """Tabs that arrow keys go through."""
    above = control.parentWidget()
    return isinstance(control, QTabBar) or (above is not None and above.property("look") == "tabs")


def _is_one_of_a_group(control: QWidget, stops: set[QWidget]) -> bool:
    """Of exclusive buttons Tab comes to the chosen one, and arrow keys to the others."""
    group: QButtonGroup | None = control.group() if isinstance(control, QAbstractButton) else None
    if group is not None and group.exclusive():
        return any(button in stops for button in group.buttons())
    return isinstance(control, QRadioButton) and control.autoExclusive()
