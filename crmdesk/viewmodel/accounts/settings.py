"""What is set for an account beside its sign-in, while it is being changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.errors import CrmDeskError
from crmdesk.model import account_settings as names
from crmdesk.model.account import PRACTICE, Account
from crmdesk.model.account_settings import SETTINGS

LABEL = "label"
_TITLES = {
    names.COMMENT: "Note",
    names.ENVIRONMENT: "Environment",
    names.PROXY: "Proxy",
    names.CA_FILE: "Certificate file",
    names.API_VERSION: "API version",
    names.CALLS_BUDGET: "Calls a day, at most",
    names.CALLS_WARN: "Warn from, percent of the daily calls",
    names.CALLS_PAUSE: "Pause from, percent of the daily calls",
    names.CONNECT_SECONDS: "Seconds to connect",
    names.READ_SECONDS: "Seconds to answer",
    names.RULES: "What filters may compare",
}
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting with its value: `about` says what it is for, `takes` what it takes; an empty value is the default."""

    name: str
    title: str
    about: str
    takes: str
    value: str


class AccountSettingsForm:
    """The settings of `account`; `errors` are by their names, `error` is what belongs to none."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.label = account.label
        self.is_enabled = account.is_enabled
        self.errors: dict[str, CrmDeskError] = {}
        self.error: CrmDeskError | None = None
        self._given: dict[str, str] = {}

    @property
    def lines(self) -> tuple[SettingLine, ...]:
        """The settings with what stands in them; what the practice org is needs no saying."""
        known = {each.name: each for each in SETTINGS}
        return tuple(
            SettingLine(name, title, _sentence(known[name].about), known[name].takes, self.value(name))
            for name, title in _TITLES.items()
            if name != names.ENVIRONMENT or self.account.auth != PRACTICE
        )

    def value(self, name: str) -> str:
        """What stands in a setting."""
        return self._given.get(name, self.account.settings.get(name, ""))

    def fill(self, name: str, value: str) -> None:
        """Write a setting; an empty value takes it away."""
        self._given[name] = value.strip()
        self.errors.pop(name, None)

    @property
    def changes(self) -> Mapping[str, str]:
        """The settings that are other than they were."""
        return {name: value for name, value in self._given.items() if value != self.account.settings.get(name, "")}

    def checked(self) -> bool:
        """Whether every setting takes its value; what is wrong is said beside it."""
        self.error = None
        self.errors = {
            each.name: CrmDeskError(f"It takes {each.takes}.", place=each.name)
            for each in SETTINGS
            if (value := self._given.get(each.name)) and not each.is_value(value)
        }
        if not self.label.strip():
            self.errors[LABEL] = CrmDeskError("A name is missing: what the account is called.", place=LABEL)
        return not self.errors

    def refuse(self, error: CrmDeskError) -> None:
        """Say why it was not taken: beside the setting it belongs to, else above the buttons."""
        if error.place in _TITLES or error.place == LABEL:
            self.errors[error.place] = error
        else:
            self.error = error


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
