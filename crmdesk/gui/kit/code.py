"""A text of several lines in monospace: a query, a formula; Tab goes on to the next control."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from crmdesk.gui import fonts
from crmdesk.gui.kit.labels import set_look
from crmdesk.gui.theme import colour, theme


class CodeField(QPlainTextEdit):
    """`typed(text)` comes with every change that a person makes, `left(text)` when the focus goes on."""

    typed = Signal(str)
    left = Signal(str)

    def __init__(self, name: str, label_text: str, *, lines: int, placeholder: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label_text)
        self.setPlaceholderText(placeholder)
        self.setFont(fonts.mono(12))
        self.setTabChangesFocus(True)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 18)
        self._is_typed = True
        self._at = 0
        self.textChanged.connect(self._tell)
        theme.changed.connect(self._draw_mark)

    def show_text(self, text: str) -> None:
        """Show `text`, unless it is what stands there or somebody is typing."""
        if self.toPlainText() != text and not self.hasFocus():
            self._is_typed = False
            self.setPlainText(text)
            self._is_typed = True

    def mark(self, at: int) -> None:
        """Mark what is wrong from the character `at` on, 1 = the first; 0 takes the mark away."""
        self._at = at
        set_look(self, "wrong" if at else "")
        self._draw_mark()

    def _draw_mark(self) -> None:
        at, marks = self._at, []
        if at:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document())
            mark.cursor.setPosition(min(at - 1, len(self.toPlainText())))
            mark.cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
            if not mark.cursor.hasSelection():
                mark.cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
            mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            mark.format.setUnderlineColor(colour("bad"))
            mark.format.setBackground(colour("bad_soft"))
            marks.append(mark)
        self.setExtraSelections(marks)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit(self.toPlainText())

    def _tell(self) -> None:
        if self._is_typed:
            self.typed.emit(self.toPlainText())
