"""The remedies of the error book in words: what each does, and what it has to be told first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crmdesk.desk.mending.remedies.jobs import RECORD_ID, Way
from crmdesk.desk.window.answers import RemedyLook
from crmdesk.model.error_book.card import CORRECTING, TITLES, Remedy
from crmdesk.model.figures import counted, number

_SHOWN = 6  # changes that are shown before they are made

Originals = Mapping[int, Mapping[str, str]]


class Ask(StrEnum):
    """What a remedy has to be told."""

    NOTHING = "nothing"
    VALUES = "values"
    """What each value becomes."""
    VALUE = "value"
    """One value, or none."""
    REST = "rest"
    """Where the rest of a long text goes."""
    KEEP = "keep"
    """Which of the rows with the same key is kept."""
    FORM = "form"
    """How dates or numbers are written."""
    REASON = "reason"


DOES: Mapping[Remedy, str] = {
    Remedy.MAP_VALUES: "Each value becomes one that the field takes.",
    Remedy.SET_VALUE: "The cells get a value, or the field stays empty, or is not sent.",
    Remedy.REPLACE_OWNERS: "Each user who cannot own the record is replaced by one who can.",
    Remedy.UPDATE_INSTEAD: "The rows update the records that the CRM named, instead of making new ones.",
    Remedy.SHORTEN: "Values are made to fit: a text is cut at a word, a number rounded, an address tidied.",
    Remedy.FIND_AGAIN: "The records that the rows belong to are looked for again when they are sent.",
    Remedy.CHOOSE_PARENTS: "Each key becomes that of a record which is there. Nothing is chosen by itself.",
    Remedy.WAIT_FOR_PARENT: "The rows wait until the record that they belong to has come to the CRM.",
    Remedy.KEEP_ONE: "Of the rows with the same key one is kept, and the others are set aside.",
    Remedy.SAVE_ANYWAY: "The rows are sent once more and say that they are no doubles, where the rule lets them.",
    Remedy.GENTLE_LANE: "The rows are sent in small calls, one after the other.",
    Remedy.READ_AS: "Dates or numbers are read in the form that you name.",
    Remedy.ASK_FOR_IT: "A text with all names, to be sent to whoever can grant what is missing.",
    Remedy.FIND_CULPRIT: "The rows are sent one by one, so that only those that cause it are refused.",
    Remedy.CREATE_INSTEAD: "The rows make new records. Look first whether these are there under another key.",
    Remedy.RESTORE: "The records are brought back out of the recycle bin first.",
    Remedy.TWO_PASSES: "The field is left out now, and can be written by a second job.",
    Remedy.SET_ASIDE: "The rows are not sent, for a reason that the statement of the run names.",
}
"""What a remedy does, in a sentence."""


def asked_by(remedy: Remedy) -> Ask:
    """What a remedy has to be told before it can be looked at."""
    match remedy:
        case Remedy.MAP_VALUES | Remedy.REPLACE_OWNERS | Remedy.CHOOSE_PARENTS:
            return Ask.VALUES
        case Remedy.SET_VALUE:
            return Ask.VALUE
        case Remedy.SHORTEN:
            return Ask.REST
        case Remedy.KEEP_ONE:
            return Ask.KEEP
        case Remedy.READ_AS:
            return Ask.FORM
        case Remedy.SET_ASIDE:
            return Ask.REASON
        case _:
            return Ask.NOTHING


def title_of(remedy: Remedy) -> str:
    """What a button says: three dots where something is asked."""
    return "Set a value…" if remedy is Remedy.SET_VALUE else f"{TITLES[remedy]}…"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a remedy would do, to be agreed to: sentences, and some of the changes (row, column, before, after).

    `rows` is how many it does something to.
    """

    sentences: tuple[str, ...]
    changes: tuple[tuple[int, str, str, str], ...]
    rows: int
    can_be_rule: bool
    does_nothing: bool


def preview_of(remedy: Remedy, look: RemedyLook, rows: int, before: Originals) -> Preview:
    """The preview of `look` at `rows` open rows; `before` has the values of the first rows as they are now."""
    changes = [
        (row, column, before.get(row, {}).get(column, ""), value)
        for row, cells in list(look.changes.items())[:_SHOWN]
        for column, value in cells.items()
        if column != RECORD_ID
    ]
    is_idle = does_nothing(remedy, look)
    sentences = tuple(_sentences(remedy, look, rows))
    touched = len({*look.changes, *look.set_aside, *look.waiting}) or rows  # none of them where all are only resent
    return Preview(sentences, tuple(changes[:_SHOWN]), touched, look.can_be_rule and not is_idle, is_idle)


def does_nothing(remedy: Remedy, look: RemedyLook) -> bool:
    """Whether a remedy that corrects values would leave all rows as they are."""
    is_something = look.changes or look.set_aside or look.waiting or look.leaves_out or look.way != Way.AS_THE_JOB
    return remedy in CORRECTING and not is_something


def _sentences(remedy: Remedy, look: RemedyLook, rows: int) -> Iterator[str]:
    yield DOES[remedy]
    if look.changes:
        yield f"{counted(len(look.changes), 'row changes', 'rows change')}, of {number(rows)}."
    elif does_nothing(remedy, look):
        whom = "the row" if rows == 1 else f"any of the {number(rows)} rows"
        yield f"That does not help {whom}: nothing would change. Correct the values below, or choose another remedy."
    if look.set_aside:
        yield f"{counted(len(look.set_aside), 'row is', 'rows are')} set aside."
    if look.waiting:
        yield f"{counted(len(look.waiting), 'row waits', 'rows wait')}."
    if how := sent_how(look.way, look.leaves_out):
        yield how


def sent_how(way: str, leaves_out: str) -> str:
    """How rows are sent that a remedy sends in another way than the job; an empty text where as the job says."""
    said = {
        Way.AS_THE_JOB: "",
        Way.GENTLY: "They go in small calls, one after the other.",
        Way.ONE_BY_ONE: "They go one by one.",
        Way.CREATE: "They make new records.",
        Way.ANYWAY: "They are saved though they look like doubles.",
        Way.UPDATE: "They update the records that the CRM named.",
    }[Way(way)]
    without = f"{leaves_out} is not sent." if leaves_out else ""
    return f"{said} {without}".strip()
