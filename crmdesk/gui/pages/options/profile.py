"""The card of the profile: where it is, its backup in one file, and a profile made of a backup elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from crmdesk.gui.dialogs import Dialog, confirm
from crmdesk.gui.file_dialogs import pick_file, pick_folder, pick_new_file
from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.spawn import aslot, spawn
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.profile import BACKUP, ProfileModel

_PATH = 400  # px


class ProfileCard(TitledCard):
    """See ProfileModel."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("", name="options-profile-card")
        self._app = app
        self._model = ProfileModel(app)
        self.heading.setText(self.tr("Profile"))
        self._home = TextField("options-profile", self.tr("Folder of the profile"))
        self._home.setReadOnly(True)
        self._home.show_text(str(self._model.home))
        copy = Button("options-profile-copy", self.tr("Copy"), self._copy_home, icon="copy")
        show = Button("options-profile-open", self.tr("Open"), self._open_home, icon="folder-open")
        words = self.tr("Accounts, jobs, the history and rejected rows are kept in this folder, and nowhere else.")
        self._save = Button("options-backup", self.tr("Back up…"), aslot(self._back_up), icon="save")
        self._restore = Button("options-restore", self.tr("Restore…"), aslot(self._ask_to_restore), icon="rotate-ccw")
        self._notice = label("", "small", wraps=True, name="options-profile-notice")
        self.body.addWidget(label(words, "muted", wraps=True))
        self.body.addLayout(row(self._home, copy, show))
        self.body.addLayout(row(self._save, self._restore, 1))
        self.body.addWidget(self._notice)
        self._model.subscribe(self._show)
        self._show()

    def _show(self) -> None:
        model = self._model
        self._notice.setText(model.doing or model.notice)
        self._notice.setVisible(bool(model.doing or model.notice))
        for button in (self._save, self._restore):
            button.allow(not model.doing, model.doing)

    async def _back_up(self) -> None:
        kinds = self.tr("Backups (*.zip)")
        chosen = await pick_new_file(self.window(), self._app, self.tr("Back the profile up"), BACKUP, kinds)
        if chosen:
            await self._model.back_up(Path(chosen))

    async def _ask_to_restore(self) -> None:
        dialog = RestoreDialog(self, self._app)
        if not await dialog.ended():
            return
        file, folder = dialog.paths()
        await self._model.restore(file, folder)
        notes = (self._model.notice, self.tr("This window stays on its own profile."))
        if await confirm(self.window(), self.tr("The backup is restored"), notes, self.tr("Open it")):
            self._model.open_other(folder)

    def _copy_home(self) -> None:
        QGuiApplication.clipboard().setText(self._home.text())

    def _open_home(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._home.text()))


class RestoreDialog(Dialog):
    """Asks for the backup, and for the folder where its profile is to be."""

    def __init__(self, parent: ProfileCard, app: AppModel) -> None:
        super().__init__(parent.window(), "restore-dialog", parent.tr("Restore a backup"))
        tr, kinds = parent.tr, parent.tr("Backups (*.zip)")
        self._file = TextField("restore-file", tr("Backup"), placeholder=BACKUP)
        self._folder = TextField("restore-folder", tr("Empty folder for the profile"))
        words = tr(
            "It becomes a profile of its own, beside this one. Secrets are not in it: sign its accounts in again."
        )
        self.add(label(words, "muted", wraps=True))
        self._add_path(self._file, lambda: pick_file(self, app, tr("Choose the backup"), kinds))
        self._add_path(self._folder, lambda: pick_folder(self, app, tr("Choose an empty folder")))
        self.add_button(tr("Cancel"), 0, name="restore-cancel")
        self._go = self.add_button(tr("Restore"), 1, look="primary", name="restore-ok")
        for field in (self._file, self._folder):
            field.textChanged.connect(lambda _: self._allow())
        self._why_not = tr("Name the backup and a folder first.")
        self._allow()
        self._file.setFocus()

    def paths(self) -> tuple[Path, Path]:
        """The backup, and the folder."""
        return Path(self._file.text().strip()), Path(self._folder.text().strip())

    def _add_path(self, field: TextField, pick: Callable[[], Coroutine[object, object, str]]) -> None:
        field.setMinimumWidth(_PATH)

        async def browse() -> None:
            if chosen := await pick():
                field.setText(chosen)

        name = field.objectName()
        button = IconButton(f"{name}-browse", self.tr("Browse"), "folder-open", lambda: spawn(browse()))
        line = row(Field(field.accessibleName(), field), button)
        line.setStretch(0, 1)
        line.setAlignment(button, Qt.AlignmentFlag.AlignBottom)
        self.add(line)

    def _allow(self) -> None:
        is_named = bool(self._file.text().strip() and self._folder.text().strip())
        self._go.allow(is_named, self._why_not)
