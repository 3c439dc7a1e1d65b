"""What is seen of the rejects of one run: its causes, the card of one, its rows, and one row in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmdesk.errors import CrmDeskError
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.rejects.causes import CORRECTABLE, CauseCard, Group, cause_card, group_card
from crmdesk.viewmodel.rejects.detail import Detail, detail_of
from crmdesk.viewmodel.rejects.drafts import RejectDrafts
from crmdesk.viewmodel.rejects.order import By, Order
from crmdesk.viewmodel.rejects.rows import RejectRows
from crmdesk.viewmodel.rejects.run import RunRejects
from crmdesk.viewmodel.rejects.runs import RunFilter, RunLine, recently
from crmdesk.viewmodel.runs.words import since_then

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmdesk.desk.mending.groups import CauseGroup
    from crmdesk.desk.window.answers import Beside
    from crmdesk.model.account import Account, Identity
    from crmdesk.viewmodel.app import AppModel


class RejectsSeen(ViewModel):
    """The rejects of one run at a time, which are `kept`. `error` is why they could not be read, or None.

    `asked` is the run whose rejects somebody came for, "" where it does not matter which.
    """

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self.app = app
        self.error: CrmDeskError | None = None
        self.asked = ""
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
        self._order = Order()
        self._all: Sequence[int] = ()
        self.shown: Sequence[int] = ()  # the rows shown, in the order of the source
        self._by_value: dict[str, list[int]] | None = None
        self._looking = 0

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
    def details(self) -> str:
        """Code and message of the chosen cause, what was being done, and the account, to be sent to somebody."""
        line, account, identity = self.line, self.account, self.identity
        parts = [self.card.details, f"Rows: {number(self.card.rows)}"]
        if line is not None:
            start = line.record.start
            parts.append(f"What was being done: {start.operation} {start.object}, job “{start.job}”, run {self.run}")
        if account is not None:
            who = f" · {identity.user} · {identity.organization_id}" if identity is not None else ""
            parts.append(f"CRM account: {account.label}{who}")
        return "\n".join(part for part in parts if part)

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
    def order(self) -> Order:
        """In which order the rows are shown: that of the source while the values are still counted."""
        return Order() if self._order.by is By.VALUE and not self.values else self._order

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
        return detail_of(
            reject,
            draft,
            self.kept.columns,
            tries,
            is_released=line.record.is_released,
            beside=beside,
            labels=self.kept.labels,
        )

    @property
    def nothing(self) -> tuple[str, str]:
        """Title and text for a page without rejects."""
        told, open_elsewhere = recently(self.lines), sum(line.open for line in self.lines)
        elsewhere = f"In other runs, {counted(open_elsewhere, 'is', 'are')}." if open_elsewhere else ""
        if self.asked and not self.run:
            return f"Run {self.asked} has no rejected row that is open", elsewhere or told
        if self.run:
            since = "; ".join(since_then(self.kept.states, self.kept.reasons))
            words = f"{since}." if since else ""
            return f"No rejected row of run {self.run} is open", f"{words} {elsewhere or told}".strip()
        wait = (
            "When rows are rejected they wait here, with the reason in plain words, until you correct them and send "
            "them again."
        )
        return "No rejected rows are open", f"{told} {wait}".strip()
