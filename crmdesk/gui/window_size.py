"""The size of the window: what it was when it was last closed, on a screen that has room for it."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

SMALLEST = QSize(960, 540)  # a screen of full HD at 200 %; pages scroll in it
USUAL = QSize(1280, 720)
_TITLE_BAR = 40  # px that the system's frame may take
_WRITTEN = re.compile(r"(\d{1,5})x(\d{1,5})( maximized)?")


def size_of(window: QWidget) -> str:
    """The size in words that are kept: “1280x720”, or “1280x720 maximized” with the size it goes back to."""
    size = window.normalGeometry().size() if window.isMaximized() else window.size()
    return f"{size.width()}x{size.height()}{' maximized' if window.isMaximized() else ''}"


def give_size(window: QWidget, kept: str) -> None:
    """Make the window as large as it was, or as is usual where nothing readable was kept; never larger than the screen.

    A screen that is too small for any window of ours bounds nothing: there the window can be moved.
    """
    found = _WRITTEN.fullmatch(kept)
    wanted = QSize(int(found[1]), int(found[2])).expandedTo(SMALLEST) if found else USUAL
    room = window.screen().availableSize() - QSize(0, _TITLE_BAR)
    has_room = room.width() >= SMALLEST.width() and room.height() >= SMALLEST.height()
    window.setMinimumSize(SMALLEST)
    window.resize(wanted.boundedTo(room) if has_room else wanted)
    if found and found[3]:
        window.showMaximized()
