"""Rejects of earlier runs that a later full run of the same job has rejected again."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from crmdesk.model.reject import Reject, RejectState
from crmdesk.store import Store

_AT_ONCE = 2_000  # rejects read at a time


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The rows of an earlier run that a later one has rejected again, those rows there, how many have corrections."""

    rows: frozenset[int]
    again: frozenset[int]
    corrected: int


def pass_on(store: Store, earlier: str, later: str, column: str) -> Recurrence:
    """Find the open rejects of `earlier` that `later` has rejected again; what was corrected in them goes with them.

    They are of one record when they have the same key, in `column` ("" for none), that no other of the open rejects
    has; else when the rows are equal in every value, as many as there are on both sides.
    """
    pairs = _pairs(store, earlier, later, column, RejectState.OPEN)
    drafts = {again: values for again, values in _corrected(store, earlier, later, pairs) if values}
    corrected = store.recurrences.pass_on(earlier, later, pairs, drafts)
    return Recurrence(frozenset(pairs["row"]), frozenset(pairs["again"]), corrected)


def pass_on_held(store: Store, earlier: str, later: str, column: str) -> None:
    """Write down which rejects of `earlier` that a retry has taken up, and not sent yet, `later` has rejected again.

    That retry may go on: what it settles then is settled there as well.
    """
    pairs = _pairs(store, earlier, later, column, RejectState.IN_RETRY)
    if not pairs.is_empty():
        store.recurrences.pass_on(earlier, later, pairs, {})


def equal_rows(store: Store, earlier: str, later: str, state: RejectState) -> pl.DataFrame:
    """Each `row` of the rejects of `earlier` in a state that is equal in every value to an open one of `later`."""
    return _pairs(store, earlier, later, "", state)


def _pairs(store: Store, earlier: str, later: str, column: str, state: RejectState) -> pl.DataFrame:
    ours = _identities(_as_in_the_source(store, earlier, state), column)
    if ours.is_empty():
        return pl.DataFrame(schema={"row": pl.Int64, "again": pl.Int64})
    return _same(ours, _identities(store.rejects.originals(later, RejectState.OPEN), column))


def _as_in_the_source(store: Store, run: str, state: RejectState) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rejects of a run in a state by row, with the values that the first run of their line has read."""
    first = _first_of(store, run)
    if first == run:
        yield from store.rejects.originals(run, state)
        return
    rows = store.rejects.rows(run, states=(state,))
    for start in range(0, len(rows), _AT_ONCE):
        yield from ((one.row, one.values) for one in store.rejects.of_rows(first, rows[start : start + _AT_ONCE]))


def _first_of(store: Store, run: str) -> str:
    while parent := store.runs.get(run).start.retry_of:
        run = parent
    return run


def _identities(rejects: Iterable[tuple[int, Mapping[str, str]]], column: str) -> pl.DataFrame:
    """Of each reject its `row`, and hashes of its `key` (0 for none) and of the `whole` of its values.

    The hashes have 64 bits: among a million rejects, two are equal by chance once in ten million cases.
    """
    rows, keys, wholes = array("q"), array("q"), array("q")
    for row, values in rejects:
        key = values.get(column, "").strip() if column else ""
        rows.append(row)
        keys.append(hash(key) if key else 0)
        wholes.append(hash(frozenset(values.items())))
    return pl.DataFrame(
        {"row": rows, "key": keys, "whole": wholes}, schema=dict.fromkeys(("row", "key", "whole"), pl.Int64)
    )


def _same(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Each `row` of ours that is the same as a row of theirs, there `again`, in the order of our rows."""
    only_once = pl.col("key").ne(0) & pl.col("key").is_unique()
    theirs = theirs.rename({"row": "again"})
    by_key = ours.filter(only_once).join(theirs.filter(only_once), on="key").select("row", "again")
    nth = pl.int_range(pl.len()).over("whole").alias("nth")
    left = ours.join(by_key, on="row", how="anti", maintain_order="left").with_columns(nth)
    right = theirs.join(by_key, on="again", how="anti", maintain_order="left").with_columns(nth)
    by_value = left.join(right, on=("whole", "nth")).select("row", "again")
    return pl.concat((by_key, by_value)).sort("row")


def _corrected(store: Store, earlier: str, later: str, pairs: pl.DataFrame) -> Iterator[tuple[int, Mapping[str, str]]]:
    """What people have made of rows of `earlier`, sent or not, by rows of `later`, where the source has not changed."""
    drafts, first = store.corrections.of(earlier), _first_of(store, earlier)
    wanted = pairs if first != earlier else pairs.filter(pl.col("row").is_in(list(drafts)))
    for some in wanted.iter_slices(_AT_ONCE):
        again_of = dict(some.iter_rows())
        was = _values(store.rejects.of_rows(first, list(again_of)))
        now = _values(store.rejects.of_rows(later, list(again_of.values())))
        for row, tried in _values(store.rejects.of_rows(earlier, list(again_of))).items():
            made = {**tried, **drafts.get(row, {})}
            source, again = was[row], now[again_of[row]]
            yield (
                again_of[row],
                {
                    column: value
                    for column, value in made.items()
                    if value != source.get(column, "") and source.get(column, "") == again.get(column, "")
                },
            )


def _values(rejects: Iterable[Reject]) -> dict[int, Mapping[str, str]]:
    return {reject.row: reject.values for reject in rejects}
