"""Questions of the window about rejects: what a corrected file would change, and what a remedy would do."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import msgspec

from crmdesk.desk.desk import Desk
from crmdesk.desk.mending.given_back import GivenBack
from crmdesk.desk.mending.remedies.carrying_out import Remedied
from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.window.answers import CellChange, CorrectedFile, RemedyLook, ValueMet
from crmdesk.model.error_book.card import Remedy


class Corrected(msgspec.Struct, frozen=True, tag_field="ask", tag="corrected"):
    """What a corrected file of rejects, CSV or workbook, would change."""

    id: int
    run: str
    path: str


class Remedying(msgspec.Struct, frozen=True, tag_field="ask", tag="remedy"):
    """What a remedy would do to the open rejects of a group, or to those of `rows`; nothing is changed."""

    id: int
    run: str
    group: int
    remedy: Remedy
    wish: Wish
    rows: list[int]


class KeepRule(msgspec.Struct, frozen=True, tag_field="ask", tag="keep_rule"):
    """Write what a remedy does into the job, from now on."""

    id: int
    run: str
    group: int
    remedy: Remedy
    wish: Wish


class LookBeside(msgspec.Struct, frozen=True, tag_field="ask", tag="beside"):
    """A reject beside the record that the CRM holds now."""

    id: int
    run: str
    row: int


RejectQuestion = Corrected | Remedying | KeepRule | LookBeside


def answer_about_rejects(desk: Desk, question: RejectQuestion) -> object:
    """The answer; raises what the desk raises."""
    match question:
        case Corrected(run=run, path=path):
            return _corrected(desk.mending.look_at(run, Path(path)))
        case Remedying(run=run, group=group, remedy=remedy, wish=wish, rows=rows):
            done, choices = desk.mending.proposed(run, group, remedy, wish, frozenset(rows))
            return _look(done, choices)
        case KeepRule(run=run, group=group, remedy=remedy, wish=wish):
            done, _ = desk.mending.proposed(run, group, remedy, wish)
            return desk.mending.make_rule(run, done, None)
        case LookBeside(run=run, row=row):
            return desk.mending.beside(run, row)
        case _:
            assert_never(question)


def _corrected(found: GivenBack) -> CorrectedFile:
    changes = tuple(
        CellChange(each.row, each.column, each.original, each.corrected, each.why) for each in found.changes
    )
    return CorrectedFile(
        changes,
        found.aside_by_row,
        corrected=found.corrected,
        unchanged=found.unchanged,
        missing=found.missing,
        strangers=len(found.corrections.strangers),
    )


def _look(done: Remedied, choices: tuple[str, ...]) -> RemedyLook:
    return RemedyLook(
        changes=done.changes,
        set_aside=done.set_aside,
        waiting=done.waiting,
        met=tuple(ValueMet(each.value, each.rows, each.nearest) for each in done.proposals),
        choices=choices,
        text=done.text,
        way=done.way.value,
        leaves_out=done.leaves_out,
        can_be_rule=done.rule is not None,
    )
