"""What is kept of runs, without the page: for how many days, in what room, and what would go now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from crmdesk.desk.window.answers import KeptRoom
from crmdesk.errors import Cancelled, UserError
from crmdesk.model.figures import number
from crmdesk.model.retention import MOST_DAYS, Keeping, Kept
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.figures import size


def words_of(kind: Kept) -> str:
    """What people call it."""
    match kind:
        case Kept.RUNS:
            return "Runs"
        case Kept.LOGS:
            return "Logs"
        case Kept.REJECTS:
            return "Values of settled rejects"
        case Kept.BEFORE:
            return "Values before"
        case _:
            assert_never(kind)


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A kind in words; `days` is None for what is kept for ever."""

    kind: Kept
    name: str
    days: int | None
    room: str
    old: str


class KeptModel(ViewModel):
    """`found` is None before the first look; `told` is what the last clean-up took away."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self._app = app
        self.found: KeptRoom | None = None
        self.told: tuple[str, ...] = ()
        self.is_cleaning = False

    async def read(self) -> None:
        """Look what there is."""
        try:
            self.found = await self._app.engine.kept()
        except Cancelled:
            return
        self.changed()

    async def keep(self, kind: Kept, days: int | None) -> None:
        """Keep it for so many days from now on, for ever for None; nothing goes before the next clean-up."""
        if days is not None and not 1 <= days <= MOST_DAYS:
            self.changed()  # the field shows what holds
            raise UserError(f"{days:,} is no number of days.", hint=f"Type 1 to {MOST_DAYS:,}, or nothing for ever.")
        await self._app.engine.keep(kind, days)
        await self.read()

    @property
    def lines(self) -> tuple[KeptLine, ...]:
        """Each kind as it stands."""
        return tuple(_line(each) for each in (self.found.kinds if self.found else ()))

    @property
    def room(self) -> str:
        """The room that all of it takes; empty before the first look."""
        if self.found is None:
            return ""
        files = sum(each.size or 0 for each in self.found.kinds)
        return f"{size(files)} in files of runs, {size(self.found.database)} in the database"

    @property
    def old(self) -> tuple[str, ...]:
        """What would go now, in a sentence each."""
        return tuple(f"{line.name}: {line.old}." for line in self.lines if line.old != _NOTHING)

    async def clean(self) -> None:
        """Take away what is too old."""
        if self.is_cleaning:
            return
        self.is_cleaning = True
        self.changed()
        try:
            self.told = await self._app.engine.clean() or ("There was nothing to clean up.",)
        finally:
            self.is_cleaning = False
        await self.read()


_NOTHING = "nothing goes now"


def _line(each: Keeping) -> KeptLine:
    room = number(each.number) + (f" in {size(each.size)}" if each.size is not None else "")
    old = f"{number(each.old)} would go now" if each.old else _NOTHING
    return KeptLine(each.kind, words_of(each.kind), each.days, room, old)
