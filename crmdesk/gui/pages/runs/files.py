"""The files of a run with ways to them, what it had to say, and the runs it belongs to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.labels import ElidedLabel, Glyph, label
from crmdesk.gui.kit.layout import column, row
from crmdesk.viewmodel.runs.run import RunModel

_NOTICES = 4


class FilesCard(Card):
    """`save_wanted` asks for the results file, `run_wanted(run)` for the page of another run."""

    save_wanted = Signal()
    run_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(margins=(16, 8, 12, 8), spacing=4)
        self._path = ElidedLabel("", "small", name="run-file")
        self._folder = IconButton("run-open-folder", self.tr("Open the folder"), "folder-open", self._open_folder)
        self._copy = IconButton("run-copy-path", self.tr("Copy the path"), "copy", self._copy_path)
        self._title = label("", "heading")
        self._save = Button(
            "run-save-results", self.tr("Save the results…"), self._ask_to_save, icon="table-2", look="ghost"
        )
        self._notices = [label("", "small", wraps=True, name=f"run-notice-{at}") for at in range(_NOTICES)]
        self._notes = column(*self._notices, spacing=4)
        self._line = row(spacing=4)
        place = row(Glyph("file-text", "text3", 16), self._path, self._folder, self._copy)
        place.setStretch(1, 1)
        for part in (row(self._title, 1, self._save), place, self._line, self._notes):
            self.body.addLayout(part)
        self.body.addStretch(1)
        self._relatives: tuple[tuple[str, str], ...] = ()

    def show_run(self, model: RunModel) -> None:
        """Show it as it is now."""
        self._title.setText(model.file_title)
        self._path.setText(model.record.start.source)
        self._save.setVisible(model.has_results)
        self._save.allow(not model.is_saving)
        shown = model.notices[-_NOTICES:]
        for at, words in enumerate(self._notices):
            words.setText(shown[at] if at < len(shown) else "")
            words.setVisible(at < len(shown))
        if model.relatives != self._relatives:
            self._link(model.relatives)

    def _link(self, relatives: tuple[tuple[str, str], ...]) -> None:
        self._relatives = relatives
        while (item := self._line.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for run, text in relatives:
            link = Button(f"run-link-{run}", text, look="ghost", icon="rotate-ccw")
            link.clicked.connect(lambda *_, run=run: self.run_wanted.emit(run))
            self._line.addWidget(link)
        self._line.addStretch(1)

    def _ask_to_save(self) -> None:
        self.save_wanted.emit()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._path.text()).parent)))

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(self._path.text())
