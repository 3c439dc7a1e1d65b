"""One run as its page shows it, and what a person can do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from crmdesk.desk.window.history import request_pace_apart, request_stop_apart
from crmdesk.desk.window.run_children import end_arguments, restart_arguments, resume_arguments, undo_arguments
from crmdesk.errors import UserError
from crmdesk.model.job import Pace, Speed
from crmdesk.model.local_run import LocalRun
from crmdesk.viewmodel.app import SIGN_IN_AGAIN, PageName
from crmdesk.viewmodel.launch import Question, launch
from crmdesk.viewmodel.runs.seen import RunSeen
from crmdesk.viewmodel.runs.taking_back import question_of


class RunModel(RunSeen):
    """What is seen of the run, and the intents. Each raises why it could not be done."""

    async def stop(self) -> None:
        """Ask the run to stop; what can be seen changes at once."""
        self.is_stopping = True
        self.changed()
        try:
            await asyncio.to_thread(request_stop_apart, self.app.history.home, self.run)
        except UserError:  # it has ended in the meantime, and how is what will be shown
            self.read()
            self.changed()

    def show_rejects(self, cause: str = "") -> None:
        """Go to the page where its rejects are corrected, to those of `cause` where one is named.

        Where it has none left, to the others of the run whose rejects it took up.
        """
        run = self.run if self.open_rejects else self.left_behind[0] or self.run
        self.app.show(PageName.REJECTS, run, cause=cause)

    def show_run(self, run: str) -> None:
        """Go to another run."""
        self.app.show(PageName.RUN, run)

    def sign_in_again(self) -> None:
        """Go to where its account is signed in again."""
        self.app.show(PageName.ACCOUNTS, f"{SIGN_IN_AGAIN}{self.record.start.account}")

    def use_results(self) -> None:
        """Begin a job with the rows of this run, their outcomes and ids."""
        self.app.show(PageName.JOB, file=LocalRun(self.run).path)

    async def resume(self, confirm: int = 0) -> None:
        """Go on with the run in a process of its own. Raises why it could not begin."""
        self.is_resuming = True
        self.changed()
        try:
            await launch(self.app, resume_arguments(self.run, confirm))
        finally:
            self.is_resuming = False
            self.read()
            self.changed()

    async def start_again(self, confirm: int = 0) -> None:
        """Start it again from zero, as a run of its own, and go to that. Raises why it could not begin."""
        self.is_resuming = True
        self.changed()
        try:
            run = await launch(self.app, restart_arguments(self.run, confirm))
        finally:
            self.is_resuming = False
            self.read()
            self.changed()
        self.app.show(PageName.RUN, run)

    async def end(self) -> None:
        """End it for good: what it has not sent becomes rejects. Raises why that could not begin."""
        self.is_resuming = True
        self.changed()
        try:
            await launch(self.app, end_arguments(self.run))
        finally:
            self.is_resuming = False
            self.read()
            self.changed()

    async def set_speed(self, speed: Speed) -> None:
        """Send the rows that were not sent yet at another speed."""
        await asyncio.to_thread(request_pace_apart, self.app.history.home, self.run, Pace(speed))
        self.changed()

    def question_before_taking_back(self) -> Question:
        """What is asked before it is taken back. Raises UserError where it cannot be."""
        found = self.taking_back
        if found is None or found.why_not or self.account is None:
            raise UserError(found.why_not if found is not None else "There is nothing to take back.")
        return question_of(self.record, self.account, self.identity, found.records, found.asked)

    async def take_back(self, fields: Sequence[str] = (), confirm: int = 0) -> None:
        """Take it back by a run of its own, of updated records only `fields` where some are named; go to that run."""
        self.is_taking_back = True
        self.changed()
        try:
            run = await launch(self.app, undo_arguments(self.run, fields, confirm))
        finally:
            self.is_taking_back = False
            self.changed()
        self.app.show(PageName.RUN, run)
