"""Draws every scene without a screen, light and dark, at 1280 by 720, into build/shots/ (python -m tests.gui.shots)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from crmdesk.gui.app import make_application
from crmdesk.gui.theme import Scheme, theme
from tests.gui.lent_org import org_for_all
from tests.gui.scenes import Scene, all_scenes

SHOTS = Path(__file__).parent.parent.parent / "build" / "shots"
_MOMENT = 0.05  # seconds between two looks
_LOOKS = 20  # what moves for longer than that many moments moves on purpose


async def drawn(scene: Scene, folder: Path) -> AsyncGenerator[tuple[Scheme, QWidget, QImage], None]:
    """Bring `scene` about in the empty `folder`; the widget and its picture, light and then dark.

    What stands still in the light needs no second look in the dark.
    """
    async with scene.setting(folder) as widget:
        theme.apply(Scheme.LIGHT)
        yield Scheme.LIGHT, widget, await _still(widget)
        theme.apply(Scheme.DARK)
        await asyncio.sleep(_MOMENT)
        yield Scheme.DARK, widget, widget.grab().toImage()


async def _still(widget: QWidget) -> QImage:
    """The picture of the widget once it stands still."""
    picture = widget.grab().toImage()
    for _ in range(_LOOKS):
        await asyncio.sleep(_MOMENT)
        before, picture = picture, widget.grab().toImage()
        if picture == before:
            break
    return picture


async def draw_all(names: list[str]) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    for scene in all_scenes():
        if names and scene.name not in names:
            continue
        with TemporaryDirectory() as folder:
            async for scheme, _, picture in drawn(scene, Path(folder)):
                assert picture.save(str(SHOTS / f"{scene.name}-{scheme}.png"))
        sys.stdout.write(f"{scene.name}\n")


def main() -> None:
    application = make_application()
    with org_for_all(), asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(draw_all(sys.argv[1:]))
    sys.stdout.write(f"The pictures are in {SHOTS}.\n")


if __name__ == "__main__":
    main()
