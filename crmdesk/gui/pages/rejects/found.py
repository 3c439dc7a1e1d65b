"""The page of the search through the rejects of all runs: find a row by number, id, key or text, and open its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.empty import EmptyState
from crmdesk.gui.kit.fields import ElideCombo, SearchField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import TWO_LINE, Table
from crmdesk.gui.page import Page
from crmdesk.gui.spawn import spawn
from crmdesk.model.figures import number
from crmdesk.model.reject import RejectState
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.rejects.causes import Group
from crmdesk.viewmodel.rejects.found import FoundLine, FoundRejects

_TYPING_MS = 250
_SEARCH = 280
_TONES = {
    Group.SET_ASIDE: "leftout",
    Group.SENDING: "onway",
    Group.DONE: "created",
    Group.OVERTAKEN: "notsent",
}


class FoundRejectsPage(Page):
    """Enter or a double click opens the row in its run, with its path."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("found", "")
        self.set_title(self.tr("In all runs"))
        self.set_crumb(self.tr("Rejects"), lambda: app.show(PageName.REJECTS))
        self._app = app
        self._model = FoundRejects(app)
        self._count = label("", "muted", name="found-count")
        self.add_tags(self._count)
        self._days = ElideCombo("found-days", self.tr("How far back"), width=136)
        self._days.show_choices(
            [("0", self.tr("Ever")), ("5", self.tr("The last 5 days")), ("30", self.tr("The last 30 days"))], "0"
        )
        self._states = ElideCombo("found-states", self.tr("Which rows"), width=136)
        self._states.show_choices(self._choices(), "")
        self._search = SearchField("found-search", self.tr("Row, id, key or text"), width=_SEARCH)
        self.add_tools(self._days, self._states, self._search)
        self._rows: RowsModel[FoundLine] = RowsModel(self._columns(), _cell)
        self._table = Table("found-table", self.tr("Rejected rows of all runs"), self._rows, line=TWO_LINE)
        self._table.row_opened.connect(self._open)
        self._empty = EmptyState("search", "", "", name="found-empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(TableCard(self._table, name="found-card"))
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._pause.timeout.connect(self._look)
        self._search.searched.connect(lambda _: self._pause.start())
        self._search.returnPressed.connect(self._look)
        for combo in (self._days, self._states):
            combo.picked.connect(lambda _: self._look())
        self._model.subscribe(self.refresh)

    def _choices(self) -> list[tuple[str, str]]:
        return [
            ("", self.tr("In every state")),
            (RejectState.OPEN.value, self.tr("Open")),
            (RejectState.IGNORED.value, self.tr("Set aside")),
            (RejectState.RESOLVED.value, self.tr("Done")),
        ]

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(self.tr("Run"), 64, is_right=True),
            Column(self.tr("Row"), 88, is_right=True),
            Column(self.tr("State"), 144),
            Column(self.tr("Job"), 232),
            Column(self.tr("What is wrong"), 320),
            Column(self.tr("Values"), 240, is_stretching=True),
        )

    def open_at(self, place: Place) -> None:
        """Look for the words of the place; without any, look again for those from before."""
        if place.argument:
            self._search.show_text(place.argument)
        self._look()

    def first_control(self) -> QWidget:
        return self._search

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"find": self._search.setFocus, "refresh": self._look}

    def refresh(self) -> None:
        model = self._model
        self._count.setText(model.summary)
        self._rows.show_rows(model.lines)
        self._empty.show_words(*model.nothing)
        self._stack.setCurrentIndex(0 if model.lines or model.is_looking else 1)

    def _look(self) -> None:
        self._pause.stop()
        state = self._states.value()
        states = (RejectState(state),) if state else ()
        spawn(self._model.look(self._search.text(), int(self._days.value()), states))

    def _open(self, at: int) -> None:
        found = self._rows.rows[at]
        self._app.show(PageName.REJECTS, found.run, row=found.row)


def _cell(each: FoundLine, at: int) -> Cell:
    match at:
        case 0:
            return Cell(each.run, CellStyle.NUMBER)
        case 1:
            return Cell(number(each.row), CellStyle.NUMBER)
        case 2:
            return Cell(each.group.value, CellStyle.PILL, tone=_TONES.get(each.group, "same"))
        case 3:
            return Cell(each.job, CellStyle.TWO_LINE, sub=f"{each.when} · {each.account} · {each.object}")
        case 4:
            return Cell(each.message, CellStyle.TWO_LINE, sub=each.field)
        case _:
            return Cell(each.values, CellStyle.MONO, tip=each.values)
