"""The question before a run that writes."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from crmdesk.cli.intents import intent_sentence, intent_values
from crmdesk.cli.output import Output
from crmdesk.desk import Agreement, Intent
from crmdesk.errors import UserError
from crmdesk.model.caution import wants_number
from crmdesk.model.job import Job
from crmdesk.model.visible import visible


@dataclass(frozen=True, slots=True)
class Asking:
    """How the questions of one command are answered: by options, or by a person on the terminal."""

    output: Output
    is_yes: bool
    confirm: int = 0

    @property
    def given(self) -> Agreement:
        """What the options say, to be kept with the run."""
        return Agreement(self.is_yes, self.confirm)

    def refuse_unanswerable(self, job: Job) -> None:
        """Refuse before anything is done when the question that will come can get no answer."""
        is_answered = self.is_yes or self.confirm or self.output.has_person
        if not job.operation.is_reading and not is_answered:
            raise UserError(
                f"This job {job.direction.value.lower()} records, and nobody is here to say yes.",
                hint="Add --yes, or run it on a terminal.",
            )

    def confirm_sending(self, intent: Intent) -> bool:
        """Whether to go on; raises UserError when the number of rows is wanted and was not given."""
        self.output.clear_the_line()
        self.output.line(intent_values(intent))
        self.output.say(intent_sentence(intent))
        action = intent.action
        place = f"{intent.account.label} ({intent.environment.value})"
        what = f"Take run {intent.undoes} back in" if intent.undoes else action.value.capitalize()
        sentence = visible(f"{what} {intent.rows:,} {intent.label} in {place}")
        if self.confirm:
            return self._is_number(intent, sentence)
        if wants_number(intent.environment, action, intent.rows):
            return self._is_typed(intent, sentence)
        return self.is_yes or self._is_agreed(sentence)

    def _is_number(self, intent: Intent, sentence: str) -> bool:
        if self.confirm != intent.rows:
            raise UserError(
                f"{sentence}: that is not the number that was confirmed, {self.confirm:,}; nothing was sent.",
                hint=f"If that is what you mean, start it again with --confirm {intent.rows}.",
            )
        return True

    def _is_typed(self, intent: Intent, sentence: str) -> bool:
        if not self.output.has_person:
            raise UserError(
                f"{sentence}: in production this wants the number of rows; nothing was sent.",
                hint=f"If that is what you mean, start it again with --confirm {intent.rows}.",
            )
        try:
            typed = typer.prompt(f"{sentence}. Type the number of rows", type=int, err=True)
        except typer.Abort:
            return False
        return bool(typed == intent.rows)

    def _is_agreed(self, sentence: str) -> bool:
        if not self.output.has_person:
            raise UserError(
                f"{sentence}: nobody is here to say yes; nothing was sent.",
                hint="Add --yes, or start it on a terminal.",
            )
        try:
            return typer.confirm(f"{sentence}?", err=True)
        except typer.Abort:
            return False
