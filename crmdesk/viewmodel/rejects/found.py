"""The search through the rejects of all runs: by a row's number, an id, a key, or any text of a value or a message."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crmdesk.model.figures import counted, number
from crmdesk.model.reject import RejectState
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.figures import instant, when
from crmdesk.viewmodel.rejects.causes import Group, group_of

if TYPE_CHECKING:
    from crmdesk.model.reject import Reject
    from crmdesk.model.run import RunRecord
    from crmdesk.viewmodel.app import AppModel

MOST = 500
"""Rows that are listed; who wants more says more of the row."""

_AT_ONCE = 500  # rejects: about 5 ms
_RUNS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A reject as the search lists it; texts are ready to be shown."""

    run: str
    row: int
    when: str
    job: str
    account: str
    object: str
    group: Group
    field: str
    message: str
    values: str


class FoundRejects(ViewModel):
    """What was found so far, newest run first, and whether the search goes on.

    `days` is how far back it looks, 0 for everything; `states` are those wanted, none for all.
    """

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self._app = app
        self.text = ""
        self.days = 0
        self.states: tuple[RejectState, ...] = ()
        self.lines: tuple[FoundLine, ...] = ()
        self.is_looking = False
        self.looked_at = 0
        self._wish = 0

    @property
    def summary(self) -> str:
        """“3 rows found among 812”, “Looking… 120 of 5,000 rows found so far” and the like."""
        rows = counted(len(self.lines), "row")
        if self.is_looking:
            return f"Looking… {rows} found among {number(self.looked_at)} so far"
        if len(self.lines) == MOST:
            return f"The newest {rows}. Say more of the one you look for."
        return f"{rows} found among {number(self.looked_at)}"

    @property
    def nothing(self) -> tuple[str, str]:
        """What is said where nothing was found: a line, and a sentence."""
        if self.text:
            return f"No rejected row holds “{self.text}”", "Look further back, or in every state, or for a part of it."
        return "No row was rejected", "Rows that the CRM or a check refuses can be found here, in whichever run it was."

    async def look(self, text: str, days: int, states: tuple[RejectState, ...] = ()) -> None:
        """Look for something else, a little at a time; the search before this one is given up."""
        self._wish += 1
        mine = self._wish
        self.text, self.days, self.states = text.strip(), days, states
        self.lines, self.looked_at, self.is_looking = (), 0, True
        self.changed()
        labels = {account.name: account.label for account in self._app.history.accounts()}
        now = datetime.now(UTC)
        for record, rejects in self._found(now):
            room = MOST - len(self.lines)
            self.lines += tuple(_line(each, record, labels, now) for each in rejects[:room])
            self.changed()
            if len(self.lines) == MOST:
                break
            await asyncio.sleep(0)
            if mine != self._wish:
                return
        self.is_looking = False
        self.changed()

    def _found(self, now: datetime) -> Iterator[tuple[RunRecord, list[Reject]]]:
        """The rejects that hold the text, a few at a time, those of the newest run first."""
        for record in self._runs(now):
            for rejects in self._chunks(record):
                yield record, rejects

    def _runs(self, now: datetime) -> Iterator[RunRecord]:
        """The runs with rejects of these days, newest first."""
        history = self._app.history
        numbers = list(history.rejects_by_run())
        since = now - timedelta(days=self.days)
        for first in range(0, len(numbers), _RUNS_AT_ONCE):
            for record in history.runs_of(numbers[first : first + _RUNS_AT_ONCE]):
                if not self.days or instant(record.started) >= since:
                    yield record

    def _chunks(self, record: RunRecord) -> Iterator[list[Reject]]:
        """The rejects of a run that hold the text, a few at a time."""
        history, wanted = self._app.history, self.text.casefold()
        rows = history.reject_rows(record.run, "", self.states)
        for first in range(0, len(rows), _AT_ONCE):
            some = rows[first : first + _AT_ONCE]
            self.looked_at += len(some)
            if wanted:
                words = history.reject_words(record.run, some)
                some = [row for row, message, values in words if _holds(wanted, record.run, row, message, values)]
            yield history.rejects_of(record.run, some) if some else []


def _holds(wanted: str, run: str, row: int, message: str, values: Mapping[str, str]) -> bool:
    """Whether a reject is meant: by its number, its id, or a part of what it says."""
    if wanted.lstrip("#") == str(row) or wanted == f"r{run}-{row}":
        return True
    return any(wanted in (text or "").casefold() for text in (*values.values(), message))


def _line(reject: Reject, record: RunRecord, labels: Mapping[str, str], now: datetime) -> FoundLine:
    start = record.start
    return FoundLine(
        run=reject.run,
        row=reject.row,
        when=when(instant(record.started), now),
        job=start.job,
        account=labels.get(start.account, start.account),
        object=start.object,
        group=group_of(reject),
        field=reject.field,
        message=reject.message,
        values=" · ".join(value for value in reject.values.values() if value),
    )
