"""The window without the window: the profile it shows, which page is open, and what goes on meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from crmdesk.desk.engine_child import EngineChild
from crmdesk.desk.history import History
from crmdesk.desk.run_children import RunChildren
from crmdesk.viewmodel.base import ViewModel

WATCH_SECONDS = 0.2
_THEME = "theme"
_SIZE = "window-size"


class PageName(StrEnum):
    """The pages."""

    OVERVIEW = "overview"
    ACCOUNTS = "accounts"
    JOBS = "jobs"
    JOB = "job"
    RUNS = "runs"
    RUN = "run"
    REJECTS = "rejects"
    OPTIONS = "options"


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and what it shows there.

    `argument` is the name of a saved job (JOB, RUNS), the number of a run (RUN, REJECTS), "form" for the form of a new
    account (ACCOUNTS), or empty. `file` is what a new job starts from: a job file (.toml) or a file with rows. `cause`
    is that of the rejects (REJECTS), empty for all.
    """

    page: PageName
    argument: str = ""
    file: str = ""
    cause: str = ""


class AppModel(ViewModel):
    """What all pages share. It changes with the page, and five times a second while runs run."""

    def __init__(self, history: History, engine: EngineChild, children: RunChildren) -> None:
        super().__init__()
        self.history = history
        self.engine = engine
        self.children = children
        self.place = Place(PageName.OVERVIEW)
        self.running: tuple[str, ...] = ()
        self.open_rejects = 0
        self.census = (0, 0)
        self._before: list[Place] = []
        self._look()

    def show(self, page: PageName, argument: str = "", *, file: str = "", cause: str = "") -> None:
        """Go to a page."""
        place = Place(page, argument, file, cause)
        if place != self.place:
            self._before.append(self.place)
        self.place = place
        self.changed()

    def back(self) -> None:
        """Go to the page before this one, where there was one."""
        if self._before:
            self.place = self._before.pop()
            self.changed()

    @property
    def theme(self) -> str:
        """How the window looks: system, light or dark."""
        return self.history.setting(_THEME, "system")

    def set_theme(self, theme: str) -> None:
        self.history.set_setting(_THEME, theme)
        self.changed()

    @property
    def window_size(self) -> str:
        """How large the window was when it was last closed, in its own words; "" before it ever was."""
        return self.history.setting(_SIZE)

    def keep_window_size(self, size: str) -> None:
        self.history.set_setting(_SIZE, size)

    async def watch(self) -> NoReturn:
        """Look at the runs again and again, until cancelled."""
        while True:
            if self._look() or self.running:
                self.changed()
            await asyncio.sleep(WATCH_SECONDS)

    def _look(self) -> bool:
        history = self.history
        running, rejects, census = tuple(history.running()), history.open_rejects(), history.census()
        is_news = (running, rejects, census) != (self.running, self.open_rejects, self.census)
        self.running, self.open_rejects, self.census = running, rejects, census
        return is_news
