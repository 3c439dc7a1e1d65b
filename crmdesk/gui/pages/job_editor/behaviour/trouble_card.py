"""What a run does after an error: how often and when it goes on by itself, and for whom its rejects are."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import CheckField
from crmdesk.gui.pages.job_editor.behaviour.lines import NumberLine
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_MINUTE = 60  # seconds


class TroubleCard(TitledCard):
    """Times are minutes on the page, and seconds in the job."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("", spacing=6, margins=(16, 8, 16, 12), name="job-trouble")
        self._model = model
        self.heading.setText(self.tr("After an error"))
        self._errors = CheckField("job-process-errors", self.tr("The run may go on by itself"))
        self._errors.picked.connect(lambda is_on: self._put(processes_errors=is_on))
        self._retries = NumberLine(
            "job-retries",
            self.tr("So many times"),
            lambda number: self._put(retries=number or 0),
            placeholder=self.tr("never"),
        )
        self._after = NumberLine(
            "job-retry-after",
            self.tr("Each time after"),
            lambda number: self._put(retry_after=(number or 0) * _MINUTE),
            unit=self.tr("min"),
        )
        self._ride_out = NumberLine(
            "job-ride-out",
            self.tr("Wait for a lost network, up to"),
            lambda number: self._put(ride_out=None if number is None else number * _MINUTE),
            unit=self.tr("min"),
            placeholder=self.tr("usual"),
        )
        self._rejects = CheckField("job-process-rejects", self.tr("Hand rejected rows on to jobs that read them"))
        self._rejects.picked.connect(lambda is_on: self._put(processes_rejects=is_on))
        for part in (self._errors, self._retries, self._after, self._ride_out, self._rejects):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def refresh(self) -> None:
        behaviour = self._model.options.behaviour
        self._errors.setChecked(behaviour.processes_errors)
        self._retries.field.show_number(behaviour.retries or None)
        self._after.field.show_number(behaviour.retry_after // _MINUTE)
        self._ride_out.field.show_number(None if behaviour.ride_out is None else behaviour.ride_out // _MINUTE)
        for line in (self._retries, self._after, self._ride_out):
            line.setVisible(behaviour.processes_errors)
        self._after.setVisible(behaviour.processes_errors and behaviour.retries > 0)
        self._rejects.setChecked(behaviour.processes_rejects)

    def _put(self, **changes: object) -> None:
        options = self._model.options
        options.put_behaviour(replace(options.behaviour, **changes))  # type: ignore[arg-type] # names its fields
