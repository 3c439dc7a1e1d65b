"""The left of the rejects: the causes of the open rows, and the rows that are not open."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, line, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.model.figures import number
from crmdesk.viewmodel.rejects.causes import CauseLine, Group, GroupLine
from crmdesk.viewmodel.rejects.choice import RejectChoice

WIDTH = 280
_COUNT, _LARGE_COUNT = 56, 88  # px
_LARGE = 1_000

_ICONS = {
    Group.OPEN: "inbox",
    Group.WAITING: "clock",
    Group.PARENT_CAME: "arrow-right",
    Group.SET_ASIDE: "folder",
    Group.SENDING: "clock",
    Group.DONE: "circle-check",
    Group.OVERTAKEN: "badge-check",
}


class CausesPanel(QFrame):
    """`cause_chosen(cause)` and `group_chosen(group)` come when a person chooses, not when code does."""

    cause_chosen = Signal(str)
    group_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setObjectName("rejects-causes-card")
        self.setFixedWidth(WIDTH)
        self._is_showing = False
        self._count = label("", "faint", name="rejects-open")
        columns = self._columns(0)
        self._causes: RowsModel[CauseLine] = RowsModel(columns, self._cause)
        self._groups: RowsModel[GroupLine] = RowsModel(columns, self._group)
        self.causes = Table("rejects-causes", self.tr("Causes"), self._causes)
        self.groups = Table("rejects-groups", self.tr("Not in these causes"), self._groups)
        for table in (self.causes, self.groups):
            table.horizontalHeader().hide()
        head = row(label(self.tr("Causes"), "heading"), 1, self._count, margins=(16, 8, 16, 8))
        other = row(label(self.tr("Not in these causes"), "caption"), margins=(12, 8, 12, 4))
        layout = column(head, line(), spacing=0, margins=(1, 1, 1, 8))
        layout.addWidget(self.causes, 1)
        layout.addLayout(other)
        layout.addWidget(self.groups)
        self.setLayout(layout)
        self.causes.row_chosen.connect(self._choose_cause)
        self.causes.cell_clicked.connect(lambda at, _: self._choose_cause(at))
        self.groups.row_chosen.connect(self._choose_group)
        self.groups.cell_clicked.connect(lambda at, _: self._choose_group(at))

    def show_choice(self, model: RejectChoice) -> None:
        """Show the causes and what is chosen."""
        self._is_showing = True
        self._count.setText(self.tr("{0} open").format(number(model.open)))
        self._causes.show_columns(self._columns(model.open))
        causes, groups = model.kept.cause_lines, model.kept.groups
        if tuple(self._causes.rows) != causes:
            self._causes.show_rows(causes)
        if tuple(self._groups.rows) != groups:
            self._groups.show_rows(groups)
        self.groups.fit_rows(len(groups))
        is_open = model.group is Group.OPEN
        self._mark(self.causes, [is_open and each.cause == model.cause for each in causes])
        self._mark(self.groups, [each.group is model.group for each in groups])
        self._is_showing = False

    def _columns(self, rows: int) -> tuple[Column, Column]:
        width = _COUNT if rows < _LARGE else _LARGE_COUNT
        return Column(self.tr("Cause"), is_stretching=True), Column(self.tr("Rows"), width, is_right=True)

    def _mark(self, table: Table, chosen: list[bool]) -> None:
        """Let the chosen line be the only one that is marked; the other table has none."""
        at = chosen.index(True) if True in chosen else -1
        if at < 0:
            table.clearSelection()
        elif table.chosen_rows() != (at,):
            table.choose_row(at)

    def _choose_cause(self, at: int) -> None:
        if not self._is_showing:
            self.cause_chosen.emit(self._causes.rows[at].cause)

    def _choose_group(self, at: int) -> None:
        if not self._is_showing:
            self.group_chosen.emit(self._groups.rows[at].group)

    def _cause(self, each: CauseLine, at: int) -> Cell:
        if at:
            return Cell(number(each.rows), CellStyle.NUMBER)
        return Cell(each.title, CellStyle.STRONG if not each.cause else CellStyle.TEXT)

    def _group(self, each: GroupLine, at: int) -> Cell:
        if at:
            return Cell(number(each.rows), CellStyle.NUMBER, tone="" if each.rows else "text3")
        return Cell(each.title, icon=_ICONS[each.group], icon_tone="text2")
