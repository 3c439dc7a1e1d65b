"""What stands where there is nothing yet, where something went wrong, and where something should have happened."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import Glyph, Tile, label
from crmdesk.gui.kit.layout import column, frame, gap, row
from crmdesk.viewmodel.window_words import for_the_window


class EmptyState(QWidget):
    """A tile with an icon, one line, one or two sentences, and at most two buttons: the first says what to do next."""

    def __init__(self, icon: str, title: str, text: str, *buttons: Button, name: str = "empty") -> None:
        super().__init__()
        self.setObjectName(name)
        self._title = _centred(label(title, "title"))
        self._text = _centred(label(text, "muted", wraps=True))
        self._text.setFixedWidth(480)
        self.setLayout(
            column(
                2,
                row(1, Tile(icon, 64, 28), 1),
                gap(4),
                row(1, self._title, 1),
                row(1, self._text, 1),
                gap(8),
                row(1, *buttons, 1),
                3,
            )
        )

    def show_words(self, title: str, text: str) -> None:
        self._title.setText(title)
        self._text.setText(text)


class ErrorState(EmptyState):
    """A page that cannot be shown: what happened and what to do, with the button that tries again."""

    def __init__(self, *buttons: Button, name: str = "error") -> None:
        super().__init__("triangle-alert", "", "", *buttons, name=name)

    def show_error(self, error: CrmDeskError) -> None:
        self.show_words(error.message, for_the_window(error.hint))


class LoudLine(QFrame):
    """Only for what should have happened and did not, or does not add up; one at a time. Hidden until it `say`s so."""

    def __init__(self, *buttons: Button, icon: str = "triangle-alert", name: str = "loud-line") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("look", "card-bad")
        self._title = label("", "bad", wraps=True)
        self._text = label("", "muted", wraps=True)
        words = frame(column(1, self._title, self._text, 1, spacing=2))
        layout = row(Glyph(icon, "bad", 24), words, *buttons, spacing=16, margins=(16, 8, 16, 8))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setMinimumHeight(64)
        self.hide()

    def say(self, title: str, text: str = "") -> None:
        """Show it with these words; an empty title hides it."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setVisible(bool(title))


class NoteLine(QFrame):
    """A quieter line: `tone` is info, ok or warn. Hidden until `say` is called."""

    _ICON = {"info": ("info", "accent_text"), "ok": ("circle-check", "ok"), "warn": ("triangle-alert", "warn")}  # noqa: RUF012

    def __init__(self, tone: str, *buttons: Button, name: str = "note-line") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("look", f"card-{tone}")
        self._words = label("", wraps=True)
        layout = row(Glyph(*self._ICON[tone]), self._words, *buttons, margins=(12, 6, 12, 6))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.hide()

    def say(self, words: str) -> None:
        self._words.setText(words)
        self.setVisible(bool(words))


def _centred(words: QLabel) -> QLabel:
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return words
