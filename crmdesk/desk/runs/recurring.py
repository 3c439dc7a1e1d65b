"""Rejects of earlier runs that a later full run of the same job has rejected again."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crmdesk.model.reject import Reject, RejectState
from crmdesk.store import Store

_OPEN = (RejectState.OPEN,)
_AT_ONCE = 2_000  # rejects read at a time


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How many open rejects of an earlier run a later one has rejected again, and of how many it has corrections."""

    rejects: int
    corrected: int


@dataclass(frozen=True, slots=True)
class _Identity:
    """What tells whose record a reject is of: its key, and all its values.

    A hash of 64 bits stands for these: among a million, two are equal once in 10 million cases.
    """

    row: int
    key: str
    whole: int


def pass_on(store: Store, earlier: str, later: str, column: str) -> Recurrence:
    """Close the open rejects of `earlier` that `later` has rejected again; what was corrected in them goes with them.

    They are of one record when they have the same key, in `column` ("" for none), that no other of the open rejects
    has; else when the rows are equal in every value, as many as there are on both sides.
    """
    rows = _same(_identities(_as_in_the_source(store, earlier), column), _identities(_read(store, later), column))
    drafts = {rows[row]: values for row, values in _corrected(store, earlier, later, rows)}
    return Recurrence(*store.heirs.pass_on(earlier, later, rows, drafts))


def _read(store: Store, run: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    return store.rejects.originals(run, RejectState.OPEN)


def _as_in_the_source(store: Store, run: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The open rejects of a run by row, with the values that the first run of their line has read."""
    first = _first_of(store, run)
    if first == run:
        yield from _read(store, run)
        return
    rows = store.rejects.rows(run, states=_OPEN)
    for start in range(0, len(rows), _AT_ONCE):
        yield from ((one.row, one.values) for one in store.rejects.of_rows(first, rows[start : start + _AT_ONCE]))


def _first_of(store: Store, run: str) -> str:
    while parent := store.runs.get(run).start.retry_of:
        run = parent
    return run


def _identities(rejects: Iterable[tuple[int, Mapping[str, str]]], column: str) -> list[_Identity]:
    return [
        _Identity(row, values.get(column, "").strip() if column else "", hash(frozenset(values.items())))
        for row, values in rejects
    ]


def _same(ours: Sequence[_Identity], theirs: Sequence[_Identity]) -> dict[int, int]:
    """The rows of those that are the same on both sides."""
    keys, others = _only_once(ours), _only_once(theirs)
    rows = {keys[key]: others[key] for key in keys.keys() & others.keys()}
    taken = set(rows.values())
    left: dict[int, deque[int]] = {}
    for one in theirs:
        if one.row not in taken:
            left.setdefault(one.whole, deque()).append(one.row)
    for one in ours:
        if one.row not in rows and left.get(one.whole):
            rows[one.row] = left[one.whole].popleft()
    return rows


def _only_once(identities: Sequence[_Identity]) -> dict[str, int]:
    """The rows by their keys, where there is one and no other row has it."""
    seen = Counter(one.key for one in identities)
    return {one.key: one.row for one in identities if one.key and seen[one.key] == 1}


def _corrected(
    store: Store, earlier: str, later: str, rows: Mapping[int, int]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """What people have made of rows of `earlier`, sent or not, where the source says the same as it did then."""
    drafts, first = store.corrections.of(earlier), _first_of(store, earlier)
    wanted = sorted(rows if first != earlier else rows.keys() & drafts.keys())
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        was = _values(store.rejects.of_rows(first, some))
        now = _values(store.rejects.of_rows(later, [rows[row] for row in some]))
        for row, tried in _values(store.rejects.of_rows(earlier, some)).items():
            made = {**tried, **drafts.get(row, {})}
            source, again = was[row], now[rows[row]]
            yield (
                row,
                {
                    column: value
                    for column, value in made.items()
                    if value != source.get(column, "") and source.get(column, "") == again.get(column, "")
                },
            )


def _values(rejects: Iterable[Reject]) -> dict[int, Mapping[str, str]]:
    return {reject.row: reject.values for reject in rejects}
