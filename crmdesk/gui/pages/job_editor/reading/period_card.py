"""Which deletions are read: a period, what was deleted since the last run, or a comparison of all keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Button, IconButton, Segmented
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import Field, NumberField, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, gap, row
from crmdesk.model.period import PeriodMode
from crmdesk.viewmodel.job_editor.page import JobEditorModel


class PeriodCard(TitledCard):
    """`set_back` asks for another date, `browse` for the file with the ids."""

    def __init__(self, model: JobEditorModel, set_back: Callable[[], object], browse: Callable[[], object]) -> None:
        super().__init__("", spacing=10, margins=(16, 8, 16, 16), name="job-period")
        self._model = model
        period = model.period
        self.heading.setText(self.tr("Which deletions"))
        self._mode = Segmented(
            "job-period-mode",
            self.tr("Which deletions"),
            (
                (PeriodMode.BETWEEN, self.tr("In a period")),
                (PeriodMode.AUTOMATIC, self.tr("Since the last run")),
                (PeriodMode.COMPARE, self.tr("By comparing ids")),
            ),
        )
        self._mode.chosen.connect(lambda value: period.set_mode(PeriodMode(value)))
        self._start = TextField("job-period-start", self.tr("From"), placeholder="2026-01-01")
        self._end = TextField("job-period-end", self.tr("To"), placeholder="2026-01-31 23:59:59")
        self._start.textEdited.connect(period.set_start)
        self._end.textEdited.connect(period.set_end)
        self._option = TextField("job-period-option", self.tr("Option that keeps the date"))
        self._option.editingFinished.connect(lambda: period.set_option(self._option.text()))
        self._lag = NumberField("job-period-lag", self.tr("Lag, s"), placeholder="300", width=72, most=6)
        self._lag.picked.connect(period.set_lag)
        self._sentence = label("", "small", wraps=True, name="job-period-sentence")
        self._set_back = Button("job-period-set-back", self.tr("Set back…"), set_back, look="ghost")
        self._path = TextField("job-period-path", self.tr("File with the ids"))
        self._path.editingFinished.connect(lambda: period.set_path(self._path.text()))
        choose = IconButton("job-period-browse", self.tr("Choose a file…"), "folder-open", browse)
        self._column = TextField("job-period-column", self.tr("Column with the ids"))
        self._column.editingFinished.connect(lambda: period.set_column(self._column.text()))
        self._fields = {
            each.control.objectName(): each
            for each in (self._field(control) for control in (self._start, self._end, self._path, self._column))
        }
        path, name = column(self._fields["job-period-path"], 1), column(self._fields["job-period-column"], 1)
        ids = row(path, column(gap(20), choose, 1, spacing=0), name)
        ids.setStretch(0, 2)
        ids.setStretch(2, 1)
        option = row(self._field(self._option), self._field(self._lag))
        option.setStretch(0, 1)
        between = row(column(self._fields["job-period-start"], 1), column(self._fields["job-period-end"], 1))
        self._parts: dict[PeriodMode, QWidget] = {
            PeriodMode.BETWEEN: frame(between, "clear"),
            PeriodMode.AUTOMATIC: frame(column(row(self._sentence, self._set_back), option), "clear"),
            PeriodMode.COMPARE: frame(ids, "clear"),
        }
        self._note = label("", "faint", wraps=True, name="job-period-note")
        self.body.addLayout(row(self._mode, 1))
        for part in self._parts.values():
            self.body.addWidget(part)
        self.body.addWidget(self._note)
        self.body.addStretch(1)

    @staticmethod
    def _field(control: QWidget) -> Field:
        return Field(control.accessibleName(), control)

    def refresh(self) -> None:
        model, options = self._model, self._model.period.options
        self._mode.set_value(options.mode)
        for mode, part in self._parts.items():
            part.setVisible(mode is options.mode)
        for field, text in (
            (self._start, options.start),
            (self._end, options.end),
            (self._path, options.path),
            (self._column, options.column),
            (self._option, options.option),
        ):
            if not field.hasFocus():
                field.show_text(text)
        self._lag.show_number(options.lag_seconds)
        for name, shown in self._fields.items():
            shown.set_error(model.trouble(f"period.{name.removeprefix('job-period-')}"))
        self._sentence.setText(model.window.sentence(model.job) or self.tr("Looking up to when was read…"))
        self._set_back.allow(model.window.found is not None)
        self._note.setText(self._notes()[options.mode])

    def _notes(self) -> dict[PeriodMode, str]:
        return {
            PeriodMode.BETWEEN: self.tr(
                "Both are included, in UTC; a day that is an end is meant whole. A CRM remembers deletions for weeks, "
                "not for ever: Salesforce for 15 days, and at most for 30."
            ),
            PeriodMode.AUTOMATIC: self.tr(
                "Each run begins where the last one ended. One that comes too late says which days nobody knows of."
            ),
            PeriodMode.COMPARE: self.tr(
                "Reads all ids of the CRM once, and writes those of the file that are not there any more."
            ),
        }
