"""What is wrong with the rejects of a run: its causes with their counts, and the card of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from crmdesk.model.error_book.book import explain
from crmdesk.model.figures import counted
from crmdesk.model.reject import CauseCount, Reject, RejectState, Stage


class Group(StrEnum):
    """Rejects by what is to be done with them."""

    OPEN = "open"
    SET_ASIDE = "set aside"
    SENDING = "being sent again"
    DONE = "done"
    OVERTAKEN = "overtaken"


STATES: Mapping[Group, tuple[RejectState, ...]] = {
    Group.OPEN: (RejectState.OPEN,),
    Group.SET_ASIDE: (RejectState.IGNORED,),
    Group.SENDING: (RejectState.IN_RETRY,),
    Group.DONE: (RejectState.RESOLVED,),
    Group.OVERTAKEN: (RejectState.SUPERSEDED,),
}


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
    empty. `stage` tells where the rows were refused.
    """

    title: str
    rows: int
    stage: str = ""
    text: str = ""
    advice: str = ""
    code: str = ""
    message: str = ""
    field: str = ""

    @property
    def details(self) -> str:
        """Code and message, to be copied."""
        return "\n".join(part for part in (self.code, self.field, self.message) if part)


def cause_lines(causes: Sequence[CauseCount]) -> tuple[CauseLine, ...]:
    """All causes together, where there are several, then each."""
    lines = [CauseLine(found.cause, _title(found), found.rows) for found in causes]
    if len(lines) > 1:
        lines.insert(0, CauseLine("", "All causes", sum(found.rows for found in causes)))
    return tuple(lines)


def cause_card(found: CauseCount, first: Reject | None) -> CauseCard:
    """The card of a cause; `first` is one of its rejects."""
    said = explain(found.code, found.field, found.message)
    return CauseCard(
        title=said.title,
        rows=found.rows,
        stage=stage_words(first.stage) if first is not None else "",
        text=said.text,
        advice=said.advice,
        code=found.code,
        message=found.message if found.message.strip() != said.title else "",
        field=found.field,
    )


def group_card(group: Group, rows: int) -> CauseCard:
    """The card of rows that are not shown by their cause."""
    match group:
        case Group.OPEN:
            return CauseCard("All causes", rows, text="Every row that waits to be corrected, whatever its cause.")
        case Group.SET_ASIDE:
            text = "You have set these rows aside: they wait for nothing and are not counted as open."
            return CauseCard("Set aside", rows, text=text, advice="Take back the ones that are to be sent after all.")
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


def group_rows(states: Mapping[RejectState, int], group: Group) -> int:
    """How many rejects of a run are in a group."""
    return sum(states.get(state, 0) for state in STATES[group])


def stage_words(stage: Stage) -> str:
    """Where a row was refused."""
    match stage:
        case Stage.CONVERT:
            return "found before sending"
        case Stage.WRITE:
            return "refused by the CRM"
        case _:
            assert_never(stage)


def _title(found: CauseCount) -> str:
    return explain(found.code, found.field, found.message).title
