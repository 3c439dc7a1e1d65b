"""No scene is left out of the drawing."""

from __future__ import annotations

from pathlib import Path

from tests.gui import scenes


def test_every_module_of_scenes_is_drawn() -> None:
    modules = {path.stem for path in Path(scenes.__file__).parent.glob("[!_]*.py")}
    assert {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")} == {
        *modules,
        "all_scenes",
    }
