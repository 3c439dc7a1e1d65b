"""Rejects of earlier runs that a later full run of the same job has rejected again."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from crmdesk.model.reject import Reject, RejectState
from crmdesk.store import Store

_OPEN = (RejectState.OPEN,)
_AT_ONCE = 2_000  # rejects read at a time


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The rows of an earlier run that a later one has rejected again, those rows there, how many have corrections."""

    rows: frozenset[int]
    heirs: frozenset[int]
    corrected: int


def pass_on(store: Store, earlier: str, later: str, column: str) -> Recurrence:
    """Find the open rejects of `earlier` that `later` has rejected again; what was corrected in them goes with them.

    They are of one record when they have the same key, in `column` ("" for none), that no other of the open rejects
    has; else when the rows are equal in every value, as many as there are on both sides.
    """
    heirs = _same(_identities(_as_in_the_source(store, earlier), column), _identities(_read(store, later), column))
    drafts = {heir: values for heir, values in _corrected(store, earlier, later, heirs) if values}
    corrected = store.heirs.pass_on(earlier, later, heirs, drafts)
    return Recurrence(frozenset(heirs["row"]), frozenset(heirs["heir"]), corrected)


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
    """Each `row` of ours that is the same as a row of theirs, its `heir`, in the order of our rows."""
    only_once = pl.col("key").ne(0) & pl.col("key").is_unique()
    theirs = theirs.rename({"row": "heir"})
    by_key = ours.filter(only_once).join(theirs.filter(only_once), on="key").select("row", "heir")
    nth = pl.int_range(pl.len()).over("whole").alias("nth")
    left = ours.join(by_key, on="row", how="anti", maintain_order="left").with_columns(nth)
    right = theirs.join(by_key, on="heir", how="anti", maintain_order="left").with_columns(nth)
    by_value = left.join(right, on=("whole", "nth")).select("row", "heir")
    return pl.concat((by_key, by_value)).sort("row")


def _corrected(store: Store, earlier: str, later: str, heirs: pl.DataFrame) -> Iterator[tuple[int, Mapping[str, str]]]:
    """What people have made of rows of `earlier`, sent or not, by heir, where the source says the same as before."""
    drafts, first = store.corrections.of(earlier), _first_of(store, earlier)
    wanted = heirs if first != earlier else heirs.filter(pl.col("row").is_in(list(drafts)))
    for some in wanted.iter_slices(_AT_ONCE):
        heir_of = dict(some.iter_rows())
        was = _values(store.rejects.of_rows(first, list(heir_of)))
        now = _values(store.rejects.of_rows(later, list(heir_of.values())))
        for row, tried in _values(store.rejects.of_rows(earlier, list(heir_of))).items():
            made = {**tried, **drafts.get(row, {})}
            source, again = was[row], now[heir_of[row]]
            yield (
                heir_of[row],
                {
                    column: value
                    for column, value in made.items()
                    if value != source.get(column, "") and source.get(column, "") == again.get(column, "")
                },
            )


def _values(rejects: Iterable[Reject]) -> dict[int, Mapping[str, str]]:
    return {reject.row: reject.values for reject in rejects}
