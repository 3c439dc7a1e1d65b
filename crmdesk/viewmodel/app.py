"""The window without the window: the profile it shows, which page is open, and what goes on meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.errors import VAULT, CrmDeskError, SignInError
from crmdesk.model.file_kind import is_job_file
from crmdesk.model.run import Census
from crmdesk.viewmodel.accounts.identities import identity_now
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.vault import VaultDoor

WATCH_SECONDS = 0.2
SIGN_IN_AGAIN = "again:"
"""What stands before the internal name of an account in the argument of ACCOUNTS, to sign it in again."""
_THEME = "theme"
_SIZE = "window-size"
_FOLDER = "last-folder"


class PageName(StrEnum):
    """The pages."""

    OVERVIEW = "overview"
    ACCOUNTS = "accounts"
    JOBS = "jobs"
    JOB = "job"
    RUNS = "runs"
    RUN = "run"
    REJECTS = "rejects"
    FOUND = "found"
    ERROR_BOOK = "error-book"
    OPTIONS = "options"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and what it shows there.

    `argument` is the name of a saved job (JOB, RUNS), the number of a run (RUN, REJECTS), words to look for (FOUND,
    ERROR_BOOK), "form" for the form of a new account or SIGN_IN_AGAIN with the name of one (ACCOUNTS), or empty. `file`
    is what a new job starts from: a job file (.toml) or a file with rows. `cause` is that of the rejects (REJECTS),
    empty for all, `row` one that is shown in full, 0 for none. `is_draft` tells of the job that a window left unsaved
    when it died (JOB).
    """

    page: PageName
    argument: str = ""
    file: str = ""
    cause: str = ""
    is_draft: bool = False
    row: int = 0


class AppModel(ViewModel):
    """What all pages share. It changes with the page, and five times a second while runs run.

    `arrivals` counts how often somebody went to a page, perhaps to the same again.
    """

    def __init__(self, history: History, engine: EngineChild, children: RunChildren) -> None:
        super().__init__()
        self.history = history
        self.engine = engine
        self.children = children
        self.vault = VaultDoor()
        engine.ask_phrase = self.vault.ask
        self.place = Place(PageName.OVERVIEW)
        self.running: tuple[str, ...] = ()
        self.open_rejects = 0
        self.census = Census()
        self.arrivals = 0
        self._before: list[Place] = []
        self._look()

    def show(
        self,
        page: PageName,
        argument: str = "",
        *,
        file: str = "",
        cause: str = "",
        is_draft: bool = False,
        row: int = 0,
    ) -> None:
        """Go to a page. Who asks for a new job on the page of one begins another."""
        place = Place(page, argument, file, cause, is_draft, row)
        if place != self.place:
            self._before.append(self.place)
        if place != self.place or page is PageName.JOB:
            self.place = place
            self.arrivals += 1
        self.changed()

    def begin_with(self, file: Path) -> None:
        """Go to a new job with the rows of `file`, or to the job that it holds; raises UserError and PlanError."""
        if is_job_file(str(file)):
            self.history.open_job_file(file)  # one that cannot be read is refused where one is
        self.show(PageName.JOB, file=str(file))

    def account_to_sign_in(self, error: CrmDeskError, label: str = "") -> str:
        """The internal name of the account that was not let in, if that is what is wrong; else "".

        `label` is that of the account that was being spoken to, where the error names none.
        """
        wanted = error.account or label
        if not isinstance(error, SignInError) or error.place == VAULT or not wanted:
            return ""
        return next((each.name for each in self.history.accounts() if each.label == wanted), "")

    def back(self) -> None:
        """Go to the page before this one, where there was one."""
        if self._before:
            self.place = self._before.pop()
            self.arrivals += 1
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

    def folder_of_files(self, beside: str = "") -> str:
        """Where a file is looked for first: beside the file of that path, else where the last one was, else at home."""
        wanted = (str(Path(beside).parent) if Path(beside).is_absolute() else "", self.history.setting(_FOLDER))
        return next((folder for folder in wanted if folder and Path(folder).is_dir()), str(Path.home()))

    def keep_folder_of(self, path: str) -> None:
        """Remember where the file that was chosen is."""
        self.history.set_setting(_FOLDER, str(Path(path).parent))

    async def watch(self) -> NoReturn:
        """Look at the runs again and again, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                before, ended = self.running, self.census.last_end
                if self._look() or self.running:
                    self.changed()
                if self.census.last_end > ended:
                    newest = self.history.run_numbers()[:1]
                    gone = {*before, *(str(number) for number in newest)} - {*self.running}
                    for account in {self.history.run(run).start.account for run in gone}:
                        group.create_task(self._count_calls(account))
                await asyncio.sleep(WATCH_SECONDS)

    async def _count_calls(self, account: str) -> None:
        """Ask how many calls a run has left of those of the day, where the CRM tells."""
        known = self.history.known_identity(account)
        if known is None or known.calls_left is None:
            return
        try:
            await identity_now(self, account)
        except CrmDeskError:
            return  # nothing on the page depends on it, and who goes on to use the account is told what is wrong
        self.changed()

    def _look(self) -> bool:
        history = self.history
        running, rejects, census = tuple(history.running()), history.open_rejects(), history.census()
        is_news = (running, rejects, census) != (self.running, self.open_rejects, self.census)
        self.running, self.open_rejects, self.census = running, rejects, census
        return is_news
