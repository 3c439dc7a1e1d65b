"""The three cards of the overview: what waits, what runs, what the CRMs still allow today."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from crmdesk.gui.kit.bars import Meter
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.labels import ElidedLabel, label
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.tags import EnvironmentDot
from crmdesk.model.figures import number
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.overview import CallsLeft

_MARGINS = (16, 12, 16, 8)
_CALLS_SHOWN = 2
_LOW = 0.2


class RejectsCard(Card):
    """How many rows wait to be corrected, and the way to them."""

    def __init__(self, app: AppModel) -> None:
        self._number = label("", "number", name="overview-rejects-number")
        self._words = ElidedLabel("", "small", name="overview-rejects-words")
        self._go = Button("overview-to-rejects", "", lambda: app.show(PageName.REJECTS), look="link")
        super().__init__(spacing=2, margins=_MARGINS)
        self._go.set_text(self.tr("Correct them"))
        for part in (label(self.tr("Rejected rows open"), "caption"), self._number, self._words, self._go):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def show_count(self, count: int) -> None:
        self._number.setText(number(count))
        self._words.setText(self.tr("They wait to be corrected and sent again.") if count else self.tr("None waits."))
        self._go.setVisible(count > 0)


class RunningCard(Card):
    """How many runs go on, and the way to all of them."""

    def __init__(self, app: AppModel) -> None:
        self._number = label("", "number", name="overview-running-number")
        self._words = ElidedLabel("", "small", name="overview-running-words")
        self._go = Button("overview-to-runs", "", lambda: app.show(PageName.RUNS), look="link")
        super().__init__(spacing=2, margins=_MARGINS)
        self._go.set_text(self.tr("Show the runs"))
        for part in (label(self.tr("Running now"), "caption"), self._number, self._words, self._go):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def show_count(self, count: int) -> None:
        self._number.setText(number(count))
        self._words.setText(
            self.tr("They go on when this window is closed.") if count else self.tr("Nothing at the moment.")
        )


class CallsCard(Card):
    """Calls left today, of the accounts whose CRM says so, as they were last seen."""

    def __init__(self) -> None:
        super().__init__(spacing=8, margins=_MARGINS)
        self.body.addWidget(label(self.tr("Calls left today"), "caption"))
        self._nothing = label(self.tr("No CRM has said so yet."), "small")
        self.body.addWidget(self._nothing)
        self._lines = [_CallsLine() for _ in range(_CALLS_SHOWN)]
        for line in self._lines:
            self.body.addWidget(line)
        self.body.addStretch(1)

    def show_calls(self, calls: tuple[CallsLeft, ...]) -> None:
        """The scarcest first."""
        scarcest = sorted(calls, key=lambda each: each.share)
        self._nothing.setVisible(not calls)
        for at, line in enumerate(self._lines):
            line.setVisible(at < len(scarcest))
            if at < len(scarcest):
                line.show_calls(scarcest[at])


class _CallsLine(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._dot = EnvironmentDot(None)
        self._name = ElidedLabel("", "muted")
        self._left: QLabel = label("", "strong")
        self._meter = Meter(6)
        words = row(self._dot, self._name, self._left)
        words.setStretch(1, 1)
        self.setLayout(column(words, self._meter, spacing=2))

    def show_calls(self, calls: CallsLeft) -> None:
        self._dot.show_environment(calls.environment)
        self._name.setText(calls.account)
        self._left.setText(number(calls.left))
        self._meter.setAccessibleName(f"{calls.account}: {number(calls.left)}")
        self._meter.set_share(calls.share, "warn" if calls.share < _LOW else "accent")
