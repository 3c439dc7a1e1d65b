"""What a rehearsal said, or how far it is, in one line."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from crmdesk.gui.kit.bars import Meter
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.kit.tags import OutcomePill
from crmdesk.model.figures import number
from crmdesk.viewmodel.figures import clock
from crmdesk.viewmodel.job_editor.page import JobEditorModel


class RehearsalBar(QFrame):
    """The counts of the last rehearsal of this very draft, or how far the one under way is, with Stop."""

    _ORDER = ("created", "updated", "deleted", "unchanged", "rejected", "unknown")

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self._model = model
        self.setObjectName("job-rehearsal")
        self._words = label("", "faint", name="job-rehearsal-words")
        self._pills = {key: OutcomePill(key) for key in self._ORDER}
        for key, pill in self._pills.items():
            pill.setObjectName(f"job-rehearsal-{key}")
        self._meter = Meter(label_text=self.tr("Rehearsal"))
        self._meter.setFixedWidth(160)
        self._stop = Button("job-rehearsal-stop", self.tr("Stop"), model.rehearsal.stop, icon="square", look="small")
        self.setLayout(row(self._words, *self._pills.values(), self._meter, self._stop))

    def refresh(self) -> None:
        running, result = self._model.rehearsal, self._model.rehearsed
        self._meter.setVisible(running.is_running)
        self._stop.setVisible(running.is_running)
        for key, pill in self._pills.items():
            count = getattr(result.tally, key) if result is not None and not running.is_running else 0
            pill.setVisible(count > 0)
            pill.show_outcome(key, number(count))
        if running.is_running:
            total = running.total or self._model.around.count
            self._meter.set_share(running.done / total if total else 0.0)
            of = self.tr(" of {0}").format(number(total)) if total else ""
            self._words.setText(self.tr("Rehearsing: {0}{1} rows").format(number(running.done), of))
        elif result is not None:
            self._words.setText(self.tr("Rehearsed {0}, all rows:").format(clock(result.at)))
        elif running.result is not None and running.result.job.name == self._model.job.name:
            self._words.setText(self.tr("Changed since the rehearsal."))
        else:
            self._words.setText("")
