"""The page of what people decided: who, when and what, newest first, narrowed by any word, and saved as a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QWidget

from crmdesk.gui.file_dialogs import pick_new_file
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.empty import EmptyState
from crmdesk.gui.kit.fields import SearchField
from crmdesk.gui.kit.labels import ElidedLabel, label
from crmdesk.gui.kit.table.cells import Cell, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.page import Page
from crmdesk.gui.spawn import aslot
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.decisions import DecisionLine, DecisionsModel

_LINE = 30
_SEARCH = 264


class DecisionsPage(Page):
    """Nothing can be changed here: the list only grows."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("decisions", "")
        self.set_title(self.tr("Decisions"))
        self.set_crumb(self.tr("Options"), lambda: app.show(PageName.OPTIONS))
        self._app = app
        self._model = DecisionsModel(app)
        self._count = label("", "muted", name="decisions-count")
        self._told = ElidedLabel("", "small", name="decisions-told")
        self.add_tags(self._count)
        self._search = SearchField("decisions-search", self.tr("Who, what, job or run"), width=_SEARCH)
        self._search.searched.connect(self._model.find)
        self._save = Button("decisions-save", self.tr("Save as CSV…"), aslot(self._save_csv), icon="file-spreadsheet")
        self.add_tools(self._search, self._save)
        columns = (
            Column(self.tr("When"), 168),
            Column(self.tr("Who"), 144),
            Column(self.tr("What"), is_stretching=True),
        )
        self._rows: RowsModel[DecisionLine] = RowsModel(columns, _cell)
        table = Table("decisions-table", self.tr("What people decided, newest first"), self._rows, line=_LINE)
        self._empty = EmptyState("history", "", "", name="decisions-empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(TableCard(table, name="decisions-card"))
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self._told)
        self._model.subscribe(self.refresh)

    def open_at(self, place: Place) -> None:
        self._model.read()

    def first_control(self) -> QWidget:
        return self._search

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"find": self._search.setFocus, "refresh": self._model.read, "save": aslot(self._save_csv)}

    def refresh(self) -> None:
        model = self._model
        model.read()
        self._count.setText(model.summary)
        self._rows.show_rows(model.lines)
        self._empty.show_words(*model.nothing)
        self._stack.setCurrentIndex(0 if model.lines else 1)
        self._save.allow(bool(model.lines), model.nothing[0])
        self._told.setText(model.told)
        self._told.setVisible(bool(model.told))

    async def _save_csv(self) -> None:
        place = await pick_new_file(
            self, self._app, self.tr("Save the decisions"), self.tr("decisions.csv"), "CSV (*.csv)"
        )
        if place:
            await self._model.save_csv(Path(place))


def _cell(each: DecisionLine, at: int) -> Cell:
    match at:
        case 0:
            return Cell(each.when, tone="text2", tip=each.at)
        case 1:
            return Cell(each.who)
        case _:
            return Cell(each.what, tip=each.what)
