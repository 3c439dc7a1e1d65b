"""What the value of a condition is typed into, by the type of its field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCalendarWidget, QFrame, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.fields import TextField
from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.viewmodel.job_editor.filter_text import list_items, written
from crmdesk.viewmodel.job_editor.filter_words import Editor

_PANEL = 280  # px


class TextValue(QWidget):
    """A value typed as text. `typed(text)` comes with every change that a person makes."""

    typed = Signal(str)

    def __init__(self, name: str, placeholder: str = "") -> None:
        super().__init__()
        self.control = TextField(name, self.tr("Value"), placeholder=placeholder)
        self.control.textEdited.connect(self.typed)
        self.line = row(self.control, spacing=0)
        self.setLayout(self.line)

    def show_value(self, text: str, choices: Sequence[str], problem: str) -> None:
        """Show what the model holds."""
        self.control.show_text(text)
        set_look(self.control, "wrong" if problem else "")
        self.control.setToolTip(plain_tip(problem or text))
        self.control.setAccessibleDescription(problem)

    def type(self, text: str) -> None:
        """Take `text` as if it had been typed."""
        self.control.show_text(text)
        self.typed.emit(text)


class DateValue(TextValue):
    """A date or a time, typed or chosen from a calendar; the clock time that is there stays."""

    def __init__(self, name: str, *, has_time: bool) -> None:
        super().__init__(name)
        self.control.setPlaceholderText(self.tr("2026-01-31 10:00 UTC") if has_time else self.tr("2026-01-31"))
        self._has_time = has_time
        self.line.addWidget(IconButton(f"{name}-calendar", self.tr("Choose a day"), "calendar", self._open))

    def _open(self) -> None:
        calendar = QCalendarWidget()
        calendar.setObjectName(f"{self.control.objectName()}-days")
        calendar.setAccessibleName(self.tr("Days"))
        day = QDate.fromString(self.control.text()[:10], Qt.DateFormat.ISODate)
        calendar.setSelectedDate(day if day.isValid() else QDate.currentDate())
        panel = _Panel(self, calendar)
        calendar.activated.connect(panel.close)
        calendar.clicked.connect(panel.close)
        calendar.activated.connect(self._choose)
        calendar.clicked.connect(self._choose)
        panel.open_below(self.control, calendar)

    def _choose(self, day: QDate) -> None:
        clock = self.control.text()[10:] or " 00:00 UTC"
        self.type(day.toString(Qt.DateFormat.ISODate) + (clock if self._has_time else ""))


class ListValue(TextValue):
    """Several values with commas between them; pasted lines become such a list. A button shows them one a line."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.control.setPlaceholderText(self.tr("one, two, three"))
        self._choices: tuple[str, ...] = ()
        self.line.addWidget(IconButton(f"{name}-list", self.tr("Choose or paste a list"), "list-ordered", self._open))
        self.control.setMaxLength(1_000_000)

    def show_value(self, text: str, choices: Sequence[str], problem: str) -> None:
        self._choices = tuple(choices)
        super().show_value(text, choices, problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
            return
        super().keyPressEvent(event)

    def paste(self, text: str) -> None:
        """Put pasted lines or items in at the cursor, as one list."""
        self.control.insert(written(tuple(list_items(text))))
        self.typed.emit(self.control.text())

    def _open(self) -> None:
        if self._choices:
            self._open_choices()
        else:
            self._open_lines()

    def _open_choices(self) -> None:
        name = self.control.objectName()
        chosen = list(list_items(self.control.text()))
        choices = QListWidget()
        choices.setObjectName(f"{name}-choices")
        choices.setAccessibleName(self.tr("Values to choose from"))
        for value in dict.fromkeys((*self._choices, *chosen)):
            item = QListWidgetItem(value, choices)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked)
        choices.setCurrentRow(0)
        choices.itemChanged.connect(lambda _: self.type(written(tuple(_checked(choices)))))
        panel = _Panel(self, choices)
        panel.open_below(self.control, choices)

    def _open_lines(self) -> None:
        name = self.control.objectName()
        lines = QPlainTextEdit("\n".join(list_items(self.control.text())))
        lines.setObjectName(f"{name}-lines")
        lines.setAccessibleName(self.tr("Values, one on each line"))
        done = Button(f"{name}-done", self.tr("Take these values"), look="soft")
        panel = _Panel(self, label(self.tr("One value on each line"), "small"), lines, done)
        done.clicked.connect(lambda: self.type(written(tuple(_lines(lines.toPlainText())))))
        done.clicked.connect(panel.close)
        panel.open_below(self.control, lines)


class ChoiceValue(QWidget):
    """One of a field's choices, found by typing. `typed(text)` comes when a person has chosen."""

    typed = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.control = SearchCombo(name, self.tr("Value"), placeholder=self.tr("Choose a value"), takes_any=True)
        self.control.picked.connect(self.typed)
        self.setLayout(row(self.control, spacing=0))

    def show_value(self, text: str, choices: Sequence[str], problem: str) -> None:
        """Show what the model holds."""
        self.control.show_choices([(choice, choice) for choice in choices], text)
        set_look(self.control, "wrong" if problem else "")
        self.control.setAccessibleDescription(problem)


class NoValue(QWidget):
    """The place of a value where the comparison needs none."""

    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.control: QWidget | None = None

    def show_value(self, text: str, choices: Sequence[str], problem: str) -> None:
        """Nothing is shown."""


ValueField = TextValue | ChoiceValue | NoValue


def value_field(editor: Editor, name: str) -> ValueField:
    """The field for `editor`; `name` is the objectName of what takes the focus."""
    match editor:
        case Editor.NONE:
            return NoValue()
        case Editor.CHOICE:
            return ChoiceValue(name)
        case Editor.LIST:
            return ListValue(name)
        case Editor.DATE:
            return DateValue(name, has_time=False)
        case Editor.DATETIME:
            return DateValue(name, has_time=True)
        case Editor.NUMBER:
            return TextValue(name, "0")
        case Editor.TEXT:
            return TextValue(name)


class _Panel(QFrame):
    """What opens below a field; Esc or a click beside it closes it."""

    def __init__(self, owner: QWidget, *content: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        self.setProperty("look", "drawer")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setLayout(column(*content, margins=(8, 8, 8, 8)))

    def open_below(self, field: QWidget, focus: QWidget) -> None:
        self.resize(max(_PANEL, field.width()), self.sizeHint().height())
        self.move(field.mapToGlobal(QPoint(0, field.height() + 2)))
        self.show()
        focus.setFocus()


def _checked(choices: QListWidget) -> list[str]:
    items = (choices.item(at) for at in range(choices.count()))
    return [item.text() for item in items if item.checkState() is Qt.CheckState.Checked]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
