"""The history of runs, newest first, by how they stand and by job."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.empty import EmptyState, ErrorState
from crmdesk.gui.kit.faces import Faces
from crmdesk.gui.kit.fields import ElideCombo
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.table.cells import Cell
from crmdesk.gui.kit.table.model import PagedModel
from crmdesk.gui.kit.table.view import TWO_LINE, Table
from crmdesk.gui.page import Page
from crmdesk.gui.pages.runs import columns as run_columns
from crmdesk.gui.pages.runs.columns import Cells
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.runs.history import RunsModel, Standing

_SHOWN, _NOTHING, _ERROR = range(3)


class RunsPage(Page):
    """Enter or a double click opens a run."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("runs", "")
        self.set_title(self.tr("Runs"))
        self._app = app
        self._model: RunsModel | None = None
        self._revision = 0
        self._keys = run_columns.keys(self.width())
        self._count = label("", "muted", name="runs-count")
        self.add_tags(self._count)
        self._standing = Segmented("runs-standing", self.tr("Which runs"), self._standings())
        self._job = ElideCombo("runs-job", self.tr("Job"), width=200)
        self.add_tools(self._job, self._standing)
        self._rows: PagedModel[Cells] = PagedModel(run_columns.columns(self._keys), self._cell, self._lines)
        self._table = Table("runs-table", self.tr("Runs"), self._rows, line=TWO_LINE)
        to_jobs = Button("runs-to-jobs", self.tr("Show the jobs"), self._to_jobs, look="primary")
        to_all = Button("runs-to-all", self.tr("Show all runs"), lambda: self._choose(Standing.ALL, ""))
        self._to_all = to_all
        self._empty = EmptyState("history", "", "", to_jobs, to_all, name="runs-empty")
        self._error = ErrorState(Button("runs-again", self.tr("Try again"), self._again, look="primary"))
        self._stack = Faces()
        for part in (TableCard(self._table, name="runs-card"), self._empty, self._error):
            self._stack.addWidget(part)
        self.body.addWidget(self._stack, 1)
        self._standing.chosen.connect(lambda value: self._choose(Standing(value), self._job.value()))
        self._job.picked.connect(lambda job: self._choose(Standing(self._standing.value()), job))
        self._table.row_opened.connect(self._open)

    def _standings(self) -> tuple[tuple[str, str], ...]:
        return (
            (Standing.ALL, self.tr("All")),
            (Standing.RUNNING, self.tr("Running")),
            (Standing.FINISHED, self.tr("Finished")),
            (Standing.WITH_REJECTS, self.tr("With rejects")),
            (Standing.UNFINISHED, self.tr("Not finished")),
        )

    def open_at(self, place: Place) -> None:
        """Show all runs as they were chosen before, or those of the job of this name."""
        try:
            if self._model is None:
                self._model = RunsModel(self._app)
                self._model.subscribe(self.refresh)
            if place.argument:
                self._model.choose(Standing.ALL, place.argument)
            else:
                self._model.read()
        except CrmDeskError as error:
            self._show_error(error)
        else:
            self.refresh()

    def first_control(self) -> QWidget:
        return self._table if self._model is not None and self._model.numbers else self

    def refresh(self) -> None:
        """Show the history as it is now."""
        model = self._model
        if model is None or model.revision == self._revision:
            return
        self._revision = model.revision
        self._count.setText(model.count)
        self._standing.set_value(model.standing)
        self._job.show_choices([("", self.tr("All jobs")), *((job, job) for job in model.jobs)], model.job)
        self._empty.show_words(*model.nothing)
        self._to_all.setVisible(bool(model.total))
        self._rows.show_count(len(model.numbers))
        self._stack.setCurrentIndex(_SHOWN if model.numbers else _NOTHING)

    def _show_error(self, error: CrmDeskError) -> None:
        self._error.show_error(error)
        self._stack.setCurrentIndex(_ERROR)

    def _lines(self, first: int, count: int) -> Sequence[Cells]:
        try:
            return [Cells(line) for line in self._model.lines(first, count)] if self._model is not None else ()
        except CrmDeskError as error:  # while the table is painted: nothing may be raised there
            self._show_error(error)
            return ()

    def _cell(self, cells: Cells, at: int) -> Cell:
        return cells.cell(self._keys[at])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wide window shows more columns; none of them moves."""
        super().resizeEvent(event)
        keys = run_columns.keys(self.width())
        if self._keys != keys:
            self._keys = keys
            self._rows.show_columns(run_columns.columns(keys))

    # --- what a person does ---

    def _choose(self, standing: Standing, job: str) -> None:
        if self._model is not None:
            self._model.choose(standing, job)

    def _open(self, at: int) -> None:
        if self._model is not None:
            self._app.show(PageName.RUN, str(self._model.numbers[at]))

    def _to_jobs(self) -> None:
        self._app.show(PageName.JOBS)

    def _again(self) -> None:
        self.open_at(Place(PageName.RUNS))
