"""A text to be taken elsewhere: shown as it is, in monospace, with a button that copies it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from crmdesk.gui import fonts
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, row

_MOMENT = 1500  # milliseconds that the button says it has copied


class CopyBox(QWidget):
    """`name` is the objectName of the text, `name`-copy that of the button."""

    def __init__(self, name: str, title: str, *, lines: int = 6, is_code: bool = True) -> None:
        super().__init__()
        self._text = QPlainTextEdit()
        self._text.setObjectName(name)
        self._text.setAccessibleName(title)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        if is_code:
            self._text.setFont(fonts.mono(11))
            self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFixedHeight(lines * self._text.fontMetrics().lineSpacing() + 18)
        self._copy = Button(f"{name}-copy", self.tr("Copy"), self._take, icon="copy", look="small")
        self._copied = QTimer(self, singleShot=True, interval=_MOMENT)
        self._copied.timeout.connect(lambda: self._copy.set_text(self.tr("Copy")))
        self.setLayout(column(row(label(title, "small"), 1, self._copy), self._text, spacing=4))

    def wrap(self) -> None:
        """Break long lines instead of scrolling to their ends."""
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)

    def show_text(self, text: str) -> None:
        """Show `text`; the button is only for a text that is one."""
        if self._text.toPlainText() != text:
            self._text.setPlainText(text)
        self._copy.allow(bool(text))

    def _take(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
        self._copy.set_text(self.tr("Copied"))
        self._copied.start()
