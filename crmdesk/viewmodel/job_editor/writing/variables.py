"""The texts of a job that its formulas can name: `vars.season`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from crmdesk.model.job import OWN_VARIABLES
from crmdesk.viewmodel.job_editor.edited_job import EditedJob

_NAME = re.compile(r"\w+")


class JobVariables:
    """The variables of the draft, in their order. What cannot be a name stays out of the job, with the reason.

    `wrong` has what was typed as a name, and why it is none, by the number of the variable (0-based).
    A variable without a text is asked for before each run and rehearsal, and has that text then alone.
    """

    def __init__(self, draft: EditedJob) -> None:
        self._draft = draft
        self._shown = -1
        self._wrong: dict[int, tuple[str, str]] = {}
        self._asked: dict[str, str] = {}

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Names and values."""
        return tuple(self._draft.job.variables.items())

    @property
    def wrong(self) -> dict[int, tuple[str, str]]:
        self._forget_another_job()
        return self._wrong

    @property
    def to_ask(self) -> tuple[tuple[str, str], ...]:
        """The variables without a text of their own, each with the text that was typed for it last."""
        self._forget_another_job()
        return tuple((name, self._asked.get(name, "")) for name, text in self.lines if not text)

    @property
    def asked(self) -> dict[str, str]:
        """What those hold this time, as far as it was typed."""
        return {name: text for name, text in self.to_ask if text}

    def answer(self, texts: Mapping[str, str]) -> None:
        """Take what was typed for the variables without a text; the job stays as it is."""
        self._forget_another_job()
        self._asked.update(texts)

    def put(self, number: int, name: str, value: str) -> bool:
        """Give a variable this name and value; the number behind the last one makes another. Whether that could be."""
        lines, typed = list(self.lines), name.strip()
        self.wrong.pop(number, None)
        if why_not := self._why_not(number, typed):
            self.wrong[number] = name, why_not
            return False
        lines[number : number + 1] = [(typed, value)]
        self._draft.change(replace(self._draft.job, variables=dict(lines)))
        return True

    def remove(self, number: int) -> None:
        """Take a variable out of the job."""
        self.wrong.clear()
        lines = self.lines[:number] + self.lines[number + 1 :]
        self._draft.change(replace(self._draft.job, variables=dict(lines)))

    def _forget_another_job(self) -> None:
        if self._shown != self._draft.shown:
            self._shown, self._wrong, self._asked = self._draft.shown, {}, {}

    def _why_not(self, number: int, name: str) -> str:
        if not name:
            return "Give it a name."
        if not _NAME.fullmatch(name):
            return f"“{name}” cannot be named in a formula: use letters, digits and _."
        if name in OWN_VARIABLES:
            return f"vars.{name} is known already: choose another name."
        if name in [each for at, (each, _) in enumerate(self.lines) if at != number]:
            return f"vars.{name} is there already: choose another name."
        return ""
