"""The card beside the list: what is known of the chosen account, and its test line by line."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crmdesk.desk.window.answers import AccountTest, TestLine
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.check_lines import CheckLines
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import line, row
from crmdesk.model.figures import counted
from crmdesk.viewmodel.accounts.lines import AccountLine
from crmdesk.viewmodel.figures import when
from crmdesk.viewmodel.window_words import for_the_window

WIDTH = 336
_NAMES = ("Address", "Reached", "Sign-in", "User", "Organisation", "Kind", "Clock", "API calls", "Objects")
"""What a test goes through, shown while it is under way."""


class AccountTestCard(TitledCard):
    """What begins with `wants` comes from its buttons, for the account that is shown."""

    wants_test = Signal()
    wants_stop = Signal()
    wants_sign_in = Signal()
    wants_settings = Signal()

    def __init__(self) -> None:
        self._when = label("", "faint", name="account-test-when")
        super().__init__("", tools=(self._when,), spacing=4, name="account-test")
        self._sum = label("", "small", name="account-test-sum")
        self._lines = CheckLines("account-test", WIDTH - 2 * 16 - 2)
        self._throttled = label("", "small", wraps=True, name="account-throttled")
        self._test = Button("account-test-start", self.tr("Test"), self.wants_test.emit, icon="refresh-cw")
        self._stop = Button("account-test-stop", self.tr("Stop"), self.wants_stop.emit, icon="x")
        self._again = Button(
            "account-test-sign-in", self.tr("Sign in again…"), self.wants_sign_in.emit, icon="key-round"
        )
        settings = Button("account-settings", self.tr("Settings…"), self.wants_settings.emit, look="link")
        for part in (
            self._sum,
            line(),
            self._lines,
            self._throttled,
            line(),
            row(self._test, self._stop, self._again, 1),
            row(settings, 1),
        ):
            if isinstance(part, QWidget):
                self.body.addWidget(part)
            else:
                self.body.addLayout(part)
        self.setFixedWidth(WIDTH)

    def show_account(
        self,
        account: AccountLine,
        test: AccountTest | None,
        looked_at: datetime | None,
        *,
        is_testing: bool,
        can_sign_in: bool,
        throttled: str,
    ) -> None:
        """Show an account with its last test, or what was known before there was one.

        `throttled` says how often it was asked for fewer calls.
        """
        self.heading.setText(self.tr("Test: {0}").format(account.label))
        self._when.setText(when(looked_at, datetime.now(UTC)) if looked_at is not None else "")
        self._when.setVisible(not is_testing)
        self._throttled.setText(throttled)
        self._throttled.setVisible(bool(throttled))
        self._test.setVisible(not is_testing)
        self._test.set_text(self.tr("Test again") if test is not None else self.tr("Test"))
        self._stop.setVisible(is_testing)
        bad = sum(not each.is_ok for each in test.lines) if test is not None else 0
        self._again.setVisible(can_sign_in and not is_testing and bad > 0)
        if is_testing:
            self._sum.setText(self.tr("Under way. Nothing is written."))
            self._lines.show_lines([(name, None, "", "") for name in _NAMES])
        elif test is not None:
            good = len(test.lines) - bad
            self._sum.setText(self.tr("{0} good, {1} to mend").format(good, bad) if bad else self.tr("All good"))
            self._lines.show_lines(
                [(each.name, each.is_ok, each.text, for_the_window(each.hint)) for each in test.lines]
            )
        else:
            self._sum.setText(self._known_words(account))
            self._lines.show_lines([(each.name, None, each.text, "") for each in self._known(account)])

    def _known_words(self, account: AccountLine) -> str:
        if account.last_seen:
            return self.tr("As it was when last seen")
        return self.tr("Nobody has looked yet. A test writes nothing.")

    def _known(self, account: AccountLine) -> list[TestLine]:
        found = [(self.tr("Address"), account.host)]
        if account.last_seen:
            found += [(self.tr("User"), account.user), (self.tr("Organisation"), account.organization)]
        if account.calls_left is not None:
            found.append((self.tr("API calls"), self.tr("{0} left").format(counted(account.calls_left, "call"))))
        return [TestLine(name, is_ok=True, text=text) for name, text in found]
