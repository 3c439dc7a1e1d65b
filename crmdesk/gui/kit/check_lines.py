"""Things that were looked at, a line each: good or bad, what was found, and what to do where it is bad."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, frame, gap, row

_INDENT = 24
_NAME_WIDTH = 88
_GLYPH = {True: ("circle-check", "ok"), False: ("circle-x", "bad"), None: ("circle-dashed", "text3")}

CheckLine = tuple[str, bool | None, str, str]
"""Name, whether it is good (None: not known), what was found, and what to do."""


class CheckLines(QWidget):
    """`name` begins the names of its lines; `width` (px) is all the room there is."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__()
        self._name, self._room = name, width
        self._lines = column(spacing=2)
        self.setLayout(self._lines)
        self._shown: tuple[CheckLine, ...] | None = None

    def show_lines(self, lines: Sequence[CheckLine]) -> None:
        """Show these and no others."""
        if self._shown == tuple(lines):
            return
        self._shown = tuple(lines)
        while (item := self._lines.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for number, each in enumerate(lines):
            self._lines.addWidget(self._line(number, *each))

    def _line(self, number: int, name: str, is_ok: bool | None, text: str, hint: str) -> QWidget:  # noqa: FBT001 - a mark of the line
        title = label(name, "muted")
        title.setFixedWidth(_NAME_WIDTH)
        mark = Glyph(*_GLYPH[is_ok])
        head = row(mark, title)
        layout = column(head, spacing=2, margins=(0, 4, 0, 4))
        words = label(text, "bad" if is_ok is False else "strong", wraps=True, name=f"{self._name}-line-{number}")
        if is_ok is False:
            # What is wrong and what to do are sentences: they get the whole width, beneath the name.
            head.addStretch()
            advice = label(hint, "small", wraps=True, name=f"{self._name}-hint-{number}")
            for part in (words, advice):
                _fit(part, self._room - _INDENT)
                layout.addLayout(row(gap(_INDENT), part, 1, spacing=0))
        else:
            _fit(words, self._room - _INDENT - _NAME_WIDTH - 8)
            head.addWidget(words)
            head.addStretch()
            head.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
            head.setAlignment(title, Qt.AlignmentFlag.AlignTop)
        made = frame(layout)
        made.setObjectName(f"{self._name}-{'good' if is_ok else 'bad' if is_ok is False else 'open'}-{number}")
        made.setAccessibleName(f"{name}: {text} {hint}".strip())
        return made


def _fit(words: QLabel, width: int) -> None:
    """A wrapped label of a known width is as high as its lines: layouts guess the height of nested ones badly."""
    words.ensurePolished()
    words.setFixedSize(width, max(words.heightForWidth(width), words.fontMetrics().height()))
