"""Which rejects are shown: of which run, of which cause, with which value, and which row in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.figures import number
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.rejects.causes import CORRECTABLE, CauseCard, Group, cause_card, group_card
from crmdesk.viewmodel.rejects.detail import Detail, detail_of
from crmdesk.viewmodel.rejects.drafts import RejectDrafts
from crmdesk.viewmodel.rejects.rows import RejectRows
from crmdesk.viewmodel.rejects.run import RunRejects, rejects_of_run
from crmdesk.viewmodel.rejects.runs import RunFilter, RunLine, default_run, recently, runs_with_rejects
from crmdesk.viewmodel.rejects.scan import rows_by_value, rows_with_text

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from crmdesk.desk.mending.groups import CauseGroup
    from crmdesk.desk.window.answers import Beside
    from crmdesk.model.account import Account, Identity
    from crmdesk.viewmodel.app import AppModel


class RejectChoice(ViewModel):
    """The rejects of one run at a time, which are `kept`. `error` is why they could not be read, or None."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self.app = app
        self.error: CrmDeskError | None = None
        self.filter = RunFilter()
        self.lines: tuple[RunLine, ...] = ()
        self.kept = RunRejects()
        self.group = Group.OPEN
        self.cause = ""
        self.value: str | None = None
        self.search = ""
        self.drafts = RejectDrafts(app.history, "")
        self.rows = RejectRows(app.history, "", (), {})
        self.row: int | None = None
        self.beside: dict[tuple[str, int], Beside] = {}
        self.is_to_be_looked_at = False
        self._all: Sequence[int] = ()
        self._by_value: dict[str, list[int]] | None = None
        self._looking = 0
        self._leave = app.subscribe(self._look_again)

    def close(self) -> None:
        """Look no more."""
        self._leave()

    # --- what is seen ---

    @property
    def run(self) -> str:
        """The chosen run, an empty text where there is none."""
        return self.kept.run

    @property
    def is_shown(self) -> bool:
        """Whether there is a run with rejects of this kind to be shown."""
        return bool(self.run) and (self.group is not Group.OPEN or bool(self.kept.causes))

    @property
    def offered(self) -> tuple[RunLine, ...]:
        """The runs to choose from."""
        return tuple(line for line in self.lines if self.filter.lets(line.record))

    @property
    def line(self) -> RunLine | None:
        """The chosen run."""
        return next((line for line in self.lines if line.run == self.run), None)

    @property
    def account(self) -> Account | None:
        """The account of the chosen run, None when it is no longer here."""
        line = self.line
        if line is None:
            return None
        accounts = self.app.history.accounts()
        return next((account for account in accounts if account.name == line.record.start.account), None)

    @property
    def identity(self) -> Identity | None:
        """Who that account was when somebody last looked."""
        account = self.account
        return None if account is None else self.app.history.known_identity(account.name)

    @property
    def open(self) -> int:
        """How many rejects of the run are open."""
        return self.kept.count(Group.OPEN)

    @property
    def chosen(self) -> CauseGroup | None:
        """The chosen cause; None where all are, or rows that are not shown by their cause."""
        return self.kept.find(self.cause) if self.group is Group.OPEN else None

    @property
    def card(self) -> CauseCard:
        """The chosen cause in words."""
        if self.chosen is None:
            return group_card(self.group, self.kept.count(self.group), self.kept.reasons)
        return cause_card(self.chosen, self.rows.reject(0) if len(self.rows) else None)

    @property
    def column(self) -> str:
        """The source column in question, or an empty text."""
        return "" if self.chosen is None else self.kept.columns.column_of_field(self.chosen.field)

    @property
    def values(self) -> tuple[tuple[str, int], ...] | None:
        """The original values of that column and their numbers of rows, most frequent first; None while counted."""
        if not self.column:
            return ()
        return None if self._by_value is None else tuple((value, len(rows)) for value, rows in self._by_value.items())

    @property
    def why_not_corrected(self) -> str:
        """Why nothing can be corrected here, or an empty text."""
        if self.group not in CORRECTABLE:
            return "Only open rows can be corrected."
        if not self.kept.is_writing:
            return "These rows were read from the CRM: correct them there, then run the job again."
        return ""

    @property
    def detail(self) -> Detail | None:
        """The row that was chosen, in full."""
        position = None if self.row is None else self.rows.position_of(self.row)
        line = self.line
        if position is None or line is None:
            return None
        reject = self.rows.reject(position)
        draft = self.drafts.values.get(reject.row, {})
        tries = self.app.history.lineage(reject.id)
        beside = self.beside.get((reject.run, reject.row))
        return detail_of(reject, draft, self.kept.columns, tries, is_released=line.record.is_released, beside=beside)

    @property
    def nothing(self) -> tuple[str, str]:
        """Title and text for a page without rejects."""
        told = recently(self.lines)
        if self.run and any(line.open for line in self.lines):
            others = number(sum(line.open for line in self.lines))
            return f"No rejected row of run {self.run} is open", f"In other runs, {others} are. {told}".strip()
        wait = (
            "When rows are rejected they wait here, with the reason in plain words, until you correct them and send "
            "them again."
        )
        return "No rejected rows are open", f"{told} {wait}".strip()

    # --- choosing ---

    def open_at(self, run: str = "") -> None:
        """Show the rejects of `run`; without one those shown before as long as some are open, else the newest open."""
        if not run and self.open:
            self.read()
            return
        try:
            self.error = None
            self.lines = runs_with_rejects(self.app.history, run)
            known = [line.run for line in self.lines]
            self._choose(run if run in known else "" if run else default_run(self.offered))
        except CrmDeskError as error:
            self.error = error
        self.changed()

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
        self.rows = RejectRows(self.app.history, self.run, rows, self.drafts.values)
        if self.row is None or self.rows.position_of(self.row) is None:
            self.row = rows[0] if rows else None
