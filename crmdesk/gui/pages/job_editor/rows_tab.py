"""Which records of a CRM a job takes, since when, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.scrolled import scrolled
from crmdesk.gui.pages.job_editor.filter_builder import FilterBuilder
from crmdesk.gui.pages.job_editor.order_editor import OrderEditor
from crmdesk.gui.pages.job_editor.reading.changes_card import ChangesCard
from crmdesk.gui.pages.job_editor.reading.period_card import PeriodCard
from crmdesk.gui.pages.job_editor.reading.population_card import PopulationCard
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_BESIDE = 376  # px


class RowsTab(QWidget):
    """The filter builder, what has changed and the order; for deletions their period. `do` holds the commands."""

    def __init__(self, model: JobEditorModel, do: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._model = model
        self._shown: FilterModel | None = None
        self._builder: FilterBuilder | None = None
        self._order: OrderEditor | None = None
        self._hint = label(self.tr("Choose an object first."), "muted", name="job-rows-hint")
        self._changes = ChangesCard(model, do["set-back"])
        self._period = PeriodCard(model, do["set-back"], do["browse-ids"])
        self._beside = column(self._changes, 1, spacing=8, margins=(0, 0, 4, 0))
        self._side = scrolled(frame(self._beside, "clear"))
        self._side.setFixedWidth(_BESIDE)
        self._population = PopulationCard(model, do["browse-names"], do["paste-ids"])
        # What stands alone scrolls where what is open below leaves it little room.
        self._lone = tuple(scrolled(frame(column(each, 1), "clear")) for each in (self._period, self._population))
        self._place: QHBoxLayout = row(self._hint, *self._lone, self._side, spacing=12, margins=(16, 8, 12, 12))
        self._place.setStretch(1, 1)
        self._place.setStretch(2, 1)
        self._which = Segmented(
            "job-which",
            self.tr("Which records"),
            (("filter", self.tr("By filter")), ("names", self.tr("Only these records"))),
        )
        self._which.chosen.connect(lambda value: model.population.switch(is_on=value == "names"))
        paste = Button("job-paste-query", self.tr("Paste a query…"), do["paste-query"], icon="copy", look="ghost")
        self._rules = label("", "faint", name="job-rules")
        self._head = frame(row(self._which, self._rules, 1, paste, margins=(16, 8, 16, 0)), "clear")
        body = column(self._head, self._place, spacing=0)
        body.setStretch(1, 1)
        self.setLayout(body)

    def refresh(self) -> None:
        model = self._model
        is_source = not model.is_reading
        is_known = model.selection.filter is not None if is_source else model.around.remote is not None
        is_deleted = model.period.applies
        is_named = model.population.found is not None
        self._head.setVisible(model.changes.applies)
        self._which.set_value("names" if is_named else "filter")
        self._rules.setText(self.tr("Campaign rules: numbers and dates only") if model.ends.is_campaign else "")
        self._hint.setVisible(not is_known and not is_deleted and not is_named)
        for area, is_shown in zip(self._lone, (is_deleted, is_named), strict=True):
            area.setVisible(is_shown)
        self._changes.setVisible(model.changes.applies)
        self._side.setVisible((model.changes.applies or is_source) and is_known and not is_named)
        if is_named:
            self._population.refresh()
        if is_deleted:
            self._period.refresh()
        if model.changes.applies:
            self._changes.refresh()
        self._show_selection()

    def _show_selection(self) -> None:
        """Builder and order are made anew when the fields are others."""
        selection = self._model.selection
        if selection.filter is self._shown:
            return
        self._shown = selection.filter
        for part in (self._builder, self._order):
            if part is not None:
                part.hide()
                part.setParent(None)
                part.deleteLater()
        self._builder = self._order = None
        if selection.filter is not None and selection.order is not None:
            self._builder, self._order = FilterBuilder(selection.filter), OrderEditor(selection.order)
            self._place.insertWidget(0, self._builder, 1)
            self._beside.insertWidget(1, self._order)
