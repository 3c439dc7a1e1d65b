"""What people decided, as its page lists it: newest first, narrowed by any word of it, and saved as a CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.commands import carried_out
from crmdesk.viewmodel.figures import instant, when

if TYPE_CHECKING:
    from crmdesk.model.decision import Decision
    from crmdesk.viewmodel.app import AppModel


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision in words; `at` is the very moment (ISO 8601, UTC)."""

    when: str
    who: str
    what: str
    at: str


class DecisionsModel(ViewModel):
    """`search` narrows the lines to those that hold it; `told` is what was done last."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self._app = app
        self._all: tuple[Decision, ...] = ()
        self.lines: tuple[DecisionLine, ...] = ()
        self.search = ""
        self.told = ""

    def read(self) -> None:
        """Look which decisions there are."""
        found = self._app.history.decisions()
        if found != self._all:
            self._all = found
            self._narrow()

    def find(self, text: str) -> None:
        """Show only the decisions that hold `text`; an empty one shows all."""
        self.search, self.told = text.strip(), ""
        self._narrow()

    @property
    def summary(self) -> str:
        """“12 decisions”, or “3 of 12”."""
        if self.search:
            return f"{number(len(self.lines))} of {number(len(self._all))}"
        return counted(len(self._all), "decision")

    @property
    def nothing(self) -> tuple[str, str]:
        """What is said where no line is shown: a title, and a sentence."""
        if self.search:
            return f"No decision holds “{self.search}”", "Look for a name, a job, an account or a run's number."
        kinds = "accounts, jobs and options that were changed, runs that were agreed to, rejects that were set aside"
        return "Nobody has decided anything yet", f"Here will stand, with who and when: {kinds}."

    async def save_csv(self, file: Path) -> int:
        """Write the lines that are shown to a CSV file; gives their number. Raises what writing raises."""
        find = ["--find", self.search] if self.search else []
        rows = int((await carried_out(self._app, ("audit", *find, "--csv", str(file))))["rows"])
        self.told = f"{counted(rows, 'decision')} saved to {file}."
        self.changed()
        return rows

    def _narrow(self) -> None:
        wanted, now = self.search.casefold(), datetime.now(UTC)
        self.lines = tuple(_line(each, now) for each in reversed(self._all) if each.holds(wanted))
        self.changed()


def _line(each: Decision, now: datetime) -> DecisionLine:
    return DecisionLine(when(instant(each.at), now), each.who, each.what, each.at)
