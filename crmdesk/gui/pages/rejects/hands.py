"""What a person does in the grid of the rejects: typing, ticking, copying, pasting, filling, and the menu of a row."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from crmdesk.errors import CrmDeskError
from crmdesk.gui.pages.rejects.grid import Kind, RejectGrid, RejectTable
from crmdesk.gui.spawn import failed, spawn
from crmdesk.viewmodel.rejects.causes import CORRECTABLE, Group
from crmdesk.viewmodel.rejects.page import RejectsModel
from crmdesk.viewmodel.rejects.paste import text_of


class GridHands(QObject):
    """Carries out on the view-model what is done in the table, to the selected rows and the column of the cursor.

    `aside_wanted(rows)` asks for rows to be set aside.
    """

    aside_wanted = Signal(list)

    def __init__(self, model: RejectsModel, grid: RejectGrid, table: RejectTable) -> None:
        super().__init__(table)
        self._model, self._grid, self._table = model, grid, table
        grid.on_edit = self._typed
        grid.on_check = self._ticked
        table.row_chosen.connect(lambda position: model.choose_row(grid.row_at(position)))
        table.copied.connect(self._copy)
        table.pasted.connect(self._paste)
        table.filled.connect(self._fill_down)
        table.emptied.connect(lambda: self._fill(""))
        table.toggled.connect(self._turn_ticks)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        table.horizontalHeader().sectionClicked.connect(self._head_clicked)
        table.horizontalHeader().setSectionsClickable(True)

    def _typed(self, position: int, at: int, text: str) -> None:
        try:
            self._model.correct(self._grid.row_at(position), self._grid.grid[at].source, text)
        except CrmDeskError as error:
            failed(error)

    def _ticked(self, position: int, at: int, is_ticked: bool) -> None:  # noqa: FBT001 - as the table calls it
        row, chosen = self._grid.row_at(position), self._table.chosen()
        self._model.tick(chosen if row in chosen else [row], is_ticked=is_ticked)

    def _turn_ticks(self) -> None:
        """Tick the selected rows, or none of them when all are ticked."""
        rows = self._table.chosen()
        self._model.tick(rows, is_ticked=not all(self._model.is_ticked(row) for row in rows))

    def _head_clicked(self, at: int) -> None:
        column = self._grid.grid[at]
        if column.kind is Kind.TICK:
            self._tick_all()
        elif column.order is not None:
            self._model.sort(column.order)
        self._table.show_order(self._model.order)  # Qt has marked whatever was clicked

    def _tick_all(self) -> None:
        rows = self._model.rows.rows
        self._model.tick_all(is_ticked=not all(self._model.is_ticked(row) for row in rows))

    def _copy(self) -> None:
        """The column of the cursor over the selected rows, as it is pasted."""
        at = self._table.currentIndex().column()
        block = [[self._grid.cell(position, at).text] for position in self._table.chosen_rows()]
        if block and at >= 0:
            QGuiApplication.clipboard().setText(text_of(block))

    def _paste(self, text: str) -> None:
        rows, columns = self._table.chosen(), self._table.sources_from_here
        if text and rows and columns and self._table.source:
            spawn(self._model.paste(rows, columns, text))

    def _fill_down(self) -> None:
        """The value under the cursor, into all selected rows."""
        position = self._table.chosen_row()
        if position >= 0 and self._table.source:
            self._fill(self._model.rows.cell(position, self._table.source).yours)

    def _fill(self, value: str) -> None:
        rows, source = self._table.chosen(), self._table.source
        if rows and source:
            spawn(self._model.fill(rows, source, value))

    def _open_menu(self, at: QPoint) -> None:
        rows, model = self._table.chosen(), self._model
        if not rows:
            return
        menu = QMenu(self._table)
        menu.setObjectName("rejects-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not model.why_not_corrected:
            menu.addAction(self.tr("Fill into the selected rows"), "Ctrl+D", self._fill_down)
            menu.addAction(self.tr("Give the original values back"), lambda: spawn(model.take_corrections_back(rows)))
            menu.addAction(self.tr("Tick"), lambda: model.tick(rows, is_ticked=True))
            menu.addAction(self.tr("Do not tick"), lambda: model.tick(rows, is_ticked=False))
        menu.addAction(self.tr("Copy this column"), "Ctrl+C", self._copy)
        menu.addAction(self.tr("Copy whole rows"), "Ctrl+Shift+C", self._table.copy)
        if model.group in CORRECTABLE:
            menu.addAction(self.tr("Set aside…"), lambda: self.aside_wanted.emit(rows))
        if model.group is Group.SET_ASIDE:
            menu.addAction(self.tr("Take back"), lambda: spawn(model.take_back(rows)))
        self._add_orders(menu)
        menu.popup(self._table.viewport().mapToGlobal(at))

    def _add_orders(self, menu: QMenu) -> None:
        """What a click on a title does, for who has no mouse."""
        orders = menu.addMenu(self.tr("Sort by"))
        titles = {each.order: each.shown.title for each in self._grid.grid if each.kind is not Kind.LINE}
        for order, title in titles.items():
            if order is not None:
                orders.addAction(title.replace("&", "&&"), partial(self._model.sort, order))
