"""Which rejects are shown: of which run, of which cause, with which value, and which row in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmdesk.errors import CrmDeskError, UserError
from crmdesk.viewmodel.rejects.causes import Group, group_of
from crmdesk.viewmodel.rejects.drafts import RejectDrafts
from crmdesk.viewmodel.rejects.order import By, ordered
from crmdesk.viewmodel.rejects.rows import RejectRows
from crmdesk.viewmodel.rejects.run import rejects_of_run
from crmdesk.viewmodel.rejects.runs import RunFilter, default_run, runs_with_rejects
from crmdesk.viewmodel.rejects.scan import rows_by_value, rows_with_text
from crmdesk.viewmodel.rejects.seen import RejectsSeen

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from crmdesk.viewmodel.app import AppModel


class RejectChoice(RejectsSeen):
    """Chooses among the rejects, and looks again when something moves."""

    def __init__(self, app: AppModel) -> None:
        super().__init__(app)
        self._leave = app.subscribe(self._look_again)

    def close(self) -> None:
        """Look no more."""
        self._leave()

    # --- choosing ---

    def open_at(self, run: str = "") -> None:
        """Show the rejects of `run`; without one those shown before as long as some are open, else the newest open."""
        if not run and self.open:
            self.read()
            return
        try:
            self.error, self.asked = None, run
            self.lines = runs_with_rejects(self.app.history, run)
            known = [line.run for line in self.lines]
            self._choose(run if run in known else "" if run else default_run(self.offered))
        except CrmDeskError as error:
            self.error = error
        self.changed()

    def show_row(self, run: str, row: int) -> None:
        """Show a reject of a run among those of its kind, with its row in full; nothing for one that is not there."""
        self.open_at(run)
        found = next(iter(self.app.history.rejects_of(run, [row])), None)
        if found is None or self.run != run:
            return
        group = group_of(found)
        if group is not self.group or self.cause:
            self._show(group, "")
        self.choose_row(row)

    def narrow(self, narrowed: RunFilter) -> None:
        """Offer only runs of this job, account and object; where the chosen one is not among them, choose another."""
        self.filter = narrowed
        if self.run not in [line.run for line in self.offered]:
            self._choose(default_run(self.offered))
        self.changed()

    def choose_run(self, run: str) -> None:
        """Show the rejects of another run."""
        self._choose(run)
        self.changed()

    def choose_cause(self, cause: str) -> None:
        """Show the open rejects of one cause, or of all with an empty text."""
        self._show(Group.OPEN, cause)
        self.changed()

    def choose_group(self, group: Group) -> None:
        """Show the rejects of a group, whatever their cause."""
        self._show(group, "")
        self.changed()

    def choose_value(self, value: str | None) -> None:
        """Show only the rows whose column in question had this value; None shows all."""
        self.value = value
        self.is_to_be_looked_at = True
        self.changed()

    def find(self, text: str) -> None:
        """Show only the rows that hold `text`; an empty one shows all."""
        self.search = text.strip()
        self.is_to_be_looked_at = True
        self.changed()

    def sort(self, by: By) -> None:
        """Show the rows in this order, or the other way round where it is theirs; the first is chosen then."""
        self._order = self.order.turned_to(by)
        self.row = None
        self._narrow_rows(self.shown)
        self.changed()

    def choose_row(self, row: int | None) -> None:
        """Show this row in full."""
        self.row = row
        self.changed()

    def look(self) -> Coroutine[object, object, None]:
        """Count the values of the column in question and narrow the rows, a little at a time.

        Whoever shows the model starts it after a change that says `is_to_be_looked_at`.
        """
        self.is_to_be_looked_at = False
        self._looking += 1
        return self._looked(self._looking)

    async def _looked(self, mine: int) -> None:
        history = self.app.history

        def is_wanted() -> bool:
            return self._looking == mine

        if self.column and self._by_value is None:
            by_value = await rows_by_value(history, self.run, self._all, self.column, is_wanted)
            if by_value is None:
                return
            self._by_value = by_value
            if self.value not in by_value:
                self.value = None
        found: Sequence[int] | None = self._base()
        if self.search:
            found = await rows_with_text(history, self.run, self._base(), self.drafts.values, self.search, is_wanted)
        if found is not None:
            self._narrow_rows(found)
            self.changed()

    # --- looking ---

    def read(self) -> None:
        """Look again at what is shown, keeping what was chosen as far as it is still there."""
        try:
            self.error = None
            self.lines = runs_with_rejects(self.app.history, self.run)
            group, cause, row, value, search = self.group, self.cause, self.row, self.value, self.search
            self._choose(self.run or default_run(self.offered), cause, group)
            if (self.group, self.cause) == (group, cause):
                self.value, self.search = value, search
                self.row = row if row is not None and self.rows.position_of(row) is not None else self.row
        except CrmDeskError as error:
            self.error = error
        self.changed()

    def _look_again(self) -> None:
        """The application saw something move: perhaps a run that has taken up rejects, or made some."""
        try:
            states = self.app.history.reject_states(self.run) if self.run else {}
        except UserError:
            states = {}
        if states != self.kept.states or (not self.run and self.app.open_rejects):
            self.read()

    def _choose(self, run: str, cause: str | None = None, group: Group = Group.OPEN) -> None:
        """Take up a run; the most frequent cause is shown where `cause` is None, or none of the open ones."""
        history = self.app.history
        if run == self.run:
            self.drafts.read()
        else:
            self.drafts = RejectDrafts(history, run)
        self.kept = rejects_of_run(history, run)
        is_there = cause is not None and (not cause or self.kept.find(cause) is not None)
        first = self.kept.causes[0].causes[0] if self.kept.causes else ""
        self._show(group, cause if is_there and cause is not None else first if group is Group.OPEN else "")

    def _show(self, group: Group, cause: str) -> None:
        found = self.kept.find(cause)
        self.group, self.cause = group, found.causes[0] if found is not None else ""
        self.value, self.search = None, ""
        self._looking += 1
        self._by_value = None
        self.is_to_be_looked_at = True
        self._all = self.kept.rows_of(self.app.history, group, cause) if self.run else ()
        self._narrow_rows(self._all)

    def _base(self) -> Sequence[int]:
        """The rows of the cause, narrowed by the chosen value."""
        return self._all if self.value is None else (self._by_value or {}).get(self.value, ())

    def _narrow_rows(self, rows: Sequence[int]) -> None:
        self.shown = rows
        shown = ordered(rows, self.order, self.drafts.values, self.column, self._by_value or {})
        self.rows = RejectRows(self.app.history, self.run, shown, self.drafts.values)
        if self.row is None or self.rows.position_of(self.row) is None:
            self.row = shown[0] if shown else None
