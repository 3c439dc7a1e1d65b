"""Words on the screen: labels by their look, labels that shorten, icons among words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from crmdesk.gui import fonts, icons
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.gui.theme import theme
from crmdesk.model.visible import visible

_SHORTEST = 40  # px


def set_look(widget: QWidget, look: str) -> None:
    """Give `widget` another look of the stylesheet while it is shown."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class _Words(QLabel):
    """A label that shows what people, files or a CRM brought: what would turn it round or act is an escape."""

    def setText(self, text: str) -> None:
        super().setText(visible(text))


def label(text: str = "", look: str = "", *, wraps: bool = False, name: str = "") -> QLabel:
    """Plain text, never markup, in a look: hero number title lead heading strong muted small faint caption ok warn bad.

    `name` is the objectName, for a label that a test reads.
    """
    made = _Words()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wraps)
    if look:
        made.setProperty("look", look)
    if name:
        made.setObjectName(name)
    return made


def mono_label(text: str = "", px: int = 12, *, name: str = "") -> QLabel:
    """An id, a key or a raw value, which can be marked and copied."""
    made = label(text, name=name)
    made.setFont(fonts.mono(px))
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class ElidedLabel(_Words):
    """A line that shortens with "…" and never mid-letter; its whole text is the tool tip.

    It takes the room that it is given; where `is_snug`, no more than its words need.
    """

    def __init__(self, text: str = "", look: str = "", *, name: str = "", is_snug: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", look)
        self.setObjectName(name)
        self.setMinimumWidth(_SHORTEST)
        across = QSizePolicy.Policy.Maximum if is_snug else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(plain_tip(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | self.alignment(), shown)


class Glyph(QWidget):
    """An icon that stands among words and says nothing of its own."""

    def __init__(self, icon: str, token: str = "text2", px: int = 16) -> None:
        super().__init__()
        self._icon, self._token, self._px = icon, token, px
        self.setFixedSize(QSize(px, px))
        theme.changed.connect(self.update)

    def set_icon(self, icon: str, token: str) -> None:
        self._icon, self._token = icon, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, icons.pixmap(self._icon, self._token, self._px))


class Tile(QFrame):
    """A large icon on a soft square: what a card or an empty page is about."""

    def __init__(self, icon: str, side: int = 48, px: int = 24) -> None:
        super().__init__()
        self.setProperty("look", "tile")
        self.setLayout(column(1, row(1, Glyph(icon, "accent", px), 1), 1))
        self.setFixedSize(side, side)
