"""The question before a run, and starting one: every page that starts, resumes or retries a run does it by these."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from crmdesk.desk.window.answers import JobProblem
from crmdesk.desk.window.run_children import RunChild
from crmdesk.errors import VAULT, Cancelled, CrmDeskError, error_of
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.caution import action_of, wants_number
from crmdesk.model.figures import counted, number
from crmdesk.model.job import Direction, Job, Operation
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.problem_words import in_our_words
from crmdesk.viewmodel.sentences import direction_of
from crmdesk.viewmodel.window_words import for_the_window

_TRIED = 10
_TRIED_LAST = "rows tried first"
_LOOK_SECONDS = 0.05
_ASKS_LATER = (
    "How many rows there are is not known yet: the run reads them, and wants their number before it sends any."
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a run starts.

    `sentence` says what will happen (`Upsert 410,187 contacts in Acme production`), `button` the same with the
    number and without the place. `wants_number` tells that `rows` must be typed. `notes` are further sentences.
    `earlier` is the run of the same job that has rows left, "" for none: it may be the one to go on with.
    """

    account: Account
    environment: Environment
    identity: Identity | None
    operation: Operation
    sentence: str
    button: str
    rows: int
    wants_number: bool
    notes: tuple[str, ...] = ()
    earlier: str = ""

    @property
    def direction(self) -> Direction:
        """Its tag."""
        return direction_of(self.operation)


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as it is proposed: of `rows` rows, of the `most` that there are, None where nobody knows."""

    rows: int
    most: int | None


def trial_of(app: AppModel, most: int | None) -> Trial:
    """A trial of as many rows as the one before, though of fewer than there are."""
    kept = app.history.setting(_TRIED_LAST)
    rows = int(kept) if kept.isdecimal() and int(kept) else _TRIED
    return Trial(rows if most is None else min(rows, max(1, most - 1)), most)


def keep_trial(app: AppModel, rows: int) -> None:
    """Propose so many rows the next time."""
    app.history.set_setting(_TRIED_LAST, str(rows))


def question_for(
    job: Job,
    account: Account,
    identity: Identity | None,
    rows: int,
    *,
    label: str = "",
    notes: Sequence[str] = (),
) -> Question:
    """The question before `rows` rows of `job` travel, 0 where nobody knows how many: then the run itself asks.

    `label` is the object's label in the plural, where it is known. Without an `identity` nobody knows what kind of
    organisation the account leads to, and it is treated as a production one.
    """
    environment = identity.environment if identity is not None else Environment.PRODUCTION
    is_reading = job.operation.is_reading
    verb = "Read" if is_reading else action_of(job).value.capitalize()
    count = f"{rows:,} " if rows else ""
    is_number_wanted = not is_reading and wants_number(environment, action_of(job), rows)
    what = f"{verb} {count}{label or _counted(job.object, rows)}"
    return Question(
        account=account,
        environment=environment,
        identity=identity,
        operation=job.operation,
        sentence=f"{what} {'from' if is_reading else 'in'} {place_of(account, environment)}",
        button=what,
        rows=rows,
        wants_number=is_number_wanted and rows > 0,
        notes=(*notes, *([_ASKS_LATER] if is_number_wanted and not rows else [])),
    )


def warned(question: Question, app: AppModel, job: Job) -> Question:
    """The question with a warning where the last run of the job has rows left: to run it anew sends some twice."""
    run, said = app.history.rows_left(job, question.account.name)
    return replace(question, earlier=run, notes=(*question.notes, for_the_window(said))) if run else question


def trial_notes(first: int, rows: int | None) -> tuple[str, ...]:
    """What the question before a run of the `first` rows says, of `rows` that could be sent."""
    rest = f"the other {number(rows - first)}" if rows is not None and rows > first else "the rest"
    return (
        f"All rows are read and checked, {counted(first, 'row')} of them sent. Then the run waits.",
        f"Look at them in the CRM; then go on with {rest}, or take them back.",
    )


def place_of(account: Account, environment: Environment) -> str:
    """The account by its label and what kind it is, once: `Acme production`, `Practice org`."""
    return account.label if environment.value in account.label.lower() else f"{account.label} {environment.value}"


async def launch(app: AppModel, arguments: Sequence[str]) -> str:
    """Start a run in a process of its own and give its number as soon as it has one.

    Raises the error with which the process refused, and Cancelled when it was stopped, before a run existed.
    """
    return await app.vault.opened_for(lambda: _launched(app, arguments))


async def _launched(app: AppModel, arguments: Sequence[str]) -> str:
    child = app.children.start(arguments, app.vault.phrase)
    while True:
        has_ended = child.poll() is not None  # looked at first, so that what it said last is not missed
        for event in child.events():
            if event["event"] == "started":
                return str(event["run"])
            if event["event"] == "finished":
                _refuse(child, event)
        if has_ended:
            child.forget()
            raise CrmDeskError(
                "The run ended before it began, and did not say why.",
                hint="Start it again; if that does not help, start it on the command line to see more.",
            )
        await asyncio.sleep(_LOOK_SECONDS)


def _refuse(child: RunChild, event: dict[str, Any]) -> NoReturn:
    child.forget()
    told = event.get("error")
    if told is None:
        raise Cancelled
    if told["place"] == VAULT:
        raise error_of(told["kind"], told["message"], hint=told["hint"], place=VAULT)
    said = in_our_words(JobProblem(told["place"], told["message"], told["hint"]))
    raise error_of(told["kind"], said.message, hint=said.hint or told["hint"], place=said.place)


def _counted(name: str, rows: int) -> str:
    return f"{name} record" if rows == 1 else f"{name} records"
