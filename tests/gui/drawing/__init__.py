"""Every scene is drawn, and on none of them is a word cut, a control without a name, or a name given twice, and
no page scrolls as a whole.

A module for each module of scenes, so that they can be drawn side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from crmdesk.gui.shell import Shell
from crmdesk.gui.theme import Scheme
from crmdesk.gui.window_size import SMALLEST
from tests.gui.controls import cut_off, nameless, scrolling
from tests.gui.hands import front, look
from tests.gui.reach import roleless, unreachable
from tests.gui.scenes import Scene
from tests.gui.shots import drawn


def each(scenes: Sequence[Scene]) -> pytest.MarkDecorator:
    """A test for each of the scenes, by its name."""
    return pytest.mark.parametrize("scene", scenes, ids=lambda scene: scene.name)


async def assert_whole(scene: Scene, folder: Path) -> None:
    """Draw it, light and dark, and look at all that is on it."""
    async with aclosing(drawn(scene, folder)) as pictures:
        async for scheme, widget, picture in pictures:
            assert not picture.isNull()
            assert cut_off(widget) == []
            assert nameless(widget) == []
            assert scrolling(widget) == []
            if scheme is Scheme.DARK:  # the widget goes with the last picture
                await assert_within_reach(widget)
                await assert_holds_small(widget)


async def assert_within_reach(widget: QWidget) -> None:
    """Without a mouse, and with a screen reader."""
    await front(widget.window())
    assert roleless(widget) == []
    assert unreachable(widget) == []


async def assert_holds_small(widget: QWidget) -> None:
    """In the smallest window there is."""
    if isinstance(widget, Shell):
        widget.resize(SMALLEST)
        await look(0.1)
        assert widget.size() == SMALLEST
        assert cut_off(widget) == []
