"""Rejects of a run grouped by what is to be done about them: the card and the field, or else the cause alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from crmdesk.errors import UserError
from crmdesk.model.error_book.book import explain, group_of
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.reject import CauseCount, Reject, RejectState
from crmdesk.store.rejects import Rejects


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Rejects that are mended together.

    `number` is 1 for the largest group of the run, and stays the same once the run has ended. `causes` are the stored
    causes in it, `rows` all its rejects, `open` those that wait to be mended. `code`, `field` and `message` are those
    of one of them, said by whoever refused it; the rest is the card's, empty where the error book has none.
    """

    number: int
    title: str
    text: str
    advice: str
    card: str
    remedies: tuple[Remedy, ...]
    code: str
    field: str
    message: str
    rows: int
    open: int
    causes: tuple[str, ...]


def groups_of(rejects: Rejects, run: str) -> tuple[CauseGroup, ...]:
    """The groups of a run, the largest first."""
    counted: dict[str, list[CauseCount]] = {}
    for found in rejects.causes(run):
        counted.setdefault(group_of(found.code, found.field, found.message, found.cause), []).append(found)
    waiting = {found.cause: found.rows for found in rejects.open_causes(run)}
    by_size = sorted(counted.items(), key=lambda item: (-sum(found.rows for found in item[1]), item[0]))
    return tuple(_group(number, found, waiting) for number, (_, found) in enumerate(by_size, 1))


def group_numbered(rejects: Rejects, run: str, number: int) -> CauseGroup:
    """The group of that number; UserError when the run has none."""
    found = groups_of(rejects, run)
    if not 1 <= number <= len(found):
        raise UserError(
            f"Run {run} has no cause {number}.",
            hint=f"`crmdesk rejects {run} --causes` numbers them." if found else "It has no rejects.",
        )
    return found[number - 1]


def rejects_in(
    rejects: Rejects, run: str, group: CauseGroup | None, states: Collection[RejectState] = ()
) -> Iterator[Reject]:
    """The rejects of a group (None: of the run) by row, those in `states` only if given."""
    rows: Sequence[int] = (
        sorted({row for cause in group.causes for row in rejects.rows(run, cause, states)}) if group else ()
    )
    if group is None:
        yield from rejects.iterate(run, states)
        return
    for start in range(0, len(rows), _AT_ONCE):
        yield from rejects.of_rows(run, rows[start : start + _AT_ONCE])


_AT_ONCE = 2_000  # rejects read at a time


def _group(number: int, found: Sequence[CauseCount], waiting: dict[str, int]) -> CauseGroup:
    first = found[0]
    said = explain(first.code, first.field, first.message)
    return CauseGroup(
        number=number,
        title=said.title,
        text=said.text,
        advice=said.advice,
        card=said.card,
        remedies=said.remedies,
        code=first.code,
        field=first.field,
        message=first.message,
        rows=sum(one.rows for one in found),
        open=sum(waiting.get(one.cause, 0) for one in found),
        causes=tuple(one.cause for one in found),
    )
