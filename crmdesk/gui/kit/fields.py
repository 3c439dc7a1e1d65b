"""Fields to fill in: each with its label, a hint beneath, and the place where its own error is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QRect, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QRegularExpressionValidator, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from crmdesk.gui import icons
from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import column
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.gui.theme import colour
from crmdesk.model.account import Environment
from crmdesk.model.visible import visible


class TextField(QLineEdit):
    """One line of text. `name` is its objectName, `label_text` what a screen reader says."""

    def __init__(self, name: str, label_text: str, *, placeholder: str = "", is_secret: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label_text)
        self.setPlaceholderText(placeholder)
        if is_secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)

    def show_text(self, text: str) -> None:
        """Show `text` from its beginning, unless it is what stands there: the cursor of a typing person stays."""
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)


class NumberField(TextField):
    """A whole number, or nothing. `picked(int | None)` comes when a person has typed another one."""

    picked = Signal(object)

    def __init__(self, name: str, label_text: str, *, placeholder: str = "", width: int = 88, most: int = 9) -> None:
        """`most` is how many digits it takes."""
        super().__init__(name, label_text, placeholder=placeholder)
        self._number: int | None = None
        self.setFixedWidth(width)
        self.setMaxLength(most)
        self.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self))
        self.editingFinished.connect(self._take)

    def show_number(self, number: int | None) -> None:
        """Show `number`, nothing for None; what is being typed stays."""
        self._number = number
        if not self.hasFocus() or not self.isModified():
            self.show_text("" if number is None else str(number))

    def _take(self) -> None:
        typed = int(self.text()) if self.text() else None
        self.setModified(False)
        if typed != self._number:
            self._number = typed
            self.picked.emit(typed)


class SearchField(TextField):
    """Finds as one types. `searched(text)` comes with every change."""

    searched = Signal(str)

    def __init__(self, name: str, label_text: str, *, width: int = 0) -> None:
        super().__init__(name, label_text, placeholder=label_text)
        self.setClearButtonEnabled(True)
        action = self.addAction(icons.icon("search", "text3"), QLineEdit.ActionPosition.LeadingPosition)
        icons.put(action, "search", "text3")
        self.textChanged.connect(self.searched)
        if width:
            self.setFixedWidth(width)


class ElideCombo(QComboBox):
    """A choice from a list; long words end in "…", never mid-letter. `picked(value)` comes when a person chooses."""

    picked = Signal(str)

    def __init__(self, name: str, label_text: str, *, width: int = 0, is_quiet: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label_text)
        if is_quiet:
            self.setProperty("look", "quiet")
        self.environment: Environment | None = None
        self.has_dot = False
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if width:
            self.setFixedWidth(width)
        self.activated.connect(lambda index: self.picked.emit(self.itemData(index)))

    def show_choices(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        """Offer pairs of value and words, with `value` chosen (none when it is not among them); nothing is `picked`."""
        choices = [(each, visible(words)) for each, words in choices]
        shown = [(cast("str", self.itemData(at)), self.itemText(at)) for at in range(self.count())]
        if shown != choices:
            self.clear()
            for each, words in choices:
                self.addItem(words, each)
        self.setCurrentIndex(self.findData(value))
        self.setToolTip(plain_tip(self.currentText()))

    def value(self) -> str:
        """The chosen value, "" when there is none."""
        return cast("str | None", self.currentData()) or ""

    def show_dot(self, environment: Environment | None) -> None:
        """Draw the colour of an account's environment before its name."""
        self.environment, self.has_dot = environment, True
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling over a page never changes a choice by the way."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        if self.has_dot:
            self._paint_dot(painter, room)
            room.adjust(18, 0, 0, 0)
        painter.setPen(colour("text" if self.isEnabled() and self.currentIndex() >= 0 else "text3"))
        text = self.currentText() or self.placeholderText()
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room.adjusted(1, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_dot(self, painter: QPainter, room: QRect) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(f"{self.environment or 'unknown'}_dot"))
        painter.drawRoundedRect(QRect(room.left() + 1, room.center().y() - 4, 10, 10), 3, 3)
        painter.restore()

    def minimumSizeHint(self) -> QSize:
        return QSize(64, super().minimumSizeHint().height())


class CheckField(QCheckBox):
    """Yes or no. `picked(bool)` comes when a person decides, not when code does."""

    picked = Signal(bool)

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text.replace("&", ""))
        self.clicked.connect(self.picked)


class Field(QWidget):
    """A control with its label above, and beneath it a hint or, in its place, what is wrong."""

    def __init__(self, label_text: str, control: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self.control = control
        self.caption: QLabel = label(label_text, "small")
        self.caption.setBuddy(control)
        self._hint = hint
        self._note = label(hint, "faint", wraps=True, name=f"{control.objectName()}-note")
        self.setLayout(column(self.caption, control, self._note, spacing=4))
        self._note.setVisible(bool(hint))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        if not control.accessibleName():
            control.setAccessibleName(label_text.replace("&", ""))

    def set_label(self, text: str) -> None:
        self.caption.setText(text)

    def set_error(self, error: str) -> None:
        """Write what is wrong with the value; "" takes it away."""
        self._note.setText(error or self._hint)
        self._note.setVisible(bool(error or self._hint))
        set_look(self._note, "error" if error else "faint")
        set_look(self.control, "wrong" if error else "")
        self.control.setAccessibleDescription(error or self._hint)
