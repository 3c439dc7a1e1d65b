"""The tab with all options of a job, in cards side by side; those that do not apply are not shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.scrolled import scrolled
from crmdesk.gui.pages.job_editor.behaviour.duplicates_card import DuplicatesCard
from crmdesk.gui.pages.job_editor.behaviour.fields_card import FieldsCard
from crmdesk.gui.pages.job_editor.behaviour.reading_card import ReadingCard
from crmdesk.gui.pages.job_editor.behaviour.sending_card import SendingCard
from crmdesk.gui.pages.job_editor.behaviour.stopping_card import StoppingCard
from crmdesk.gui.pages.job_editor.behaviour.trouble_card import TroubleCard
from crmdesk.gui.pages.job_editor.behaviour.variables_card import VariablesCard
from crmdesk.viewmodel.job_editor.page import JobEditorModel


class BehaviourTab(QWidget):
    """Two columns that scroll together."""

    def __init__(self, model: JobEditorModel, do: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._model = model
        self._sending = SendingCard(model)
        self._reading = ReadingCard(model)
        self._fields = FieldsCard(model, do["refresh-fields"], do["accept-fields"])
        self._duplicates = DuplicatesCard(model)
        self._stopping = StoppingCard(model)
        self._trouble = TroubleCard(model)
        self._variables = VariablesCard(model)
        left = column(self._sending, self._reading, self._trouble, 1)
        right = column(self._fields, self._duplicates, self._stopping, self._variables, 1)
        both = row(left, right, spacing=12, margins=(16, 12, 12, 12))
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        self.setLayout(column(scrolled(frame(both, "clear")), spacing=0))

    def refresh(self) -> None:
        model = self._model
        by_filter, is_reading = model.changes.applies, model.is_reading
        self._sending.setVisible(not is_reading)
        self._variables.setVisible(not is_reading)
        for card in (self._reading, self._duplicates, self._fields):
            card.setVisible(by_filter)
        if not is_reading:
            self._sending.refresh()
            self._variables.refresh()
        if by_filter:
            self._reading.refresh()
            self._duplicates.refresh()
            self._fields.refresh()
        self._stopping.refresh()
        self._trouble.refresh()
