"""The question before a run that writes, and what was answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from crmdesk.engine.cost import NO_COST, Cost
from crmdesk.model.account import Account, Environment
from crmdesk.model.job import Action, Engine, Job
from crmdesk.model.run import RunRecord
from crmdesk.store import Store


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was said to the question before sending when the run began: yes to an ordinary one, the number of rows."""

    is_yes: bool = False
    rows: int = 0


NOTHING_SAID = Agreement()


def agreement_of(record: RunRecord) -> Agreement:
    """What was said when the run began."""
    settings = json.loads(record.start.settings)
    return Agreement(bool(settings.get("is_yes", False)), int(settings.get("rows", 0)))


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to do, for the question before it.

    `rows` are sent to `account`; of an upsert or an update `known` stand there already (None: nobody has looked).
    `label` names the records, `action` what is done with them and `engine` how; `undoes` is the run that is taken back.
    """

    job: Job
    account: Account
    environment: Environment
    label: str
    rows: int
    action: Action
    engine: Engine = Engine.AUTO
    cost: Cost = NO_COST
    known: int | None = None
    undoes: str = ""


Confirm = Callable[[Intent], bool]
"""Asked when it is known what would be sent; may raise UserError instead of saying no."""


def remembered(confirm: Confirm, store: Store, run: str) -> Confirm:
    """The same question; a yes to it stands among the decisions of the profile."""

    def ask(intent: Intent) -> bool:
        is_agreed = confirm(intent)
        if is_agreed:
            what = f"take run {intent.undoes} back in" if intent.undoes else intent.action.value
            place = f"{intent.account.label} ({intent.environment.value})"
            store.decisions.add(
                f"Run {run} of the job “{intent.job.name}” may {what} {intent.rows:,} {intent.label}: {place}."
            )
        return is_agreed

    return ask
