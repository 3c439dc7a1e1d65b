"""One rejected row in full: every value as it was, yours, and as it was sent, and what became of it so far."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import ElidedLabel, Glyph
from crmdesk.gui.kit.layout import column, frame, line, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.viewmodel.rejects.detail import NOT_SENT, Detail, DetailLine

_LINE = 28
_COLUMN, _FIELD, _ORIGINAL, _YOURS, _SENT, _NOW = range(6)


class RejectDetail(QFrame):
    """Shows the row that the cursor is on.

    `path_wanted` asks for all that became of it, `beside_wanted` for what the CRM holds now.
    """

    path_wanted = Signal()
    beside_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setObjectName("rejects-detail-card")
        self._lines: RowsModel[DetailLine] = RowsModel(self._columns("", is_beside=False), self._cell)
        self._table = Table("rejects-detail", self.tr("The chosen row"), self._lines, line=_LINE)
        self._story = ElidedLabel("", "small", name="rejects-story")
        path = Button("rejects-path", self.tr("Path…"), self.path_wanted.emit, look="link")
        beside = Button("rejects-beside", self.tr("Look in the CRM"), self.beside_wanted.emit, look="link")
        foot = row(Glyph("history", "text3", 14), self._story, beside, path, margins=(12, 0, 12, 0))
        foot.setStretch(1, 1)
        self.setLayout(column(self._table, line(), frame(foot, height=32), spacing=0, margins=(1, 1, 1, 1)))
        self.setMinimumHeight(32 + 2 * _LINE + 38)

    def show_detail(self, detail: Detail | None) -> None:
        """Show a row, or nothing."""
        self.setVisible(detail is not None)
        if detail is None:
            return
        self._lines.show_columns(self._columns(detail.title, is_beside=detail.is_beside))
        if tuple(self._lines.rows) != detail.lines:
            self._lines.show_rows(detail.lines)
        self._story.setText("  ·  ".join(detail.story))
        self._story.setToolTip(plain_tip("\n".join(detail.story)))

    def _columns(self, title: str, *, is_beside: bool) -> tuple[Column, ...]:
        now = (Column(self.tr("In the CRM now"), 152),) if is_beside else ()
        return (
            Column(title, 144),
            Column(self.tr("Field"), 104 if is_beside else 168),
            Column(self.tr("Original"), 144 if is_beside else 168),
            Column(self.tr("Yours"), is_stretching=True),
            Column(self.tr("Sent"), 112),
            *now,
        )

    def _cell(self, each: DetailLine, at: int) -> Cell:
        match at:
            case _ if at == _COLUMN:
                words = each.column or self.tr("(no column)")
                return Cell(words, CellStyle.STRONG if each.is_in_question else CellStyle.TEXT)
            case _ if at == _FIELD:
                return Cell(each.label, CellStyle.FAINT, tip=each.field)
            case _ if at == _ORIGINAL:
                return Cell(each.original, CellStyle.MONO)
            case _ if at == _YOURS:
                return Cell(each.yours, CellStyle.MONO, tone="ok" if each.is_corrected else "text2")
            case _ if at == _NOW:
                return Cell(each.now, CellStyle.MONO)
            case _:
                return Cell(each.sent, CellStyle.FAINT if each.sent == NOT_SENT else CellStyle.MONO)
