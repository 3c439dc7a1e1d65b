"""What is wrong with the rejects of a run: its causes with their counts, and the card of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from crmdesk.desk.mending.groups import CauseGroup
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.figures import counted, number
from crmdesk.model.reject import Reject, RejectState, Stage


class Group(StrEnum):
    """Rejects by what is to be done with them."""

    OPEN = "open"
    WAITING = "waiting for parent"
    PARENT_CAME = "parent has come"
    SET_ASIDE = "set aside"
    SENDING = "being sent again"
    DONE = "done"
    OVERTAKEN = "overtaken"


CORRECTABLE = (Group.OPEN, Group.WAITING, Group.PARENT_CAME)
"""The groups whose rows are open."""

STATES: Mapping[Group, tuple[RejectState, ...]] = {
    Group.OPEN: (RejectState.OPEN,),
    Group.WAITING: (RejectState.OPEN,),
    Group.PARENT_CAME: (RejectState.OPEN,),
    Group.SET_ASIDE: (RejectState.IGNORED,),
    Group.SENDING: (RejectState.IN_RETRY,),
    Group.DONE: (RejectState.RESOLVED,),
    Group.OVERTAKEN: (RejectState.SUPERSEDED,),
}


def group_of(reject: Reject) -> Group:
    """The group in which a reject stands."""
    if reject.waits and reject.state is RejectState.OPEN:
        return Group.PARENT_CAME if reject.has_parent else Group.WAITING
    return next(group for group, states in STATES.items() if reject.state in states)


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause by its title; `cause` is empty for all of them together."""

    cause: str
    title: str
    rows: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group and how many rows are in it."""

    group: Group
    rows: int

    @property
    def title(self) -> str:
        return self.group.value.capitalize()


@dataclass(frozen=True, slots=True)
class CauseCard:
    """The chosen cause in the admin's words.

    `text` says what it means, `advice` what to do, `message` what was said itself, of one of the rows; all may be
    empty. `stage` tells where the rows were refused; `remedies` are what can help, best first, without setting aside.
    """

    title: str
    rows: int
    stage: str = ""
    text: str = ""
    advice: str = ""
    code: str = ""
    message: str = ""
    field: str = ""
    remedies: tuple[Remedy, ...] = ()

    @property
    def names(self) -> str:
        """What the CRM calls it: the code, and the API name of the field where the title has its label."""
        field = "" if self.field in self.title else self.field
        return " · ".join(part for part in (field, self.code) if part)

    @property
    def details(self) -> str:
        """Code and message, to be copied."""
        return "\n".join(part for part in (self.code, self.field, self.message) if part)


def cause_lines(groups: Sequence[CauseGroup]) -> tuple[CauseLine, ...]:
    """All causes together, where there are several, then each."""
    lines = [CauseLine(found.causes[0], found.title, found.open) for found in groups]
    if len(lines) > 1:
        lines.insert(0, CauseLine("", "All causes", sum(found.open for found in groups)))
    return tuple(lines)


def cause_card(found: CauseGroup, first: Reject | None) -> CauseCard:
    """The card of a cause; `first` is one of its rejects."""
    return CauseCard(
        title=found.title,
        rows=found.open,
        stage=stage_words(first.stage) if first is not None else "",
        text=found.text,
        advice=found.advice or ("" if found.card else "We have no advice for this one yet."),
        code=found.code,
        message=found.message if found.message.strip() != found.title else "",
        field=found.field,
        remedies=tuple(each for each in found.remedies if each is not Remedy.SET_ASIDE),
    )


def group_card(group: Group, rows: int, reasons: Mapping[str, int] | None = None) -> CauseCard:
    """The card of rows that are not shown by their cause; `reasons` are those for which rows were set aside."""
    match group:
        case Group.OPEN:
            return CauseCard("All causes", rows, text="Every row that waits to be corrected, whatever its cause.")
        case Group.SET_ASIDE:
            text = "You have set these rows aside: they wait for nothing and are not counted as open."
            said = "; ".join(f"{number(count)} because {reason}" for reason, count in (reasons or {}).items() if reason)
            advice = "Take back the ones that are to be sent after all."
            return CauseCard("Set aside", rows, text=f"{text} {said}.".replace(" .", ""), advice=advice)
        case Group.WAITING:
            text = "These rows are held back until the record that they belong to has come to the CRM."
            return CauseCard("Waiting for parent", rows, text=text, advice="Send the parent first; they are told then.")
        case Group.PARENT_CAME:
            text = "The record that these rows waited for has come to the CRM."
            return CauseCard("Parent has come", rows, text=text, advice="Send them again now.")
        case Group.SENDING:
            text = f"{counted(rows, 'row was', 'rows were')} taken up by a later run, and not settled there yet."
            return CauseCard("Being sent again", rows, text=text)
        case Group.DONE:
            return CauseCard("Done", rows, text="These rows have come to the CRM since, by a run that took them up.")
        case Group.OVERTAKEN:
            text = "These rows are settled elsewhere: nothing is to be done here."
            return CauseCard("Overtaken", rows, text=text)
        case _:
            assert_never(group)


def stage_words(stage: Stage) -> str:
    """Where a row was refused."""
    match stage:
        case Stage.CONVERT:
            return "found before sending"
        case Stage.WRITE:
            return "refused by the CRM"
        case _:
            assert_never(stage)
