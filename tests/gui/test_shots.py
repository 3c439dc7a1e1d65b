"""Every scene is drawn, and on none of them is a word cut, a control without a name, or a name given twice."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest

from tests.gui.controls import cut_off, nameless
from tests.gui.scenes import Scene, all_scenes
from tests.gui.shots import drawn


@pytest.mark.usefixtures("common_org")
@pytest.mark.parametrize("scene", all_scenes(), ids=lambda scene: scene.name)
async def test_every_scene_is_drawn_with_all_words_whole_and_all_controls_named(scene: Scene, tmp_path: Path) -> None:
    async with aclosing(drawn(scene, tmp_path)) as pictures:
        async for _, widget, picture in pictures:
            assert not picture.isNull()
            assert cut_off(widget) == []
            assert nameless(widget) == []
