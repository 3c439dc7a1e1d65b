"""The options page without the page: up to when jobs have read, and what stands between this computer and its CRMs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from crmdesk.desk.window.answers import TestLine
from crmdesk.errors import Cancelled
from crmdesk.model.option import FORM, Option, option_moment
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.figures import instant, when

BEGINNING = "from the beginning"
"""What an option without a value means: its default."""

HOW = f"{FORM} in UTC"


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option in words: its value (UTC), the same moment by this computer's clock, and who set it when.

    `is_by_hand` tells that a person set it and no run has moved it since, `is_default` that it has no value.
    """

    name: str
    value: str
    here: str
    set_by: str
    is_by_hand: bool
    is_default: bool


def line_of(option: Option, now: datetime, zone: tzinfo | None = None) -> OptionLine:
    """An option as it is listed."""
    who = f"run {option.run}" if option.run else option.changed_by
    return OptionLine(
        name=option.name,
        value=option.value or BEGINNING,
        here=when(option_moment(option.value), now, zone) if option.value else "",
        set_by=f"{who}, {when(instant(option.changed_at), now, zone)}",
        is_by_hand=not option.run,
        is_default=not option.value,
    )


class OptionsModel(ViewModel):
    """`doctor` are the lines of the last examination, None before one; `is_examining` tells that one is under way."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self._app = app
        self.lines: tuple[OptionLine, ...] = ()
        self.chosen = ""
        self.doctor: tuple[TestLine, ...] | None = None
        self.is_examining = False

    # --- options ---

    def read(self) -> None:
        """Look which options there are."""
        now = datetime.now(UTC)
        lines = tuple(line_of(option, now) for option in self._app.history.options())
        if lines != self.lines:
            self.lines = lines
            self.changed()

    @property
    def chosen_line(self) -> OptionLine | None:
        """The option that is chosen."""
        return next((line for line in self.lines if line.name == self.chosen), None)

    def choose(self, name: str) -> None:
        """Choose an option."""
        self.chosen = name
        self.changed()

    def value(self, name: str) -> str:
        """The value of an option as it is written; an empty text for none."""
        return next((option.value for option in self._app.history.options() if option.name == name), "")

    def set(self, name: str, value: str) -> None:
        """Set an option by hand; the next run of its job reads what changed from there on.

        An empty value means from the beginning. Raises UserError for a value of another form.
        """
        self._app.history.set_option(name, value.strip())
        self.read()

    def history_of(self, name: str) -> Sequence[OptionLine]:
        """Every value that an option had, newest first."""
        now = datetime.now(UTC)
        return [line_of(option, now) for option in reversed(self._app.history.option_changes(name))]

    # --- this computer ---

    @property
    def verdict(self) -> str:
        """What the last examination found, in a few words."""
        if self.is_examining:
            return "Looking; nobody is signed in, and nothing is written."
        if self.doctor is None:
            return "Network, proxy, certificates, keychain, disk, clock and ports."
        bad = sum(not line.is_ok for line in self.doctor)
        return f"{bad} to mend" if bad else "All good"

    async def examine(self) -> None:
        """Look at everything that must be well before rows can travel."""
        if self.is_examining:
            return
        self.is_examining = True
        self.changed()
        try:
            self.doctor = await self._app.engine.doctor()
        except Cancelled:
            return
        finally:
            self.is_examining = False
            self.changed()
