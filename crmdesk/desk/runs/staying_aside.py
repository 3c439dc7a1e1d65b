"""Rejects that somebody has set aside, and that a later run of the job rejects again for the same reason."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from crmdesk.desk.runs.recurring import equal_rows
from crmdesk.model.figures import counted
from crmdesk.model.reject import RejectState
from crmdesk.store import Store

_MOST = 30  # earlier runs that are looked at, the newest first
_AT_ONCE = 2_000  # rejects read at a time


def stay_aside(store: Store, earlier: Sequence[str], run: str) -> str:
    """Set open rejects of `run` aside as the same rows were in an earlier run; gives a sentence about it, or "".

    Only where there is nothing new to decide: the row is equal in every value, and is refused for the same cause. They
    keep the reason and the name of who decided. `earlier` are the runs before it that may have such rows, oldest first;
    what was opened again in a newer one of them is open.
    """
    stayed = 0
    looked_at = list(earlier[-_MOST:])
    while looked_at and not store.rejects.count(looked_at[0], (RejectState.IGNORED,)):
        looked_at.pop(0)
    still_open: set[int] = set()
    for other in reversed(looked_at):
        pairs = equal_rows(store, other, run, RejectState.IGNORED).filter(~pl.col("again").is_in(list(still_open)))
        if other != looked_at[0]:
            still_open |= set(equal_rows(store, other, run, RejectState.OPEN)["again"])
        for some in pairs.iter_slices(_AT_ONCE):
            again = dict(some.select("row", "again").iter_rows())
            was = {reject.row: reject for reject in store.rejects.of_rows(other, list(again))}
            now = {reject.row: reject for reject in store.rejects.of_rows(run, list(again.values()))}
            same = {row: again[row] for row, reject in was.items() if reject.cause == now[again[row]].cause}
            stayed += store.recurrences.stay_aside(other, run, same)
    if not stayed:
        return ""
    rows, they = ("is", "it stays") if stayed == 1 else ("are", "they stay")
    return (
        f"{counted(stayed, 'reject')} {rows} the same that somebody has set aside before: {they} set aside. "
        f"`crmdesk reopen {run}` opens what was set aside."
    )
