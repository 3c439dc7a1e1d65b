"""Match columns: which column goes with which field and why, to be looked through before anything is applied."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.model.figures import counted
from crmdesk.viewmodel.job_editor.auto_map import AutoMap, Match

_WIDTH, _HEIGHT = 760, 360


@dataclass(frozen=True, slots=True)
class _Row:
    column: str
    match: Match | None
    because: str
    is_chosen: bool


class MatchDialog(Dialog):
    """Ends with 1 when the chosen pairs are to be applied."""

    def __init__(self, parent: QWidget, found: AutoMap) -> None:
        title = QCoreApplication.translate("MatchDialog", "Match columns")
        super().__init__(parent, "match-dialog", title)
        columns = (
            Column("", 40),
            Column(self.tr("Column"), 190),
            Column(self.tr("Field"), 200),
            Column(self.tr("Because"), 240, is_stretching=True),
        )
        self._rows: RowsModel[_Row] = RowsModel(columns, _cell)
        self._rows.on_check = self._check
        self._rows.show_rows(
            [
                *(_Row(each.column, each, each.because, each.is_proposed) for each in found.matches),
                *(_Row(each.column, None, each.why, is_chosen=False) for each in found.left),
            ]
        )
        self._table = Table("match-table", title, self._rows, line=30, by_cells=True)
        self._table.setMinimumSize(_WIDTH, _HEIGHT)
        self.add(
            label(
                self.tr("Chosen pairs become lines; a field that has a line already takes the column."),
                "muted",
                wraps=True,
            ),
            TableCard(self._table),
        )
        self.add_button(self.tr("Cancel"), 0, name="match-cancel")
        self._ok: Button = self.add_button("", 1, look="primary", name="match-ok")
        self._show_count()

    def chosen(self) -> list[Match]:
        """The pairs with a tick."""
        return [row.match for row in self._rows.rows if row.is_chosen and row.match is not None]

    def _check(self, at: int, _column: int, is_chosen: bool) -> None:  # noqa: FBT001 - as the table gives it
        rows = list(self._rows.rows)
        rows[at] = _Row(rows[at].column, rows[at].match, rows[at].because, is_chosen)
        self._rows.show_rows(rows)
        self._show_count()

    def _show_count(self) -> None:
        count = len(self.chosen())
        self._ok.set_text(self.tr("Apply {0}").format(counted(count, self.tr("pair"), self.tr("pairs"))))
        self._ok.allow(count > 0, self.tr("Choose a pair first."))


def _cell(row: _Row, column: int) -> Cell:
    match column:
        case 0:
            if row.match is None:
                return Cell("", icon="x", said="left behind")
            return Cell(style=CellStyle.CHECK, is_checked=row.is_chosen, said="chosen" if row.is_chosen else "left out")
        case 1:
            return Cell(row.column, CellStyle.MONO)
        case 2:
            if row.match is None:
                return Cell("–", CellStyle.FAINT)
            return Cell(row.match.field.label, CellStyle.FIELD, sub=row.match.field.name)
        case _:
            tone = "text2" if row.match is not None and row.match.is_proposed else "text3"
            return Cell(row.because, tone=tone)
