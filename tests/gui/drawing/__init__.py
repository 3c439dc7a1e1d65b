"""Every scene is drawn, and on none of them is a word cut, a control without a name, or a name given twice.

A module for each module of scenes, so that they can be drawn side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.gui.controls import cut_off, nameless
from tests.gui.scenes import Scene
from tests.gui.shots import drawn


def each(scenes: Sequence[Scene]) -> pytest.MarkDecorator:
    """A test for each of the scenes, by its name."""
    return pytest.mark.parametrize("scene", scenes, ids=lambda scene: scene.name)


async def assert_whole(scene: Scene, folder: Path) -> None:
    """Draw it, light and dark, and look at all that is on it."""
    async with aclosing(drawn(scene, folder)) as pictures:
        async for _, widget, picture in pictures:
            assert not picture.isNull()
            assert cut_off(widget) == []
            assert nameless(widget) == []
