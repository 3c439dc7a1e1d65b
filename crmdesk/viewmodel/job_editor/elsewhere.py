"""The job on another account than its own, once: which one, whether it fits there, and the question before it."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.desk.window.answers import JobProblem
from crmdesk.errors import CrmDeskError
from crmdesk.model.account import Account, Identity
from crmdesk.model.figures import counted
from crmdesk.model.job import Job
from crmdesk.viewmodel.accounts.identities import identity_of
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.job_editor.problem_words import in_our_words, problem_of
from crmdesk.viewmodel.launch import Question, question_for, warned

_SHOWN = 6


class Elsewhere(ViewModel):
    """`account` is the chosen one, None at first. `rows` are as many as travel, 0 where nobody knows."""

    def __init__(self, app: AppModel, job: Job, accounts: tuple[Account, ...], rows: int) -> None:
        """`accounts` are those that a job may name."""
        super().__init__()
        self._app = app
        self._job = job
        self._rows = rows
        own = next((each for each in accounts if job.account in (each.label, each.name)), None)
        self.accounts = tuple(each for each in accounts if each != own)
        self.account: Account | None = None
        self.identity: Identity | None = None
        self.problems: tuple[JobProblem, ...] = ()
        self.is_looking = False

    @property
    def why_not(self) -> str:
        """Why the job cannot run there now, in a sentence; empty when it can."""
        if not self.accounts:
            return "There is no other CRM account."
        if self.account is None:
            return "Choose the account."
        if self.is_looking:
            return "The job is being looked at there."
        return f"{counted(len(self.problems), 'thing stands', 'things stand')} in its way." if self.problems else ""

    @property
    def found(self) -> tuple[str, ...]:
        """What looking has shown, a sentence or a few."""
        if self.account is None or self.is_looking:
            return ()
        if not self.problems:
            return (f"Nothing stands in the way of this job in {self.account.label}.",)
        more = len(self.problems) - _SHOWN
        said = [f"{each.message} {each.hint}".strip() for each in self.problems[:_SHOWN]]
        return (*said, f"And {counted(more, 'thing')} more.") if more > 0 else tuple(said)

    async def choose(self, name: str) -> None:
        """Choose the account of that label, sign in, and look whether the job fits there."""
        chosen = next(each for each in self.accounts if each.label == name)
        self.account, self.identity, self.problems, self.is_looking = chosen, None, (), True
        self.changed()
        identity: Identity | None = None
        problems: tuple[JobProblem, ...] = ()
        try:
            identity = await identity_of(self._app, chosen.name)
            text = self._app.history.job_text(replace(self._job, account=chosen.name))
            problems = tuple(map(in_our_words, await self._app.engine.check(text, self._app.history.home)))
        except CrmDeskError as error:
            problems = (problem_of(error, "account"),)
        if chosen is self.account:
            self.identity, self.problems, self.is_looking = identity, problems, False
            self.changed()

    def question(self) -> Question | None:
        """What is asked before the run; None before one that reads."""
        if self._job.operation.is_reading or self.account is None:
            return None
        notes = (f"The job itself stays on {self._own}.",)
        asked = question_for(self._job, self.account, self.identity, self._rows, notes=notes)
        return warned(asked, self._app, self._job)

    @property
    def _own(self) -> str:
        """The label of the account that the job names."""
        known = self._app.history.accounts()
        return next((each.label for each in known if each.name == self._job.account), self._job.account)
