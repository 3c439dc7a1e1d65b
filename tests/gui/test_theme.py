from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.gui import icons
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.tags import dot_of
from crmdesk.gui.theme import Scheme, colour, theme
from crmdesk.gui.tokens import DARK, LIGHT
from crmdesk.model.account import Environment
from crmdesk.places import resource

ROOT = Path(__file__).parent.parent.parent

_SOFT = (
    *("created", "updated", "same", "deleted", "rejected", "noanswer", "onway", "notsent", "leftout"),
    *("reads", "writes", "deletes", "ok", "warn", "bad", "formula"),
)
_GROUNDS = ("bg", "nav", "surface", "raised", "sunken")

TEXT_PAIRS = (
    *((text, ground) for text in ("text", "text2", "text3", "accent_text", "bad", "warn", "ok") for ground in _GROUNDS),
    *((word, f"{word}_soft") for word in _SOFT),
    *(("text", ground) for ground in ("hover", "line", "accent_soft", "bad_soft", "warn_soft", "ok_soft")),
    *(("text2", ground) for ground in ("hover", "accent_soft", "same_soft", "bad_soft", "warn_soft", "ok_soft")),
    ("accent_text", "accent_soft"),
    ("accent_text", "hover"),
    *(("on_accent", ground) for ground in ("accent", "accent_hover", "accent_press")),
    *(("on_bad", ground) for ground in ("bad", "bad_press")),
    *((f"on_{kind}", kind) for kind in (*Environment, "unknown")),
    *((f"on_{kind}_chip", f"{kind}_chip") for kind in (*Environment, "unknown")),
)
"""Every pair of word and ground that stands on a screen; each has a contrast of 4.5 : 1 or more (WCAG 2.1, 1.4.3)."""


@pytest.fixture
def light(qapp: QApplication) -> Iterator[None]:
    theme.apply(Scheme.LIGHT)
    yield
    theme.apply(Scheme.LIGHT)


def luminance(colour_: QColor) -> float:
    """Relative luminance, WCAG 2.1."""
    shares = ((0.2126, colour_.redF()), (0.7152, colour_.greenF()), (0.0722, colour_.blueF()))
    return sum(
        weight * (part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4)) for weight, part in shares
    )


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_all_words_can_be_read_on_what_they_stand_on(tokens: Mapping[str, str]) -> None:
    """A complaint about other loaders: it cannot be read in the dark, or large, or small."""
    poor = {
        (text, ground): round(contrast(tokens[text], tokens[ground]), 2)
        for text, ground in TEXT_PAIRS
        if contrast(tokens[text], tokens[ground]) < 4.5
    }
    assert poor == {}


def test_light_and_dark_name_the_same_colours() -> None:
    assert list(LIGHT) == list(DARK)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_production_has_a_colour_of_its_own(tokens: Mapping[str, str]) -> None:
    """R-331. A complaint about other loaders: records are deleted in the wrong place."""
    environments = (*Environment, None)
    for part in ("", "_dot"):
        assert len({tokens[f"{each or 'unknown'}{part}"] for each in environments}) == len(environments), part
    assert [dot_of(each) for each in environments] == [f"{each or 'unknown'}_dot" for each in environments]


def test_the_stylesheet_names_tokens_and_no_colour_of_its_own() -> None:
    sheet = resource("theme/style.qss").read_text(encoding="utf-8")
    assert set(re.findall(r"@(\w+)", sheet)) - {"scheme"} <= set(LIGHT)
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b", sheet)


@pytest.mark.parametrize(("name", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_the_marks_of_lists_and_ticks_have_the_colours_of_the_tokens(name: str, tokens: Mapping[str, str]) -> None:
    for mark, token in (("chevron", "text3"), ("tick", "on_accent")):
        assert f'stroke="{tokens[token]}"' in resource(f"theme/{mark}-{name}.svg").read_text(encoding="utf-8")


def test_switching_changes_palette_stylesheet_and_icons_of_what_is_open(light: None, qtbot: QtBot) -> None:
    button = Button("try-it", "Try it", icon="play")
    qtbot.addWidget(button)
    before = button.icon().pixmap(16, 16).toImage()
    theme.apply(Scheme.DARK)
    assert theme.is_dark
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK["bg"])
    assert DARK["surface"] in QApplication.instance().styleSheet()  # type: ignore[union-attr]
    assert button.icon().pixmap(16, 16).toImage() != before
    assert colour("text") == QColor(DARK["text"])


def test_the_computers_own_setting_is_followed_until_one_is_chosen(light: None) -> None:
    theme.apply(Scheme.SYSTEM)
    the_computer = QGuiApplication.styleHints().colorSchemeChanged
    the_computer.emit(Qt.ColorScheme.Dark)
    assert theme.is_dark
    theme.apply(Scheme.LIGHT)
    the_computer.emit(Qt.ColorScheme.Dark)
    assert not theme.is_dark


def test_every_icon_that_is_named_is_shipped_and_every_shipped_one_is_used(qapp: QApplication) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "crmdesk" / "gui").rglob("*.py"))
    named = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', source))
    shipped = {path.stem for path in resource("icons").glob("*.svg")}
    assert shipped - named == set()
    for name in shipped:
        assert not icons.pixmap(name).isNull()
