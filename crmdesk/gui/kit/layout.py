"""Rows, columns and gaps: layouts written as the list of what stands in them."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

Item = QWidget | QLayout | QSpacerItem | int | None
Margins = tuple[int, int, int, int]
NONE: Margins = (0, 0, 0, 0)

L = TypeVar("L", bound=QBoxLayout)


def row(*items: Item, spacing: int = 8, margins: Margins = NONE) -> QHBoxLayout:
    """Side by side: widgets, layouts and gaps; a number is a stretch of that weight, None is left out."""
    return _filled(QHBoxLayout(), items, spacing, margins)


def column(*items: Item, spacing: int = 8, margins: Margins = NONE) -> QVBoxLayout:
    """One below the other, as `row`."""
    return _filled(QVBoxLayout(), items, spacing, margins)


def gap(px: int) -> QSpacerItem:
    """`px` of nothing, in either direction."""
    return QSpacerItem(px, px, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


def frame(content: QLayout, look: str = "", *, height: int = 0, width: int = 0) -> QFrame:
    """A frame of the stylesheet's `look` around `content`, of a fixed size where one is given (px)."""
    made = QFrame()
    made.setLayout(content)
    if look:
        made.setProperty("look", look)
    if height:
        made.setFixedHeight(height)
    if width:
        made.setFixedWidth(width)
    return made


def line(*, is_upright: bool = False) -> QFrame:
    """A hair line across, or upright between two columns."""
    return frame(row(), "upright" if is_upright else "line")


def _filled(layout: L, items: tuple[Item, ...], spacing: int, margins: Margins) -> L:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for item in items:
        match item:
            case None:
                pass
            case int():
                layout.addStretch(item)
            case QWidget():
                layout.addWidget(item)
            case QSpacerItem() if not isinstance(item, QLayout):
                layout.addSpacerItem(item)
            case QLayout():
                layout.addLayout(item)
    return layout
