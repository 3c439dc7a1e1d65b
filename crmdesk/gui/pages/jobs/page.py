"""The saved jobs, and what can be done with each as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui.dialogs import ask_text, confirm
from crmdesk.gui.file_dialogs import pick_file, pick_new_file
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.empty import EmptyState, ErrorState
from crmdesk.gui.kit.faces import FacesLayout
from crmdesk.gui.kit.fields import SearchField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import frame, row
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import TWO_LINE, Table
from crmdesk.gui.page import Page
from crmdesk.gui.pages.jobs import columns as job_columns
from crmdesk.gui.spawn import aslot, failed
from crmdesk.viewmodel.app import AppModel, Place
from crmdesk.viewmodel.job_list import JobLine, JobsModel

_SHOWN, _NONE, _NOT_FOUND, _ERROR = range(4)


class JobsPage(Page):
    """Enter or a double click opens a job; a job file or a file of rows may be dropped anywhere."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("jobs-page")
        self.set_title(self.tr("Jobs"))
        self._model = JobsModel(app)
        self._count = label("", "muted", name="jobs-count")
        self._search = SearchField("jobs-search", self.tr("Find a job"), width=200)
        self._search.searched.connect(self._model.find)
        self._rows: RowsModel[JobLine] = RowsModel(job_columns.columns(), job_columns.cell)
        self._table = Table("jobs-table", self.tr("Jobs"), self._rows, line=TWO_LINE)
        self._table.row_opened.connect(lambda at: self._model.open(self._rows.rows[at].name))
        self._table.row_chosen.connect(lambda _: self._allow())
        self._table.cell_clicked.connect(self._click)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._open_menu)
        self._buttons = self._row_buttons()
        self.add_tags(self._count)
        self._of_many = (
            self._search,
            Button("jobs-open-file", self.tr("Open a job file…"), aslot(self._pick_file), icon="folder-open"),
            Button("jobs-new", self.tr("New job"), self._model.new, icon="plus", look="primary"),
        )
        self.add_tools(*self._of_many)
        self._stack = FacesLayout()
        self.body.addLayout(self._stack)
        for part in (self._card(), *self._states()):
            self._stack.addWidget(part)
        self._wire_keys()
        self._model.subscribe(self.refresh)

    def _row_buttons(self) -> tuple[Button, ...]:
        return (
            Button("jobs-open", self.tr("Open"), self._on_chosen(self._model.open)),
            Button("jobs-runs", self.tr("Runs"), self._on_chosen(self._model.runs_of), icon="history"),
            Button("jobs-duplicate", self.tr("Duplicate"), self._on_chosen(self._duplicate), icon="copy"),
            Button("jobs-rename", self.tr("Rename…"), self._on_chosen(aslot(self._rename)), icon="pencil"),
            Button("jobs-write", self.tr("Write as .toml…"), self._on_chosen(aslot(self._write)), icon="file-text"),
            Button("jobs-remove", self.tr("Remove…"), self._on_chosen(aslot(self._remove)), icon="trash-2"),
        )

    def _card(self) -> QWidget:
        foot = frame(row(*self._buttons, 1, margins=(12, 8, 12, 8)), "foot")
        return TableCard(self._table, foot=foot, name="jobs-card")

    def _states(self) -> tuple[QWidget, ...]:
        new = Button("jobs-first", self.tr("New job"), self._model.new, icon="plus", look="primary")
        open_file = Button("jobs-first-file", self.tr("Open a job file…"), aslot(self._pick_file), icon="folder-open")
        everything = Button("jobs-all", self.tr("Show all jobs"), self._search.clear, look="primary")
        again = Button("jobs-again", self.tr("Try again"), self._model.read, look="primary")
        none = EmptyState(
            "workflow",
            self.tr("No job is saved yet"),
            self.tr(
                "A job says which rows go where, and what becomes of each. Drop a file here, one with rows or a "
                ".toml with a job, or begin with an empty one."
            ),
            new,
            open_file,
            name="jobs-empty",
        )
        not_found = EmptyState(
            "search",
            self.tr("No job is like that"),
            self.tr("Search for other words."),
            everything,
            name="jobs-no-match",
        )
        self._error = ErrorState(again, name="jobs-error")
        return none, not_found, self._error

    def _wire_keys(self) -> None:
        for keys, work in (
            (QKeySequence.StandardKey.Delete, aslot(self._remove)),
            ("F2", aslot(self._rename)),
            ("Ctrl+D", self._duplicate),
        ):
            shortcut = QShortcut(QKeySequence(keys), self._table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self._on_chosen(work))

    def open_at(self, place: Place) -> None:
        """Look which jobs there are, and choose the first."""
        self._model.read()
        if self._table.chosen_row() < 0:
            self._table.choose_row(0)

    def first_control(self) -> QWidget:
        return self._table if self._model.all else self

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "open-file": aslot(self._pick_file),
            "find": self._search.setFocus,
            "refresh": self._model.read,
        }

    def refresh(self) -> None:
        """Show the jobs as they are now."""
        model = self._model
        chosen = self._chosen()
        self._count.setText(model.count if model.all else "")
        for tool in self._of_many:  # where there is no job, the empty page has the buttons
            tool.setVisible(bool(model.all))
        if tuple(self._rows.rows) != model.lines:
            self._rows.show_rows(model.lines)
            self._choose(chosen)
        if model.error is not None:
            self._error.show_error(model.error)
        empty = _NOT_FOUND if model.all else _NONE
        self._stack.setCurrentIndex(_ERROR if model.error is not None else _SHOWN if model.lines else empty)
        self._allow()

    def _allow(self) -> None:
        for button in self._buttons:
            button.allow(bool(self._chosen()), self.tr("Choose a job first"))

    def _chosen(self) -> str:
        at = self._table.chosen_row()
        return self._rows.rows[at].name if 0 <= at < len(self._rows.rows) else ""

    def _choose(self, name: str) -> None:
        at = next((at for at, line in enumerate(self._rows.rows) if line.name == name), 0)
        self._table.choose_row(at)

    def _on_chosen(self, work: Callable[[str], object]) -> Callable[[], object]:
        def start() -> None:
            if self._chosen():
                work(self._chosen())

        return start

    def _click(self, at: int, column: int) -> None:
        if column == job_columns.REJECTS and self._rows.rows[at].open_rejects:
            self._model.rejects_of(self._rows.rows[at].name)

    def _open_menu(self, at: QPoint) -> None:
        if not self._chosen():
            return
        menu = QMenu(self)
        menu.setObjectName("jobs-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._buttons:
            menu.addAction(button.icon(), button.accessibleName(), button.click)
        menu.popup(self._table.viewport().mapToGlobal(at))

    # --- what a person does ---

    async def _pick_file(self) -> None:
        path = await pick_file(
            self, self._model.app, self.tr("Open a job file"), self.tr("Job files (*.toml);;All files (*)")
        )
        if path:
            self._model.open_file(Path(path))

    def _duplicate(self, name: str) -> None:
        try:
            self._choose(self._model.duplicate(name))
        except CrmDeskError as error:
            failed(error)

    async def _rename(self, name: str) -> None:
        new = await ask_text(self, self.tr("Rename the job"), self.tr("Name"), name, self.tr("Rename"))
        if new:
            self._choose(self._model.rename(name, new))

    async def _write(self, name: str) -> None:
        proposed, kinds = self._model.proposed_file(name), self.tr("Job files (*.toml)")
        title = self.tr("Write the job as a file")
        path = await pick_new_file(self, self._model.app, title, Path(proposed).name, kinds, beside=proposed)
        if path:
            self._model.write(name, Path(path))

    async def _remove(self, name: str) -> None:
        title = self.tr("Remove the job “{0}”?").format(name)
        notes = (self.tr("Its runs and their rejected rows stay in the history."),)
        if await confirm(self, title, notes, self.tr("Remove the job"), is_dangerous=True):
            self._model.remove(name)
