"""Rejects as their page shows them: correcting rows, remedies, setting aside, files, and sending them again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.desk.mending.remedies.jobs import Way
from crmdesk.desk.window.run_children import retry_arguments
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.viewmodel.app import PageName
from crmdesk.viewmodel.commands import carried_out
from crmdesk.viewmodel.launch import Question, Trial, keep_trial, launch, question_for, trial_notes, trial_of
from crmdesk.viewmodel.rejects.remedying import RejectRemedies

if TYPE_CHECKING:
    from crmdesk.desk.window.answers import CorrectedFile


class RejectsModel(RejectRemedies):
    """All that can be done with the rejects that are shown."""

    # --- looking ---

    async def look_beside(self) -> None:
        """Look what the CRM holds now for the chosen row. Raises what the CRM raises."""
        if self.row is None:
            return
        run, row = self.run, self.row
        self._begin("Looking into the CRM…")
        try:
            self.beside[run, row] = await self.app.engine.beside(run, row)
        finally:
            self._end()

    # --- sending ---

    @property
    def can_try(self) -> bool:
        """Whether some rows can be sent before the others."""
        return len(self.scope.rows) > 1

    @property
    def trial(self) -> Trial:
        """A trial of the rows that would be sent."""
        return trial_of(self.app, len(self.scope.rows))

    @property
    def now_words(self) -> str:
        """The offer to send by the job as it is now; "" where it is as it was when the run began."""
        now = self.kept.job_now
        return f"As “{now.name}” is now: it was changed after run {self.run}" if now is not None else ""

    def question(self, first: int = 0, *, is_as_now: bool = False) -> Question:
        """What is asked before sending, or sending the `first` rows, by the job as it was or as it is now.

        Raises UserError when nothing can be sent.
        """
        job, account, scope = self.kept.job, self.account, self.scope
        if is_as_now and self.kept.job_now is not None:
            job = self.kept.job_now
        if self.why_not_sent or job is None or account is None:
            raise UserError(self.why_not_sent)
        notes = (
            "" if first else scope.words,
            scope.note,
            self.how_sent,
            *(trial_notes(first, len(scope.rows)) if first else ()),
            f"That is a run of its own, which belongs to run {self.run}.",
        )
        rows = min(first, len(scope.rows)) if first else len(scope.rows)
        return question_for(job, account, self.identity, rows, notes=[note for note in notes if note])

    async def send(self, rows: Sequence[int], confirm: int = 0, first: int = 0, *, is_as_now: bool = False) -> None:
        """Send these rows again as a run of their own, and go to its page. Raises why it could not begin.

        With `first` it pauses after so many rows; `is_as_now` sends by the job as it is now.
        """
        self._begin(f"Sending {counted(len(rows), 'row')} again…")
        try:
            file = self.app.history.corrections_file(self.run, rows)
            way, leaves_out = self.sends_as
            wanted = "" if way == Way.AS_THE_JOB else way
            now = self.kept.job_now.name if is_as_now and self.kept.job_now is not None else ""
            arguments = retry_arguments(
                self.run, file, confirm, way=wanted, leaves_out=leaves_out, first=first, job=now
            )
            if first:
                keep_trial(self.app, first)
            run = await launch(self.app, arguments)
        finally:
            self._end()
        self.drafts.forget_edits()
        self._ticks = None
        self.read()
        self.app.show(PageName.RUN, run)

    # --- files ---

    async def save_csv(self, file: Path) -> int:
        """Write all rejects of the run to a CSV file to be corrected elsewhere; gives the number of rows."""
        self._begin("Saving…")
        try:
            rows = int((await carried_out(self.app, ("rejects", "--csv", str(file), "--", self.run)))["rows"])
        finally:
            self._end()
        self._say(f"{counted(rows, 'row')} saved to {file}.")
        return rows

    async def hand_over(self, file: Path, message: str = "") -> int:
        """Write the open rejects to a workbook to be corrected by others, those of the chosen cause where one is.

        The lines of `message` stand on its first sheet. Gives the number of rows.
        """
        say = [f"--say={line.strip()}" for line in message.splitlines() if line.strip()]
        cause = ["--cause", str(self.chosen.number)] if self.chosen is not None else []
        self._begin("Writing the workbook…")
        try:
            told = await carried_out(self.app, ("rejects", "--workbook", str(file), *cause, *say, "--", self.run))
        finally:
            self._end()
        self._say(f"{counted(int(told['rows']), 'row')} handed over in {file}. {told['without_lists'] or ''}".rstrip())
        return int(told["rows"])

    async def read_corrections(self, file: Path) -> CorrectedFile:
        """What a corrected file would change; nothing is taken in yet. Raises FileFormatError and UserError."""
        self._begin("Reading corrections…")
        try:
            return await self.app.engine.corrected(self.run, file)
        finally:
            self._end()

    async def take_in(self, corrected: CorrectedFile, *, as_in_the_file: bool = False) -> None:
        """Make the values of a corrected file drafts, and set aside what it sets aside.

        `as_in_the_file` takes values too that a spreadsheet seems to have changed by itself.
        """
        taken = [each for each in corrected.changes if as_in_the_file or not each.why]
        await self._edit("Take in corrections", [(each.row, each.column, each.corrected) for each in taken])
        for reason in dict.fromkeys(corrected.set_aside.values()):
            rows = [row for row, why in corrected.set_aside.items() if why == reason]
            self.app.history.set_aside(self.run, rows, reason)
        if corrected.set_aside:
            aside = counted(len(corrected.set_aside), "row")
            self.read()
            self._say(f"{counted(len(taken), 'value')} changed, {aside} set aside. Nothing is sent by that.")
