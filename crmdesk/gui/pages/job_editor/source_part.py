"""The card of the source below the mapping: how it is written, and what each of its columns holds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import ElidedLabel
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.gui.spawn import spawn
from crmdesk.model.figures import number
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.writing.source import SourceLine

_LINE = 28
_STRIP = 32


class SourcePart(QFrame):
    """Reads the source when it comes into view."""

    def __init__(self, model: JobEditorModel, show_all: Callable[[], object]) -> None:
        """`show_all` leads to all that was noticed."""
        super().__init__()
        self.setObjectName("job-source-part")
        self._model = model
        self._summary = ElidedLabel("", "strong", name="job-source-summary")
        self._notices = ElidedLabel("", "warn", name="job-source-notices")
        self._more = Button("job-source-more", self.tr("In full"), show_all, look="link")
        layout = row(self._summary, self._notices, self._more, margins=(16, 0, 16, 0))
        layout.setStretch(0, 1)
        layout.setStretch(1, 1)
        columns = (
            Column(self.tr("Column"), 160),
            Column(self.tr("Type"), 96),
            Column(self.tr("Filled"), 72, is_right=True),
            Column(self.tr("Distinct"), 88, is_right=True),
            Column(self.tr("Longest"), 128, is_right=True),
            Column(self.tr("Smallest"), 136),
            Column(self.tr("Largest"), 136),
            Column(self.tr("Why this type"), 200, is_stretching=True),
        )
        self._rows: RowsModel[SourceLine] = RowsModel(columns, self._cell)
        self._table = Table("job-source-columns", self.tr("Columns of the source"), self._rows, line=_LINE)
        self.setLayout(column(frame(layout, "clear", height=_STRIP), self._table, spacing=0))

    def refresh(self) -> None:
        """Show what is known; where nothing is, begin to read."""
        source = self._model.source
        if source.is_wanted:
            spawn(source.look())
        self._summary.setText(source.summary)
        notices = source.notices
        self._notices.setText(notices.partition("\n")[0])
        self._notices.setToolTip(plain_tip(notices))
        self._notices.setVisible(bool(notices))
        others = notices.count("\n")
        self._more.set_text(self.tr("{0} more").format(number(others)) if others else self.tr("In full"))
        self._more.setVisible(bool(notices))
        self._rows.show_rows(source.lines)

    def _cell(self, each: SourceLine, at: int) -> Cell:
        match at:
            case 0:
                tip = each.name if each.is_mapped else self.tr("{0}: no line takes it").format(each.name)
                return Cell(each.name, CellStyle.STRONG, tone="" if each.is_mapped else "text3", tip=tip)
            case 1:
                return Cell(each.type)
            case 2:
                return Cell(each.filled, CellStyle.NUMBER)
            case 3:
                return Cell(each.distinct, CellStyle.NUMBER)
            case 4:
                return Cell(each.longest, CellStyle.NUMBER)
            case 5 | 6:
                return Cell(each.smallest if at == 5 else each.largest, CellStyle.MONO)  # noqa: PLR2004 - Smallest
            case _:
                return Cell(each.evidence, tone="text2", tip=each.evidence)
