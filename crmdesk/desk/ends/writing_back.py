"""The ids of a run's records, written back into the table that its rows came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.tables import result_frames
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.engine.preparing.columns import beside
from crmdesk.engine.results import COLUMNS
from crmdesk.errors import UserError
from crmdesk.model.local import LocalTable
from crmdesk.store import Store

_THERE = ["created", "updated", "unchanged"]


def write_ids_back(store: Store, ends: LocalEnds, run: str, column: str, key: str) -> int:
    """Write the ids of records that are there into `column`, rows found by `key` (or the primary key).

    Gives how many rows changed. Raises UserError for another source, and for a key that several rows share.
    """
    from crmdesk.tabular.databases.writing_back import key_of, write_ids

    local = job_of(store.runs.get(run).start).job.local
    if not isinstance(local, LocalTable) or not local.table:
        raise UserError(
            f"The rows of run {run} did not come from a table.",
            hint=f"`crmdesk results {run} --csv FILE` writes rows and ids to a file.",
        )
    ends.refuse_profile(local)
    password = ends.password(local)
    by = key_of(local, password, key)
    if column.casefold() == by.casefold():
        raise UserError(
            f"The ids would take the place of “{by}”, by which the rows are found.",
            hint="Name another column, or find the rows by another one: --by COLUMN.",
        )
    pairs = list(_pairs(store, run, by))
    twice = next((value for value, rows in Counter(value for value, _ in pairs).items() if rows > 1), None)
    if twice is not None:
        raise UserError(
            f"Several rows have {by} = “{twice}”.", hint="Name a column that tells rows apart: --by COLUMN."
        )
    return write_ids(local, password, pairs, column, by)


def _pairs(store: Store, run: str, by: str) -> Iterator[tuple[str, str]]:
    for frame in result_frames(store, run):
        shown = beside(COLUMNS, [by])[by]
        if shown not in frame.columns:
            raise UserError(f"The source of run {run} had no column “{by}”.", hint="Name another one: --by COLUMN.")
        there = frame.filter(pl.col("_outcome").is_in(_THERE) & (pl.col("_id") != "") & (pl.col(shown) != ""))
        yield from there.select(shown, "_id").iter_rows()
