"""Correcting rejects in place and deciding about them. Nothing is sent by that: drafts lie in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from crmdesk.errors import UserError
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.rejects.causes import CORRECTABLE, Group
from crmdesk.viewmodel.rejects.choice import RejectChoice
from crmdesk.viewmodel.rejects.paste import block_of, pasted
from crmdesk.viewmodel.rejects.sending import SendScope, send_scope

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel
    from crmdesk.viewmodel.rejects.drafts import Change

_AT_ONCE = 250  # rejects looked up together: about 3 ms

_MOVED_AT_ONCE = 2_000  # rejects whose state is changed in one transaction: about 15 ms

_Originals = tuple[list[tuple[int, str, str]], dict[int, Mapping[str, str]]]


class RejectEditing(RejectChoice):
    """What can be done with the rejects that are shown, without sending them.

    `doing` says what goes on, or is empty; `notice` what was done. Intents that change many rows are coroutines:
    `doing` is set before they begin.
    """

    def __init__(self, app: AppModel) -> None:
        super().__init__(app)
        self.doing = ""
        self.notice = ""
        self._ticks: set[int] | None = None

    # --- what is seen ---

    @property
    def scope(self) -> SendScope:
        """What “Send again” would send."""
        shown = self.shown if self.group in CORRECTABLE else ()
        return send_scope(shown, self.drafts.values.keys(), self._ticks)

    @property
    def why_not_sent(self) -> str:
        """Why nothing can be sent, or an empty text."""
        if self.doing:
            return self.doing
        if self.account is None:
            return "The account of this run is no longer here."
        return self.why_not_corrected or ("" if self.scope.rows else self.scope.words)

    @property
    def summary(self) -> str:
        """“3 ticked · 11 corrected · 800 open”, and whether other jobs may read them where they may not."""
        ticked = () if self._ticks is None else (f"{number(len(self._ticks))} ticked",)
        job = self.kept.job
        alone = () if job is None or job.behaviour.processes_rejects else ("not handed on to other jobs",)
        corrected = f"{number(len(self.drafts.values))} corrected"
        return " · ".join((*ticked, corrected, f"{number(self.open)} open", *alone))

    def is_ticked(self, row: int) -> bool:
        """Whether a row is ticked: the corrected ones are until somebody ticks for themselves."""
        return row in (self.drafts.values if self._ticks is None else self._ticks)

    @property
    def ticked_rows(self) -> list[int]:
        """The rows shown that somebody has ticked; none as long as nobody has."""
        return [] if self._ticks is None else [row for row in self.shown if row in self._ticks]

    # --- ticking ---

    def tick(self, rows: Iterable[int], *, is_ticked: bool) -> None:
        """Tick rows, or take the tick away."""
        ticks = set(self.drafts.values) if self._ticks is None else self._ticks
        self._ticks = ticks.union(rows) if is_ticked else ticks.difference(rows)
        self.changed()

    def tick_all(self, *, is_ticked: bool) -> None:
        """Tick all rows shown, or none."""
        self.tick(self.rows.rows, is_ticked=is_ticked)

    def tick_only(self, rows: Iterable[int]) -> None:
        """Tick these rows and no others."""
        self._ticks = set(rows)
        self.changed()

    # --- correcting ---

    def correct(self, row: int, column: str, value: str) -> None:
        """Keep another value for a source column of a row; its original one takes the correction back."""
        self._require_correctable()
        for _ in self.drafts.make(f"Correct row {number(row)}", self._against_originals([(row, column, value)])):
            pass
        self.notice = ""
        self.changed()

    async def fill(self, rows: Sequence[int], column: str, value: str) -> None:
        """Give the same value to a column of all these rows."""
        words = f"Set {column} in {counted(len(rows), 'row')}"
        await self._edit(words, [(row, column, value) for row in rows])

    async def replace(self, rows: Sequence[int], column: str, old: str, new: str, *, is_part: bool = False) -> None:
        """Give `new` to a column of those of these rows where it is `old` now.

        With `is_part` wherever `old`, which is not empty then, stands in the value, and only in its place.
        """
        await self._edit(f"Replace “{old}” by “{new}”", self._where_now(rows, column, old, new, is_part=is_part))

    async def paste(self, rows: Sequence[int], columns: Sequence[str], text: str) -> None:
        """Lay what a spreadsheet copied over these rows and columns; with one row, over it and those below it."""
        block = block_of(text)
        under: Sequence[int] = rows
        if len(rows) == 1 and len(block) > 1:
            first = self.rows.position_of(rows[0]) or 0
            under = self.rows.rows[first : first + len(block)]
        left_over = max(0, len(block) - len(under))
        await self._edit(f"Paste into {counted(min(len(block), len(under)), 'row')}", pasted(block, under, columns))
        if left_over:
            self.notice += f" {counted(left_over, 'line')} of it had no row to go to."
            self.changed()

    async def take_corrections_back(self, rows: Sequence[int]) -> None:
        """Give these rows their original values again."""
        drafts = self.drafts.values
        changes = [(row, column, None) for row in rows for column in drafts.get(row, {})]
        await self._work("Taking corrections back…", self.drafts.make("Take corrections back", changes))

    async def undo(self) -> None:
        """Take the last edit back."""
        await self._work("Undoing…", self.drafts.undo())

    async def redo(self) -> None:
        """Do again what was undone last."""
        await self._work("Doing it again…", self.drafts.redo())

    # --- setting aside ---

    async def set_aside(self, rows: Sequence[int], reason: str) -> None:
        """Take rows out of what waits to be corrected, for a reason; raises UserError without one."""
        if not reason.strip():
            raise UserError("Nothing says why these rows are set aside.", hint="Give a reason.")
        move = partial(self.app.history.set_aside, reason=reason.strip())
        done = await self._moved("Setting aside…", rows, move)
        self._say(f"{counted(done, 'row')} set aside.")

    async def take_back(self, rows: Sequence[int]) -> None:
        """Put rows that were set aside among the open ones again."""
        done = await self._moved("Taking back…", rows, self.app.history.take_back)
        self._say(f"{counted(done, 'row')} taken back: open again.")

    # --- below ---

    def _show(self, group: Group, cause: str) -> None:
        if (group, cause) != (self.group, self.cause):
            self._ticks, self.notice = None, ""
        super()._show(group, cause)

    async def _moved(self, doing: str, rows: Sequence[int], move: Callable[[str, Sequence[int]], int]) -> int:
        """Move rows between the groups, a little at a time; gives how many there were."""
        self._begin(doing)
        done = 0
        try:
            for first in range(0, len(rows), _MOVED_AT_ONCE):
                done += move(self.run, rows[first : first + _MOVED_AT_ONCE])
                await asyncio.sleep(0)
        finally:
            self._end()
        self._ticks = None
        self.read()
        return done

    def _require_correctable(self) -> None:
        if self.why_not_corrected:
            raise UserError(self.why_not_corrected)

    async def _edit(self, words: str, changes: Iterable[tuple[int, str, str]]) -> None:
        self._require_correctable()
        await self._work(f"{words}…", self.drafts.make(words, self._against_originals(changes)))

    def _against_originals(self, changes: Iterable[tuple[int, str, str]]) -> Iterator[Change]:
        """The changes; one that gives a cell its original value takes the correction back."""
        for some, originals in self._with_originals(changes):
            for row, column, value in some:
                yield row, column, None if value == (originals[row].get(column) or "") else value

    def _where_now(
        self, rows: Iterable[int], column: str, old: str, new: str, *, is_part: bool
    ) -> Iterator[tuple[int, str, str]]:
        """A change for those of these rows where the column is `old` now, or has it in it."""
        for some, originals in self._with_originals((row, column, new) for row in rows):
            for row, _, _ in some:
                original = originals[row].get(column) or ""
                now = self.drafts.values.get(row, {}).get(column, original)
                if now == old:
                    yield row, column, new
                elif is_part and old and old in now:
                    yield row, column, now.replace(old, new)

    def _with_originals(self, changes: Iterable[tuple[int, str, str]]) -> Iterator[_Originals]:
        waiting = iter(changes)
        while some := list(islice(waiting, _AT_ONCE)):
            rows = sorted({row for row, _, _ in some})
            found = {row: values for row, _, values in self.app.history.reject_words(self.run, rows)}
            yield [change for change in some if change[0] in found], found

    async def _work(self, doing: str, steps: Iterator[int]) -> None:
        self._begin(doing)
        done = 0
        try:
            for so_far in steps:
                done = so_far
                await asyncio.sleep(0)
        finally:
            self._end()
        self._say(f"{counted(done, 'value')} changed. Nothing is sent by correcting.")

    def _begin(self, doing: str) -> None:
        self.doing, self.notice = doing, ""
        self.changed()

    def _end(self) -> None:
        self.doing = ""
        self.changed()

    def _say(self, notice: str) -> None:
        self.notice = notice
        self.changed()
