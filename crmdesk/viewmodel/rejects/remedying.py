"""Remedies for the open rejects of a cause: looked at first, then done to what waits here. Nothing is sent by that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.errors import UserError
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.figures import counted
from crmdesk.model.job import Operation
from crmdesk.viewmodel.rejects.editing import RejectEditing
from crmdesk.viewmodel.rejects.remedies import Preview, preview_of, sent_how, title_of

if TYPE_CHECKING:
    from crmdesk.desk.window.answers import RemedyLook
    from crmdesk.viewmodel.app import AppModel
    from crmdesk.viewmodel.rejects.causes import Group

_AS_THE_JOB = ("job", "")
_NOT_OF_A_DELETE = (Remedy.CREATE_INSTEAD, Remedy.UPDATE_INSTEAD, Remedy.RESTORE, Remedy.SAVE_ANYWAY)


class RejectRemedies(RejectEditing):
    """`sends_as` is how a remedy wants its rows to be sent: another way than the job's, and a field to leave out."""

    def __init__(self, app: AppModel) -> None:
        super().__init__(app)
        self.sends_as = _AS_THE_JOB

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What can help against the chosen cause, best first; nothing where rows cannot be corrected here.

        Of a delete nothing that would make a record, or change one.
        """
        job = self.kept.job
        is_delete = job is not None and job.operation is Operation.DELETE
        left_out = _NOT_OF_A_DELETE if is_delete else ()
        return () if self.why_not_corrected else tuple(each for each in self.card.remedies if each not in left_out)

    @property
    def how_sent(self) -> str:
        """How a remedy wants the rows to be sent, in a sentence; an empty text where as the job says."""
        return sent_how(*self.sends_as)

    @property
    def remedy_rows(self) -> Sequence[int]:
        """The rows that a remedy is for: the ticked ones, else all that are shown."""
        return self.ticked_rows or list(self.shown)

    async def look_at(self, remedy: Remedy, wish: Wish) -> RemedyLook:
        """What a remedy would do; nothing is changed. Raises what the CRM and the engine raise."""
        group = self.chosen
        if group is None:
            raise UserError("A remedy is for the rows of one cause.", hint="Choose a cause at the left.")
        self._begin("Looking what that would do…")
        try:
            return await self.app.engine.remedy(self.run, group.number, remedy, wish, self.remedy_rows)
        finally:
            self._end()

    def preview(self, remedy: Remedy, look: RemedyLook) -> Preview:
        """What is shown before `look` is done."""
        rows = list(look.changes)[:6]
        originals = {row: values for row, _, values in self.app.history.reject_words(self.run, rows)}
        before: dict[int, Mapping[str, str]] = {
            row: {**values, **self.drafts.values.get(row, {})} for row, values in originals.items()
        }
        return preview_of(remedy, look, len(self.remedy_rows), before)

    async def carry_out(self, remedy: Remedy, wish: Wish, look: RemedyLook, *, from_now_on: bool) -> None:
        """Do what was looked at; `from_now_on` writes it into the job first. Raises UserError when that cannot be."""
        group, rows = self.chosen, list(self.remedy_rows)
        if group is None:
            return
        where = ""
        if from_now_on:
            self._begin("Writing it into the job…")
            try:
                where = await self.app.engine.keep_rule(self.run, group.number, remedy, wish)
            finally:
                self._end()
        changes = [(row, column, value) for row, cells in look.changes.items() for column, value in cells.items()]
        if changes:
            words = title_of(remedy).removesuffix("…")
            await self._work(f"{words}…", self.drafts.make(words, changes))
        self._decide(look)
        if (look.way, look.leaves_out) != _AS_THE_JOB:
            self.sends_as = (look.way, look.leaves_out)
            self.tick_only(look.changes or rows)
        self._say(" ".join(self._done(look, where)))

    def _decide(self, look: RemedyLook) -> None:
        """Set rows aside, or let them wait, each for its reason."""
        for reasons, decide in (
            (look.set_aside, self.app.history.set_aside),
            (look.waiting, self.app.history.let_wait),
        ):
            in_order = sorted(reasons.items(), key=lambda pair: (pair[1], pair[0]))
            for reason, some in groupby(in_order, key=lambda pair: pair[1]):
                decide(self.run, [row for row, _ in some], reason)
        if look.set_aside or look.waiting:
            self.read()

    def _done(self, look: RemedyLook, where: str) -> list[str]:
        said = []
        if look.changes:
            said.append(f"{counted(len(look.changes), 'row')} corrected.")
        if look.set_aside:
            said.append(f"{counted(len(look.set_aside), 'row')} set aside.")
        if look.waiting:
            said.append(f"{counted(len(look.waiting), 'row waits', 'rows wait')} for the parent.")
        if where:
            said.append(f"From now on it is a rule of {where}.")
        return [*said, *filter(None, (self.how_sent,)), "Nothing was sent."]

    def _show(self, group: Group, cause: str) -> None:
        if (group, cause) != (self.group, self.cause):
            self.sends_as = _AS_THE_JOB
        super()._show(group, cause)
