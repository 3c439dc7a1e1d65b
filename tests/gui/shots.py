"""Draws every scene without a screen, light and dark, at 1280 by 720, into build/shots/ (python -m tests.gui.shots)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QWidget

from crmdesk.gui.app import make_application
from crmdesk.gui.theme import Scheme, theme
from tests.gui.scenes import Scene, all_scenes

SHOTS = Path(__file__).parent.parent.parent / "build" / "shots"
_SETTLE_SECONDS = 0.4


async def drawn(scene: Scene, folder: Path, into: Path) -> AsyncIterator[QWidget]:
    """Draw `scene` into the folder `into`, and give the widget after each drawing, to be looked at."""
    async with scene.setting(folder) as widget:
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            theme.apply(scheme)
            await asyncio.sleep(_SETTLE_SECONDS)
            assert widget.grab().save(str(into / f"{scene.name}-{scheme}.png"))
            yield widget


async def draw_all(names: list[str]) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    for scene in all_scenes():
        if names and scene.name not in names:
            continue
        with TemporaryDirectory() as folder:
            async for _ in drawn(scene, Path(folder), SHOTS):
                pass
        sys.stdout.write(f"{scene.name}\n")


def main() -> None:
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(draw_all(sys.argv[1:]))
    sys.stdout.write(f"The pictures are in {SHOTS}.\n")


if __name__ == "__main__":
    main()
