"""Numbers as people read them, in the manner of the window's language."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def number(value: int) -> str:
    """412,300 and not 412300."""
    return QLocale().toString(value)
