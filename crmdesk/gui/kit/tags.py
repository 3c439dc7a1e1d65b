"""One word, one colour, on all pages: squared capitals for direction and environment, pills for outcomes and states."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from crmdesk.gui import fonts, icons
from crmdesk.gui.theme import colour, theme
from crmdesk.model.account import Environment
from crmdesk.model.job import Operation

HEIGHT = 20
HOLLOW = frozenset({"notsent", "leftout"})
"""Tones that are drawn as an outline: nothing has happened to these rows."""

ENVIRONMENT_ICON = {
    Environment.PRODUCTION: "shield-alert",
    Environment.SANDBOX: "box",
    Environment.PRACTICE: "graduation-cap",
}


OUTCOME_TONE = {
    "created": "created",
    "written": "created",
    "updated": "updated",
    "unchanged": "same",
    "deleted": "deleted",
    "rejected": "rejected",
    "unknown": "noanswer",
    "on the way": "onway",
    "pending": "notsent",
    "left out": "leftout",
}
"""The colours of outcomes, by the names of model.run.Tally, and `written`, `on the way` and `left out`."""


def outcome_word(key: str) -> str:
    """How people call the outcome `key` of OUTCOME_TONE."""
    tr = QCoreApplication.translate
    return {
        "created": tr("Outcomes", "Created"),
        "written": tr("Outcomes", "Written"),
        "updated": tr("Outcomes", "Updated"),
        "unchanged": tr("Outcomes", "Same"),
        "deleted": tr("Outcomes", "Deleted"),
        "rejected": tr("Outcomes", "Rejected"),
        "unknown": tr("Outcomes", "No answer"),
        "on the way": tr("Outcomes", "On the way"),
        "pending": tr("Outcomes", "Not sent"),
        "left out": tr("Outcomes", "Left out"),
    }[key]


class Tag(QWidget):
    """A filled word that never shortens, in the tokens `tone` on `tone`_soft."""

    def __init__(self, text: str, tone: str, *, is_square: bool = False, icon: str = "") -> None:
        super().__init__()
        self._is_square = is_square
        self._font = fonts.tag() if is_square else fonts.sans(11, 600)
        self._text, self._icon, self._ink, self._ground, self._is_hollow = "", icon, tone, f"{tone}_soft", False
        self.set(text, tone)
        theme.changed.connect(self.update)

    def text(self) -> str:
        return self._text

    def set(self, text: str, tone: str, *, icon: str | None = None, ink: str = "", ground: str = "") -> None:
        """Show another word, in the colours of `tone` or in the tokens `ink` on `ground`."""
        self._text = text
        self._icon = self._icon if icon is None else icon
        self._ink, self._ground = ink or tone, ground or f"{tone}_soft"
        self._is_hollow = tone in HOLLOW
        width = QFontMetrics(self._font).horizontalAdvance(text) + (16 if self._is_square else 18)
        self.setFixedSize(width + (18 if self._icon else 0), HEIGHT)
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("border_strong"), 1) if self._is_hollow else Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._ground))
        radius = 4 if self._is_square else HEIGHT / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        left = 8
        if self._icon:
            painter.drawPixmap(left, 3, icons.pixmap(self._icon, self._ink, 14))
            left += 18
        painter.setFont(self._font)
        painter.setPen(colour(self._ink))
        across = Qt.AlignmentFlag.AlignLeft if self._icon else Qt.AlignmentFlag.AlignHCenter
        room = QRectF(left, 0, self.width() - left - (6 if self._icon else 8), HEIGHT)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | across, self._text)


class OutcomePill(Tag):
    """What became of rows, with their number where one is given."""

    def __init__(self, key: str, count: str = "") -> None:
        """`key` is one of OUTCOME_TONE; `count` is already written as people read it."""
        super().__init__("", OUTCOME_TONE[key])
        self.show_outcome(key, count)

    def show_outcome(self, key: str, count: str = "") -> None:
        self.set(f"{outcome_word(key)} {count}".rstrip(), OUTCOME_TONE[key])


def direction_look(operation: Operation) -> tuple[str, str, str]:
    """The word, the tone and the icon of what an operation does to the CRM."""
    tr = QCoreApplication.translate
    match operation:
        case Operation.IMPORT | Operation.IMPORT_DELETED:
            return tr("Directions", "READS"), "reads", "download"
        case Operation.EXPORT:
            return tr("Directions", "WRITES"), "writes", "upload"
        case Operation.DELETE:
            return tr("Directions", "DELETES"), "deletes", "trash-2"
        case _:
            assert_never(operation)


def dot_of(environment: Environment | None) -> str:
    """The token of an environment's dot."""
    return f"{environment or 'unknown'}_dot"


class DirectionTag(Tag):
    """READS, WRITES or DELETES: what an operation does to the CRM."""

    def __init__(self, operation: Operation) -> None:
        super().__init__("", "reads", is_square=True)
        self.show_operation(operation)

    def show_operation(self, operation: Operation) -> None:
        word, tone, icon = direction_look(operation)
        self.set(word, tone, icon=icon)


class EnvironmentTag(Tag):
    """PRODUCTION, SANDBOX or PRACTICE; NOT TESTED while nobody knows (None). `is_chip` is its look on a band."""

    def __init__(self, environment: Environment | None, *, is_chip: bool = False) -> None:
        super().__init__("", "unknown", is_square=True)
        self._is_chip = is_chip
        self.show_environment(environment)

    def show_environment(self, environment: Environment | None) -> None:
        kind = environment or "unknown"
        ground = f"{kind}_chip" if self._is_chip else f"{kind}"
        icon = ENVIRONMENT_ICON[environment] if environment else "circle-dashed"
        self.set(self._word(environment), "unknown", icon=icon, ink=f"on_{ground}", ground=ground)

    def _word(self, environment: Environment | None) -> str:
        match environment:
            case Environment.PRODUCTION:
                return self.tr("PRODUCTION")
            case Environment.SANDBOX:
                return self.tr("SANDBOX")
            case Environment.PRACTICE:
                return self.tr("PRACTICE")
            case None:
                return self.tr("NOT TESTED")


class EnvironmentDot(QWidget):
    """The colour of an account's environment as a small square beside its name, which says it in words."""

    def __init__(self, environment: Environment | None) -> None:
        super().__init__()
        self._environment = environment
        self.setFixedSize(10, 10)
        theme.changed.connect(self.update)

    def show_environment(self, environment: Environment | None) -> None:
        self._environment = environment
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(dot_of(self._environment)))
        painter.drawRoundedRect(self.rect(), 3, 3)


class EnvironmentEdge(EnvironmentDot):
    """The same as the left edge of a card, 6 px wide and as high as the card."""

    def __init__(self, environment: Environment | None) -> None:
        super().__init__(environment)
        self.setMinimumSize(0, 0)
        self.setMaximumSize(16777215, 16777215)
        self.setFixedWidth(6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(dot_of(self._environment)))
        painter.setClipRect(self.rect())
        painter.drawRoundedRect(self.rect().adjusted(0, 0, 10, 0), 7, 7)
