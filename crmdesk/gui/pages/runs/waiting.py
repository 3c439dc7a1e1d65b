"""The banner of a run that waits because the CRM takes nothing more: why, until when, and to try at once or to stop."""

from __future__ import annotations

from PySide6.QtCore import Signal

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, row
from crmdesk.viewmodel.runs.run import RunModel


class WaitingCard(Card):
    """Hidden for a run that does not wait; `try_wanted` asks to go on now, `stop_wanted` to wait no more."""

    try_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(look="card-warn", margins=(16, 10, 12, 10), name="run-waits")
        self._since = label("", "strong", wraps=True, name="run-waits-since")
        self._why = label("", wraps=True, name="run-waits-why")
        self._try = Button("run-try-now", self.tr("Try now"), self.try_wanted.emit, icon="play", look="soft")
        self._stop = Button("run-stop-waiting", self.tr("Stop…"), self.stop_wanted.emit, icon="square", look="danger")
        said = column(self._since, self._why, spacing=2)
        words = row(Glyph("clock", "warn", 20), said, self._stop, self._try, spacing=12)
        words.setStretch(1, 1)
        self.body.addLayout(words)

    def show_run(self, model: RunModel) -> None:
        """Show it as it is now."""
        since, why = model.why_it_waits
        self.setVisible(bool(since))
        self._since.setText(since)
        self._why.setText(why)
        self._try.setVisible(model.going_on is not None)
        self._stop.setVisible(bool(model.ending))
        for button in (self._try, self._stop):
            button.allow(not model.is_resuming, self.tr("It is starting."))
