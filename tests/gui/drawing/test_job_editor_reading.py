"""The scenes of tests.gui.scenes.job_editor_reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui.drawing import assert_whole, each
from tests.gui.scenes import Scene
from tests.gui.scenes.job_editor_reading import SCENES


@pytest.mark.usefixtures("common_org")
@each(SCENES)
async def test_a_scene_is_drawn_with_all_words_whole_and_all_controls_named(scene: Scene, tmp_path: Path) -> None:
    await assert_whole(scene, tmp_path)
