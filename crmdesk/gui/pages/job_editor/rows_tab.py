"""Which records a reading job takes, and in which order."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column
from crmdesk.gui.pages.job_editor.filter_builder import FilterBuilder
from crmdesk.gui.pages.job_editor.order_editor import OrderEditor
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_ORDER_WIDTH = 376


class RowsTab(QWidget):
    """The filter builder and the order, made anew when the fields are others."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self._model = model
        self._shown: FilterModel | None = None
        self._parts: list[QWidget] = []
        self._place = QHBoxLayout()
        self._place.setContentsMargins(16, 12, 16, 12)
        self._place.setSpacing(16)
        self._hint = label(self.tr("Choose an object first."), "muted")
        self._place.addWidget(self._hint)
        self.setLayout(self._place)

    def refresh(self) -> None:
        selection = self._model.selection
        if selection.filter is self._shown:
            return
        self._shown = selection.filter
        for part in self._parts:
            self._place.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        self._hint.setVisible(selection.filter is None)
        if selection.filter is None or selection.order is None:
            return
        order = QWidget()
        order.setLayout(column(OrderEditor(selection.order), 1))
        order.setFixedWidth(_ORDER_WIDTH)
        self._parts = [FilterBuilder(selection.filter), order]
        self._place.addWidget(self._parts[0], 1)
        self._place.addWidget(order)
