"""Files chosen by a person: each dialog begins where the work is, or where the last file was, never somewhere else."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from crmdesk.viewmodel.app import AppModel


async def pick_file(parent: QWidget, app: AppModel, title: str, kinds: str, *, beside: str = "") -> str:
    """Let a file be chosen; `kinds` as Qt writes them ("Files with rows (*.csv *.xlsx)"). "" when it was left.

    `beside` is the path of a file in whose folder it begins.
    """
    dialog = QFileDialog(parent, title, app.folder_of_files(beside), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _picked(dialog, app)


async def pick_new_file(parent: QWidget, app: AppModel, title: str, name: str, kinds: str, *, beside: str = "") -> str:
    """Let a file be named that is then written; `name` is proposed. "" when it was left. See `pick_file`."""
    dialog = QFileDialog(parent, title, app.folder_of_files(beside), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    return await _picked(dialog, app)


async def pick_folder(parent: QWidget, app: AppModel, title: str) -> str:
    """Let a folder be chosen, or made; "" when it was left."""
    dialog = QFileDialog(parent, title, app.folder_of_files())
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return await _picked(dialog, app)


async def _picked(dialog: QFileDialog, app: AppModel) -> str:
    dialog.setObjectName("file-dialog")
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    dialog.finished.connect(lambda result: None if answer.done() else answer.set_result(result))
    dialog.open()
    try:
        chosen = dialog.selectedFiles() if await answer else []
    finally:
        dialog.close()
        dialog.deleteLater()
    if not chosen:
        return ""
    app.keep_folder_of(chosen[0])
    return chosen[0]
