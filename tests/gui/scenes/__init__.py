"""What is worth a picture: every page in its states. A module here has a list SCENES; `dev.py shots` draws them all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: `setting(folder)` brings it about in an empty folder and gives the widget that is drawn."""

    name: str
    setting: Callable[[Path], AbstractAsyncContextManager[QWidget]]


def all_scenes() -> tuple[Scene, ...]:
    """The scenes of all modules of this package, in the order of their names."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(scene for module in modules for scene in module.SCENES)
