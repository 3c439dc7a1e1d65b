"""The profile in one file, and a profile made of such a file in another place."""

from __future__ import annotations

from pathlib import Path

from crmdesk.desk.window.own_command import open_window
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.errors import UserError
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.commands import carried_out, carried_out_by

BACKUP = "crmdesk-backup.zip"
_MEGABYTE = 1 << 20


class ProfileModel(ViewModel):
    """`doing` is what is under way, `notice` what came of the last one."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self._app = app
        self.doing = ""
        self.notice = ""

    @property
    def home(self) -> Path:
        """The folder of the profile."""
        return self._app.history.home

    async def back_up(self, place: Path) -> None:
        """Write the profile without its secrets to a file; raises StoreError."""
        self._begin("Writing the backup…")
        try:
            told = await carried_out(self._app, ("profile", "backup", "--", str(place)))
            self.notice = f"Wrote {place.name} ({int(told['bytes']) / _MEGABYTE:,.1f} MB): values of rows, no secret."
        finally:
            self._end()

    async def restore(self, file: Path, folder: Path) -> None:
        """Make a profile of a backup in a folder that has none; raises UserError and StoreError."""
        self._begin("Restoring…")
        try:
            await carried_out_by(RunChildren(folder), ("profile", "restore", "--", str(file)))
            self.notice = f"The profile is in {folder}. Its accounts want to be signed in again."
        finally:
            self._end()

    def open_other(self, folder: Path) -> None:
        """Open a window of its own on another profile."""
        open_window(folder)

    def _begin(self, words: str) -> None:
        if self.doing:
            raise UserError("Wait until what was asked before is done.")
        self.doing, self.notice = words, ""
        self.changed()

    def _end(self) -> None:
        self.doing = ""
        self.changed()
