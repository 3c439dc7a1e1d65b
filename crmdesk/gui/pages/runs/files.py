"""The files of a run: the one it read or wrote, and what can be handed in; the runs it belongs to; what it said."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.labels import ElidedLabel, Glyph, label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.viewmodel.runs.run import RunModel

_NOTICES = 3


class FilesCard(Card):
    """`results_wanted` and `report_wanted` ask for a file, `use_wanted` for a job with the results as its rows.

    `run_wanted(run)` asks for the page of another run, `said_wanted` for all that it said.
    """

    results_wanted = Signal()
    report_wanted = Signal()
    use_wanted = Signal()
    run_wanted = Signal(str)
    said_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margins=(16, 8, 12, 8), spacing=4)
        self._source = ""
        self._path = ElidedLabel("", "small", name="run-file")
        self._folder = IconButton("run-open-folder", self.tr("Open the folder"), "folder-open", self._open_folder)
        self._copy = IconButton("run-copy-path", self.tr("Copy the path"), "copy", self._copy_path)
        self._title = label("", "heading")
        self._results = Button(
            "run-save-results", self.tr("Results…"), self.results_wanted.emit, icon="table-2", look="ghost",
            tip=self.tr("Every row with its outcome, id, code and message, as CSV"),
        )  # fmt: skip
        self._report = Button(
            "run-save-report", self.tr("Report…"), self.report_wanted.emit, icon="file-text", look="ghost",
            tip=self.tr("One HTML file: what, who, where, counts, rejects by cause"),
        )  # fmt: skip
        self._use = Button(
            "run-use-results", self.tr("Job from results"), self.use_wanted.emit, icon="workflow", look="ghost",
            tip=self.tr("A job whose rows are those of this run, with their outcomes and ids"),
        )  # fmt: skip
        self._notices = [label("", "small", wraps=True, name=f"run-notice-{at}") for at in range(_NOTICES)]
        self._all_said = Button("run-all-notices", self.tr("All that it said"), self.said_wanted.emit, look="link")
        self._line = row(spacing=4)
        place = row(Glyph("file-text", "text3", 16), self._path, self._folder, self._copy)
        place.setStretch(1, 1)
        self._saved = label("", "ok", name="run-saved")
        self._open = Button("run-open-saved", self.tr("Open"), self._open_saved, look="link")
        self._shown_saved: Path | None = None
        self._said = frame(row(self._saved, self._open, 1))
        head = row(self._title, 1, self._use, self._results, self._report)
        for part in (head, place, self._line, column(*self._notices, row(self._all_said, 1), spacing=2)):
            self.body.addLayout(part)
        self.body.addWidget(self._said)
        self.body.addStretch(1)
        self._relatives: tuple[tuple[str, str], ...] = ()

    def show_run(self, model: RunModel) -> None:
        """Show it as it is now."""
        self._title.setText(model.file_title)
        self._source = model.record.start.source
        self._path.setText(self._source)
        for tool in (self._folder, self._copy):
            tool.setVisible(model.has_file)
        papers = model.papers
        self._results.setVisible(model.has_results)
        self._use.setVisible(model.has_results)
        self._report.setVisible(not model.is_running)
        for button in (self._results, self._report):
            button.allow(not papers.doing, papers.doing)
        self._said.setVisible(bool(papers.doing or papers.notice))
        self._saved.setText(papers.doing or papers.notice)
        self._shown_saved = papers.saved
        self._open.setVisible(papers.saved is not None)
        shown = model.notices[-_NOTICES:]
        for at, words in enumerate(self._notices):
            words.setText(shown[at] if at < len(shown) else "")
            words.setVisible(at < len(shown))
        self._all_said.setVisible(len(model.notices) > _NOTICES)
        self._all_said.set_text(self.tr("All {0} things that it said").format(len(model.notices)))
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

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._source).parent)))

    def _open_saved(self) -> None:
        if self._shown_saved is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shown_saved)))

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(self._source)
