"""The two typefaces that come with the program: Inter for words, JetBrains Mono for ids, keys and raw values."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from crmdesk.places import resource

SANS = "Inter"
MONO = "JetBrains Mono"
_SANS_AFTER = ("Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC", "Segoe UI", "sans-serif")
_MONO_AFTER = ("Cascadia Mono", "SF Mono", "Noto Sans Mono", "monospace")
BODY = 13


def load() -> None:
    """Bring the typefaces that are shipped, and make Inter at 13 px the one of all widgets."""
    for file in sorted(resource("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))
    QApplication.setFont(sans())


def sans(px: int = BODY, weight: int = 400) -> QFont:
    """Inter, `px` high, `weight` 400 to 700."""
    return _font((SANS, *_SANS_AFTER), px, weight)


def mono(px: int = 12, weight: int = 400) -> QFont:
    """JetBrains Mono, `px` high."""
    return _font((MONO, *_MONO_AFTER), px, weight)


def tag() -> QFont:
    """For squared capitals, a little spaced."""
    font = sans(11, 700)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.5)
    return font


def _font(families: tuple[str, ...], px: int, weight: int) -> QFont:
    font = QFont(list(families))
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # An id is shown as it is: Inter's alternates would make 001×0002 of 001x0002, JetBrains Mono's one sign of >=.
    font.setFeature(QFont.Tag("calt"), 0)
    return font
