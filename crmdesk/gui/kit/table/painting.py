"""How each style of cell is drawn: all words elided, all colours from the theme, no call back into the model."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, assert_never

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from crmdesk.gui import fonts, icons
from crmdesk.gui.kit.table.cells import Cell, CellStyle
from crmdesk.gui.kit.tags import HOLLOW
from crmdesk.gui.theme import colour
from crmdesk.model.visible import visible

PAD = 12
_LONGEST = 2000  # characters: more than any screen shows in a line, and a cell may hold megabytes
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Face:
    """A font with its measures, made once: both are wanted for every cell of every frame."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)


@lru_cache(maxsize=16)
def _sans(px: int = fonts.BODY, weight: int = 400) -> _Face:
    return _Face(fonts.sans(px, weight))


@lru_cache(maxsize=4)
def _mono(px: int = 12) -> _Face:
    return _Face(fonts.mono(px))


@lru_cache(maxsize=1)
def _struck() -> _Face:
    font = fonts.sans(11)
    font.setStrikeOut(True)
    return _Face(font)


def paint_cell(painter: QPainter, cell: Cell, place: QRect) -> None:
    """Draw `cell` within `place`, the padding included."""
    room = place.adjusted(PAD, 0, -PAD, 0)
    if cell.dot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(cell.dot))
        painter.drawRoundedRect(QRect(room.left(), _middle(room, 10), 10, 10), 3, 3)
        room.adjust(20, 0, 0, 0)
    if cell.icon and cell.style is not CellStyle.TAG:
        px = 16
        painter.drawPixmap(room.left(), _middle(room, px), icons.pixmap(cell.icon, cell.icon_tone, px))
        room.adjust(24, 0, 0, 0)
    match cell.style:
        case CellStyle.PILL:
            _pill(painter, cell, room)
        case CellStyle.TAG:
            _tag(painter, cell, room)
        case CellStyle.TWO_LINE:
            _two_lines(painter, cell, room)
        case CellStyle.CORRECTED:
            _corrected(painter, cell, room)
        case CellStyle.FIELD:
            _field(painter, cell, room)
        case CellStyle.CHOICE:
            _choice(painter, cell, room)
        case CellStyle.CHECK:
            _check(painter, cell, place)
        case _:
            _words(painter, cell, cell.style, room)


def paint_ring(painter: QPainter, place: QRect) -> None:
    """Draw the focus ring just within `place`, a cell or a whole row."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(place).adjusted(2, 2, -2, -3), 4, 4)


_Words = Literal[CellStyle.TEXT, CellStyle.STRONG, CellStyle.FAINT, CellStyle.MONO, CellStyle.LINK, CellStyle.NUMBER]


def _words(painter: QPainter, cell: Cell, style: _Words, room: QRect) -> None:
    match style:
        case CellStyle.TEXT:
            _put(painter, cell.text, _sans(), cell.tone or "text", room)
        case CellStyle.STRONG:
            _put(painter, cell.text, _sans(13, 600), cell.tone or "text", room)
        case CellStyle.FAINT:
            _put(painter, cell.text, _sans(12), cell.tone or "text3", room)
        case CellStyle.MONO:
            _put(painter, cell.text, _mono(), cell.tone or "text", room)
        case CellStyle.LINK:
            _put(painter, cell.text, _sans(13, 500), cell.tone or "accent_text", room)
        case CellStyle.NUMBER:
            _put(painter, cell.text, _sans(), cell.tone or "text", room, _RIGHT)
        case _:
            assert_never(style)


def _middle(room: QRect, height: int) -> int:
    return room.top() + (room.height() - height) // 2


def _put(painter: QPainter, text: str, face: _Face, token: str, room: QRect, align: Qt.AlignmentFlag = _LEFT) -> int:
    """Draw one elided line and give the width it took."""
    if not text:
        return 0
    painter.setFont(face.font)
    painter.setPen(colour(token))
    shown, width = _fitted(text[:_LONGEST], face, room.width())
    painter.drawText(room, align, shown)
    return width


@lru_cache(maxsize=16384)
def _fitted(text: str, face: _Face, width: int) -> tuple[str, int]:
    """What of a line fits into `width`, and the width it takes: measuring costs more than drawing."""
    flat = visible(text).replace("\n", " ⏎ ")
    shown = face.metrics.elidedText(flat, Qt.TextElideMode.ElideRight, width)
    return shown, min(face.metrics.horizontalAdvance(flat), width)


def _pill(painter: QPainter, cell: Cell, room: QRect) -> None:
    if not cell.text:
        return
    face = _sans(11, 600)
    width = min(face.metrics.horizontalAdvance(cell.text) + 18, room.width() + 8)
    place = QRectF(room.left() - 2, _middle(room, 20), width, 20)
    tone = cell.tone or "same"
    painter.setPen(QPen(colour("border_strong"), 1) if tone in HOLLOW else Qt.PenStyle.NoPen)
    painter.setBrush(colour(f"{tone}_soft"))
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
    painter.setFont(face.font)
    painter.setPen(colour(tone))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, cell.text)


def _tag(painter: QPainter, cell: Cell, room: QRect) -> None:
    font = fonts.tag()
    width = min(QFontMetrics(font).horizontalAdvance(cell.text) + (34 if cell.icon else 16), room.width() + 12)
    place = QRectF(room.left(), _middle(room, 20), width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(f"{cell.tone}_soft"))
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    left = place.left() + 8
    if cell.icon:
        painter.drawPixmap(QPointF(left, place.top() + 3), icons.pixmap(cell.icon, cell.tone, 14))
        left += 18
    painter.setFont(font)
    painter.setPen(colour(cell.tone))
    painter.drawText(QRectF(left, place.top(), place.right() - left, 20), _LEFT, cell.text)


def _halves(room: QRect) -> tuple[QRect, QRect]:
    top = _middle(room, 34)
    return QRect(room.left(), top, room.width(), 18), QRect(room.left(), top + 17, room.width(), 17)


def _two_lines(painter: QPainter, cell: Cell, room: QRect) -> None:
    above, below = _halves(room)
    _put(painter, cell.text, _sans(13, 500), cell.tone or "text", above)
    _put(painter, cell.sub, _sans(12), "text3", below)


def _corrected(painter: QPainter, cell: Cell, room: QRect) -> None:
    painter.drawPixmap(room.right() - 12, _middle(room, 14), icons.pixmap("pencil", "text3", 14))
    above, below = _halves(room.adjusted(0, 0, -20, 0))
    _put(painter, cell.text, _sans(13, 500), cell.tone or "ok", above)
    _put(painter, cell.sub, _struck(), "text3", below)


def _field(painter: QPainter, cell: Cell, room: QRect) -> None:
    small = _sans(12)
    note_width = min(small.metrics.horizontalAdvance(cell.note) + 2, room.width() // 2) if cell.note else 0
    _put(painter, cell.note, small, "text3", room.adjusted(room.width() - note_width, 0, 0, 0), _RIGHT)
    star = 12 if cell.is_required else 0
    rest = room.adjusted(0, 0, -note_width - star - 8, 0)
    used = _put(painter, cell.text, _sans(13, 600), cell.tone or "text", rest)
    if star:
        _put(painter, "*", _sans(13, 700), "bad", QRect(rest.left() + used + 3, room.top(), star, room.height()))
    small_mono = _mono(11)
    left = rest.left() + used + star + 8
    place = QRect(left, room.top(), rest.right() + star - left, room.height())
    if cell.sub and small_mono.metrics.horizontalAdvance(cell.sub) <= place.width():
        _put(painter, cell.sub, small_mono, "text3", place)


def _choice(painter: QPainter, cell: Cell, room: QRect) -> None:
    _put(painter, cell.text, _sans(), cell.tone or "text", room.adjusted(0, 0, -16, 0))
    painter.drawPixmap(room.right() - 11, _middle(room, 12), icons.pixmap("chevron-down", "text3", 12))


def _check(painter: QPainter, cell: Cell, place: QRect) -> None:
    corner = QPointF(place.left() + (place.width() - 16) / 2, _middle(place, 16))
    box = QRectF(corner.x() + 0.5, corner.y() + 0.5, 15, 15)
    painter.setPen(QPen(colour("accent" if cell.is_checked else "text3"), 1))
    painter.setBrush(colour("accent" if cell.is_checked else "surface"))
    painter.drawRoundedRect(box, 4, 4)
    if cell.is_checked:
        painter.drawPixmap(QPointF(corner.x() + 2, corner.y() + 2), icons.pixmap("check", "on_accent", 12))
