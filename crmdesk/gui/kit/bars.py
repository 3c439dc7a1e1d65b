"""Bars, always beside the number that they show: shares of a whole, progress, and the statement that adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import column, line, row
from crmdesk.gui.kit.tags import OUTCOME_TONE, OutcomePill, Tag
from crmdesk.gui.theme import colour, theme
from crmdesk.model.figures import number


class Meter(QWidget):
    """A bar of shares (0 to 1, each with a token), one after the other; `set_share` for the usual one."""

    def __init__(self, height: int = 8, *, label_text: str = "") -> None:
        super().__init__()
        self._parts: tuple[tuple[float, str], ...] = ()
        self.setAccessibleName(label_text)
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_share(self, share: float, token: str = "accent") -> None:
        self.set_parts(((share, token),))

    def set_parts(self, parts: Sequence[tuple[float, str]]) -> None:
        if self._parts != tuple(parts):
            self._parts = tuple(parts)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(whole, whole.height() / 2, whole.height() / 2)
        painter.setClipPath(path)
        painter.fillRect(whole, colour("border" if theme.is_dark else "line"))
        left = 0.0
        for share, token in self._parts:
            width = whole.width() * min(max(share, 0.0), 1.0)
            painter.fillRect(QRectF(left, 0, width, whole.height()), colour(token))
            left += width


class ProgressLine(QWidget):
    """How far one step is: its name, how much of it, the number, and the bar."""

    def __init__(self, title: str, *, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self._title = label(title, "small")
        self._note = label("", "small")
        self._count = label("", "heading", name=f"{name}-count")
        self._meter = Meter(label_text=title)
        self.setLayout(column(row(self._title, 1, self._note), self._count, self._meter, spacing=4))

    def show_progress(self, done: int, total: int | None, note: str = "") -> None:
        """`done` of `total` rows; None while nobody knows how many there are. `note` stands at the right."""
        self._count.setText(number(done))
        self._note.setText(note)
        self._meter.set_share(done / total if total else 0.0)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One outcome with its number of rows; `key` is one of OUTCOME_TONE."""

    key: str
    count: int


class Statement(QWidget):
    """Every row accounted for: what was read, each outcome with bar and number, the sum, and whether it adds up."""

    def __init__(self, name: str = "statement") -> None:
        super().__init__()
        self.setObjectName(name)
        self._read = label("", "strong", name=f"{name}-read")
        self._sum = label("", "strong", name=f"{name}-sum")
        self._verdict = Tag("", "ok")
        self._verdict.setObjectName(f"{name}-verdict")
        self._lines: dict[str, tuple[QLabel, Meter]] = {}
        self._middle = column(spacing=4)
        self._read_title = label("", "muted")
        self.setLayout(
            column(
                row(label(self.tr("Statement"), "heading"), 1, self._verdict),
                row(self._read_title, 1, self._read),
                line(),
                self._middle,
                line(),
                row(label(self.tr("Sum of the outcomes"), "muted"), 1, self._sum),
                1,
                spacing=6,
            )
        )

    def show_statement(self, title: str, read: int, lines: Sequence[StatementLine]) -> None:
        """`title` names the source ("In the file"); the lines are in the order in which they are shown."""
        if list(self._lines) != [each.key for each in lines]:
            self._build(lines)
        self._read_title.setText(title)
        self._read.setText(number(read))
        for each in lines:
            words, meter = self._lines[each.key]
            words.setText(number(each.count))
            set_look(words, "strong" if each.count else "faint")
            meter.set_share(each.count / read if read else 0.0, OUTCOME_TONE[each.key])
        total = sum(each.count for each in lines)
        self._sum.setText(number(total))
        if total == read:
            self._verdict.set(self.tr("adds up"), "ok", icon="check")
        else:
            self._verdict.set(self.tr("differs by {0}").format(number(abs(read - total))), "bad", icon="triangle-alert")

    def _build(self, lines: Sequence[StatementLine]) -> None:
        while (item := self._middle.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()  # else it shows the old number until it is gone
                old.deleteLater()
        self._lines = {}
        for each in lines:
            words, meter = label("", "strong", name=f"{self.objectName()}-{each.key.replace(' ', '-')}"), Meter(6)
            words.setMinimumWidth(72)
            words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            pill = OutcomePill(each.key)
            meter.setAccessibleName(pill.text())
            place = QWidget()
            tagged = row(pill, 1)
            left = QWidget()
            left.setLayout(tagged)
            left.setFixedWidth(96)
            place.setLayout(row(left, meter, words))
            place.setFixedHeight(24)
            self._middle.addWidget(place)
            self._lines[each.key] = (words, meter)
