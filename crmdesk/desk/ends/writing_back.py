"""The ids of a run's records, written back into the table that its rows came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.desk.ends.tables import result_frames
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.engine.preparing.columns import beside
from crmdesk.engine.results import COLUMNS
from crmdesk.errors import UserError
from crmdesk.model.local import LocalTable
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.tabular.databases.writing_back import IdsWritten

_THERE = ["created", "updated", "unchanged"]


def write_ids_back(store: Store, ends: LocalEnds, run: str, column: str, key: Sequence[str]) -> IdsWritten:
    """Write the ids of records that are there into `column`, rows found by the columns `key` (or the primary key).

    Raises UserError for another source, and for a key that several rows share.
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
    if column.casefold() in {name.casefold() for name in by}:
        raise UserError(
            f"The ids would take the place of “{column}”, by which the rows are found.",
            hint="Name another column, or find the rows by another one: --by COLUMN.",
        )
    pairs = list(_pairs(store, run, by))
    twice = next((values for values, rows in Counter(values for values, _ in pairs).items() if rows > 1), None)
    if twice is not None:
        shown = ", ".join(f"{name} = “{value}”" for name, value in zip(by, twice, strict=True))
        raise UserError(f"Several rows have {shown}.", hint="Name a column that tells rows apart: --by COLUMN.")
    return write_ids(local, password, pairs, column, by)


def _pairs(store: Store, run: str, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    shown = list(beside(COLUMNS, by).values())
    for frame in result_frames(store, run):
        for name, there in zip(by, shown, strict=True):
            if there not in frame.columns:
                raise UserError(
                    f"The source of run {run} had no column “{name}”.", hint="Name another one: --by COLUMN."
                )
        has_key = pl.any_horizontal(pl.col(name) != "" for name in shown)
        found = frame.filter(pl.col("_outcome").is_in(_THERE) & (pl.col("_id") != "") & has_key)
        yield from ((tuple(values), record) for *values, record in found.select(*shown, "_id").iter_rows())
