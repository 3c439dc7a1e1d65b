"""The look: one table of colours makes the palette and the one stylesheet, light or dark, for all windows at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from crmdesk.gui import fonts
from crmdesk.gui.tokens import DARK, LIGHT
from crmdesk.places import resource


class Scheme(StrEnum):
    """Which of the two; `SYSTEM` follows the computer's own setting while it runs."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_PALETTE = {
    QPalette.ColorRole.Window: "bg",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Link: "accent_text",
    QPalette.ColorRole.LinkVisited: "accent_text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border_strong",
    QPalette.ColorRole.Shadow: "border_strong",
    QPalette.ColorRole.BrightText: "bad",
}
_GREYED = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


class Theme(QObject):
    """What is shown now. `changed` comes after every widget has the new colours."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Scheme.SYSTEM
        self.tokens: Mapping[str, str] = LIGHT
        self._is_following = False

    @property
    def is_dark(self) -> bool:
        return self.tokens is DARK

    def apply(self, scheme: Scheme) -> None:
        """Show all windows, open and to come, in `scheme`."""
        self.scheme = scheme
        hints = QGuiApplication.styleHints()
        if not self._is_following:
            self._prepare()
            hints.colorSchemeChanged.connect(self._follow)
            self._is_following = True
        hints.setColorScheme(
            {
                Scheme.SYSTEM: Qt.ColorScheme.Unknown,
                Scheme.LIGHT: Qt.ColorScheme.Light,
                Scheme.DARK: Qt.ColorScheme.Dark,
            }[scheme]
        )
        self._show(
            is_dark=hints.colorScheme() is Qt.ColorScheme.Dark if scheme is Scheme.SYSTEM else scheme is Scheme.DARK
        )

    def _prepare(self) -> None:
        QDir.setSearchPaths("theme", [str(resource("theme"))])
        fonts.load()
        QApplication.setStyle("Fusion")

    def _follow(self, computer: Qt.ColorScheme) -> None:
        if self.scheme is Scheme.SYSTEM:
            self._show(is_dark=computer is Qt.ColorScheme.Dark)

    def _show(self, *, is_dark: bool) -> None:
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        wanted = DARK if is_dark else LIGHT
        if wanted is self.tokens and application.styleSheet():
            return
        self.tokens = wanted
        QApplication.setPalette(_palette(wanted))
        application.setStyleSheet(_stylesheet(wanted, "dark" if is_dark else "light"))
        self.changed.emit()


theme = Theme()


def colour(token: str) -> QColor:
    """The colour that `token` has now; KeyError for a word that is no token."""
    return QColor(theme.tokens[token])


def _palette(tokens: Mapping[str, str]) -> QPalette:
    palette = QPalette()
    for role, token in _PALETTE.items():
        palette.setColor(role, QColor(tokens[token]))
    for role in _GREYED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens["disabled"]))
    return palette


def _stylesheet(tokens: Mapping[str, str], name: str) -> str:
    template = resource("theme/style.qss").read_text(encoding="utf-8").replace("@scheme", name)
    return re.sub(r"@(\w+)", lambda found: tokens[found[1]], template)
