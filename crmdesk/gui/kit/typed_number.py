"""The number that is typed before something large or irreversible: what differs between the right run and the wrong."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.model.figures import number

_MARKS = re.compile(r"[\s.,'’]")  # what people put between groups of digits


class TypedNumber(Field):
    """Says at once when what is typed cannot become the number, and to Enter why nothing happens; aloud, too.

    `turned(bool)` tells with every letter whether the number stands there.
    """

    turned = Signal(bool)

    def __init__(self, name: str, label_text: str, words: str, rows: int) -> None:
        """`words` are the caption, with {0} for the number."""
        self._typed = TextField(name, label_text)
        super().__init__(words.format(number(rows)), self._typed)
        self._rows = rows
        self._typed.setAccessibleDescription(self.caption.text())
        self._typed.textChanged.connect(self._look)
        self._typed.returnPressed.connect(self._tell)

    @property
    def is_right(self) -> bool:
        """Whether the very number stands there."""
        return _MARKS.sub("", self._typed.text()) == str(self._rows)

    def _look(self) -> None:
        typed = _MARKS.sub("", self._typed.text())
        is_on_its_way = str(self._rows).startswith(typed)
        self._say("" if is_on_its_way else self.tr("That is not {0}.").format(number(self._rows)))
        if self.is_right:
            _announce(self._typed, self.tr("The number is right."))
        self.turned.emit(self.is_right)

    def _tell(self) -> None:
        if not self.is_right:
            self._say(self.tr("Nothing is done before {0} stands here.").format(number(self._rows)))

    def _say(self, why_not: str) -> None:
        self.set_error(why_not)
        self._typed.setAccessibleDescription(f"{self.caption.text()} {why_not}".strip())
        if why_not:
            _announce(self._typed, why_not)


def _announce(field: TextField, text: str) -> None:
    """Let a screen reader say it, wherever the keyboard is."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(field, text))
