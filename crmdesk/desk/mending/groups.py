"""Rejects of a run grouped by what is to be done about them: the card and the field, or else the cause alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdesk.errors import UserError
from crmdesk.model.error_book.book import explain, group_of
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.job import Action
from crmdesk.model.reject import CauseCount, Reject, RejectState
from crmdesk.store.rejects import Rejects

if TYPE_CHECKING:
    from crmdesk.store import Store
    from crmdesk.store.light import LightStore


_NO_LABELS: Mapping[str, str] = {}


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


def groups_of(store: Store | LightStore, run: str, labels: Mapping[str, str] = _NO_LABELS) -> tuple[CauseGroup, ...]:
    """The groups of a run, the largest first; UserError when there is no such run.

    In the titles fields are called by their `labels`, those without one by their API names.
    """
    rejects, action = store.rejects, store.runs.get(run).start.action
    counted: dict[str, list[CauseCount]] = {}
    for found in rejects.causes(run):
        counted.setdefault(group_of(found.code, found.field, found.message, found.cause), []).append(found)
    waiting = {found.cause: found.rows for found in rejects.open_causes(run)}
    by_size = sorted(counted.items(), key=lambda item: (-sum(found.rows for found in item[1]), item[0]))
    return tuple(_group(number, found, waiting, action, labels) for number, (_, found) in enumerate(by_size, 1))


def group_numbered(store: Store | LightStore, run: str, number: int) -> CauseGroup:
    """The group of that number; UserError when the run has none."""
    found = groups_of(store, run)
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

_BY_ID_ALONE = (Action.DELETE, Action.UNDELETE)
_WRITES_VALUES = frozenset(
    {Remedy.UPDATE_INSTEAD, Remedy.SAVE_ANYWAY, Remedy.CREATE_INSTEAD, Remedy.RESTORE, Remedy.TWO_PASSES}
)
"""Remedies by which a record gets values, of which a row that deletes or brings back has none."""


def _group(
    number: int, found: Sequence[CauseCount], waiting: dict[str, int], action: Action | None, labels: Mapping[str, str]
) -> CauseGroup:
    first = found[0]
    said = explain(first.code, ", ".join(labels.get(name, name) for name in first.field.split(", ")), first.message)
    return CauseGroup(
        number=number,
        title=said.title,
        text=said.text,
        advice=said.advice,
        card=said.card,
        remedies=tuple(each for each in said.remedies if action not in _BY_ID_ALONE or each not in _WRITES_VALUES),
        code=first.code,
        field=first.field,
        message=first.message,
        rows=sum(one.rows for one in found),
        open=sum(waiting.get(one.cause, 0) for one in found),
        causes=tuple(one.cause for one in found),
    )
