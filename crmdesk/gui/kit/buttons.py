"""Buttons: one primary a page, the others outlined, quiet ones as text; each named for people and for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton

from crmdesk.gui import icons
from crmdesk.gui.kit.tips import plain_tip

_ICON_TOKEN = {
    "primary": "on_accent",
    "danger": "bad",
    "danger-filled": "on_bad",
    "soft": "accent_text",
    "ghost": "accent_text",
}
_THIN_SPACE = "\u2009"  # Qt sets the words hard against the icon

OnClick = Callable[[], object]


def as_space(event: QKeyEvent) -> QKeyEvent:
    """Enter as the space bar: what has the keyboard is pressed by either, in a page as in a dialog."""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return event
    return QKeyEvent(event.type(), Qt.Key.Key_Space, event.modifiers(), " ", event.isAutoRepeat())


class Button(QPushButton):
    """A button with words.

    `name` is its objectName (`run-start`), `look` one of "" primary danger danger-filled soft ghost link small chip.
    """

    def __init__(
        self, name: str, text: str, on_click: OnClick | None = None, *, icon: str = "", look: str = "", tip: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._tip = tip
        if look:
            self.setProperty("look", look)
        if icon:
            icons.put(self, icon, _ICON_TOKEN.get(look, "text2"), px=14 if look == "small" else 16)
        self.set_text(text)
        self.allow(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.is_focused_by_mouse = False
        if on_click is not None:
            self.clicked.connect(lambda *_: on_click())

    def set_text(self, text: str) -> None:
        """Write `text` on it, which is its accessible name too."""
        self.setText((_THIN_SPACE if not self.icon().isNull() else "") + text)
        self.setAccessibleName(text.replace("&", ""))

    def allow(self, is_allowed: bool, why_not: str = "") -> None:  # noqa: FBT001 - it reads as setEnabled does
        """Let it be pressed, or not; then `why_not` is its tool tip."""
        self.setEnabled(is_allowed)
        self.setToolTip(plain_tip(self._tip if is_allowed else why_not or self._tip))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.is_focused_by_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(as_space(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(as_space(event))


class ToolButton(QToolButton):
    """A button in a row of its like: in the rail, among choices, with an icon only."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(as_space(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(as_space(event))


class IconButton(ToolButton):
    """A button that is only an icon; `label` is its tool tip and what a screen reader says."""

    def __init__(
        self, name: str, label: str, icon: str, on_click: OnClick | None = None, *, token: str = "text2", look: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        if look:
            self.setProperty("look", look)
        icons.put(self, icon, token, px=14 if look == "step" else 16)
        self.set_label(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.is_focused_by_mouse = False
        if on_click is not None:
            self.clicked.connect(lambda *_: on_click())

    def set_label(self, label: str) -> None:
        self.setAccessibleName(label)
        self.setToolTip(label)

    def allow(self, is_allowed: bool, why_not: str = "") -> None:  # noqa: FBT001 - it reads as setEnabled does
        self.setEnabled(is_allowed)
        self.setToolTip(plain_tip(self.accessibleName() if is_allowed else why_not or self.accessibleName()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.is_focused_by_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)


class Segmented(QFrame):
    """Two to five choices of which one holds. `chosen(value)` comes when a person chooses, not when code does."""

    chosen = Signal(str)

    def __init__(self, name: str, label: str, choices: Sequence[tuple[str, str]]) -> None:
        """`choices` are pairs of value and words; the first holds at the start."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setProperty("look", "segments")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, ToolButton] = {}
        for value, words in choices:
            button = ToolButton()
            button.setObjectName(f"{name}-{value}")
            button.setText(words)
            button.setAccessibleName(f"{label}: {words}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda *_, value=value: self.chosen.emit(value))
            self._group.addButton(button)
            self._buttons[value] = button
            layout.addWidget(button)
        self.set_value(choices[0][0])
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def value(self) -> str:
        return next(value for value, button in self._buttons.items() if button.isChecked())

    def set_value(self, value: str) -> None:
        """Let `value` hold; it is what takes the keyboard when the choice as a whole is given it."""
        self._buttons[value].setChecked(True)
        self.setFocusProxy(self._buttons[value])

    def offer(self, value: str, *, is_offered: bool) -> None:
        """Show a choice, or leave it out where it does not apply."""
        self._buttons[value].setVisible(is_offered)

    def allow(self, value: str, is_allowed: bool, why_not: str = "") -> None:  # noqa: FBT001 - as Button.allow
        self._buttons[value].setEnabled(is_allowed)
        self._buttons[value].setToolTip("" if is_allowed else why_not)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 32)
