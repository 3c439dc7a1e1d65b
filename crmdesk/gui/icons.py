"""Lucide's line icons in the colours of the theme; what was tinted once is tinted again when the theme changes."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from crmdesk.gui.theme import theme
from crmdesk.places import resource

_PROPERTY = "tint"


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=2048)
def _pixmap(name: str, colour: str, px: int, ratio: float) -> QPixmap:
    drawing = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    side = round(px * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, token: str = "text2", px: int = 16) -> QPixmap:
    """The icon as a picture of `px` by `px`, as sharp as the screen; raises FileNotFoundError for an unknown name."""
    application = QGuiApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
    return _pixmap(name, theme.tokens[token], px, ratio)


def icon(name: str, token: str = "text2", checked: str = "", px: int = 16) -> QIcon:
    """The icon for a button or an action, greyed when disabled; `checked` is the token while it is checked."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(_pixmap(name, theme.tokens[token], px, ratio))
        made.addPixmap(_pixmap(name, theme.tokens["disabled"], px, ratio), QIcon.Mode.Disabled)
        if checked:
            made.addPixmap(_pixmap(name, theme.tokens[checked], px, ratio), QIcon.Mode.Normal, QIcon.State.On)
    return made


def put(target: QAbstractButton | QAction, name: str, token: str = "text2", checked: str = "", px: int = 16) -> None:
    """Give `target` the icon, now and in every later theme."""
    target.setProperty(_PROPERTY, [name, token, checked, px])
    target.setIcon(icon(name, token, checked, px))
    if isinstance(target, QAbstractButton):
        target.setIconSize(QSize(px, px))


def _tint_again() -> None:
    widgets = QApplication.allWidgets()
    actions: list[QObject] = [action for widget in widgets for action in widget.findChildren(QAction)]
    for target in (*widgets, *actions):
        kept = target.property(_PROPERTY)
        if isinstance(target, QAbstractButton | QAction) and kept:
            target.setIcon(icon(*kept))


theme.changed.connect(_tint_again)
