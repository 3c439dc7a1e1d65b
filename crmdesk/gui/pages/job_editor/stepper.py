"""The row stepper in the head of the mapping: which row's values the lines show."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from crmdesk.errors import UserError
from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.spawn import spawn
from crmdesk.model.figures import number
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_WORDY = 152  # px: with less the row number matters more
_MOST = 2_000_000_000


class Stepper(QWidget):
    """Row ◀ 1,204 ▶ raw, and a menu of rows worth a look."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self.setObjectName("job-stepper")
        self._model = model
        self._number = label("1", "strong", name="job-row")
        self._back = IconButton(
            "job-row-back", self.tr("Row before (Ctrl+Left)"), "chevron-left", self._go_back, look="step"
        )
        self._next = IconButton(
            "job-row-next", self.tr("Next row (Ctrl+Right)"), "chevron-right", self._go_on, look="step"
        )
        more = IconButton("job-row-menu", self.tr("Other rows"), "chevron-down", self._open_menu, look="step")
        self._menu = QMenu(self)
        self._menu.setObjectName("job-row-choices")
        for words, chosen in (
            (self.tr("First row"), lambda: model.go_to_row(1)),
            (self.tr("First row with a problem"), self._seek),
            (self.tr("Row number…"), self._ask),
        ):
            self._menu.addAction(words).triggered.connect(lambda *_, chosen=chosen: chosen())
        self._more = more
        self._raw = label(self.tr("raw"), "faint")
        self.setLayout(
            row(
                label(self.tr("Row"), "caption"),
                self._back,
                self._number,
                self._next,
                self._raw,
                1,
                more,
                spacing=2,
                margins=(12, 0, 4, 0),
            )
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._raw.setVisible(event.size().width() >= _WORDY)

    def refresh(self) -> None:
        rows = self._model.rows
        last = rows.last_row()
        self._number.setText(number(rows.row))
        self._back.allow(rows.row > 1, self.tr("This is the first row."))
        self._next.allow(last is None or rows.row < last, self.tr("This is the last row."))

    def _go_back(self) -> None:
        self._model.step(-1)

    def _go_on(self) -> None:
        self._model.step(1)

    def _open_menu(self) -> None:
        self._menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _seek(self) -> None:
        spawn(self._find_trouble())

    async def _find_trouble(self) -> None:
        if not await self._model.go_to_trouble():
            raise UserError(
                self.tr("None of the first thousand rows has a problem."),
                hint=self.tr("A rehearsal looks at all rows."),
            )

    def _ask(self) -> None:
        dialog = QInputDialog(self)
        dialog.setObjectName("job-row-number")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setWindowTitle(self.tr("Row number"))
        dialog.setLabelText(self.tr("Show the values of row"))
        dialog.setIntRange(1, self._model.rows.last_row() or _MOST)
        dialog.setIntValue(self._model.rows.row)
        dialog.intValueSelected.connect(self._model.go_to_row)
        dialog.open()
