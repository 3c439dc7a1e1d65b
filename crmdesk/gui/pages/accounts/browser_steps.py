"""A sign-in through the browser as it goes on: each step, the link to be copied, and how long it has been waited."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.model.sign_in import SignInStep, Step, StepState
from crmdesk.viewmodel.accounts.form import AccountForm

_PATIENCE = 300  # seconds, after which the engine gives up
_GLYPHS = {
    StepState.GOING_ON: ("circle-dashed", "accent"),
    StepState.DONE: ("circle-check", "ok"),
    StepState.FAILED: ("circle-x", "bad"),
}


class BrowserSteps(TitledCard):
    """Hidden until there is a step."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("BrowserSteps", "Signing in"), name="account-form-steps")
        self._steps = column(spacing=8)
        self._waiting = label("", "muted", wraps=True, name="account-form-waiting")
        self._copy = Button("account-form-copy-link", self.tr("Copy the link"), self._copy_link, icon="copy")
        self._open = Button("account-form-open-link", self.tr("Open again"), self._open_link)
        self._by_hand = frame(column(self._waiting, row(self._copy, self._open, 1)))
        self.body.addLayout(self._steps)
        self.body.addWidget(self._by_hand)
        self._shown: tuple[SignInStep, ...] = ()
        self._form: AccountForm | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(1_000)
        self._clock.timeout.connect(self._tell_time)
        self.hide()

    def show_form(self, form: AccountForm) -> None:
        """Show the steps of a form as they are now."""
        self._form = form
        if form.steps != self._shown:
            self._shown = form.steps
            self._build()
        self._by_hand.setVisible(bool(form.link))
        if form.link and not self._clock.isActive():
            self._clock.start()
        elif not form.link:
            self._clock.stop()
        self._tell_time()
        self.setVisible(bool(form.steps))

    def _build(self) -> None:
        while (item := self._steps.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for step in self._shown:
            look = "bad" if step.state is StepState.FAILED else ""
            words = label(step.text, look, wraps=True, name=f"account-form-step-{step.step.value}")
            glyph = Glyph(*_GLYPHS[step.state])
            line = row(glyph, column(label(self._name(step.step), "small"), words, spacing=1))
            line.setStretch(1, 1)
            line.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
            self._steps.addWidget(frame(line))

    def _name(self, step: Step) -> str:
        return {
            Step.ADDRESS: self.tr("1 Address"),
            Step.NETWORK: self.tr("2 Network"),
            Step.BROWSER: self.tr("3 Browser"),
            Step.PERMISSION: self.tr("4 Permission"),
            Step.ORGANISATION: self.tr("5 Organisation"),
        }[step]

    def _tell_time(self) -> None:
        if self._form is None or not self._form.waiting_since:
            return
        waited = int(time.monotonic() - self._form.waiting_since)
        left = max(0, _PATIENCE - waited)
        words = self.tr("Waiting for you, {0}:{1:02} of {2}:{3:02}. Has no page opened? Use the link.")
        self._waiting.setText(words.format(waited // 60, waited % 60, _PATIENCE // 60, _PATIENCE % 60) if left else "")

    def _copy_link(self) -> None:
        if self._form is not None:
            QGuiApplication.clipboard().setText(self._form.link)

    def _open_link(self) -> None:
        if self._form is not None:
            QDesktopServices.openUrl(QUrl(self._form.link))
