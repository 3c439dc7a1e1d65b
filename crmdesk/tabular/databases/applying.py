"""Rows that were gathered beside a table are put into it: in place of all others, behind them, or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crmdesk.model.local import Mode

ORDER = "_crmdesk_order"
"""The column of gathered rows that tells their order, where the table is merged into."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the gathered rows; one that a later row with the same key stands in for counts as unchanged."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


def put(connection: sa.Connection, mode: Mode, gathered: sa.Table, table: sa.Table, names: Sequence[str]) -> Applied:
    """Replace the rows of `table` by the gathered ones, or append these; `names` are the columns of both."""
    if mode is Mode.REPLACE:
        connection.execute(sa.delete(table))
    rows = sa.select(*(gathered.c[name] for name in names))
    created = _counted(connection, sa.select(sa.func.count()).select_from(gathered))
    connection.execute(sa.insert(table).from_select(list(names), rows))
    return Applied(created)


def merge(connection: sa.Connection, gathered: sa.Table, table: sa.Table, names: Sequence[str], key: str) -> Applied:
    """Update the rows of `table` that have the key of a gathered one and differ from it, and add the others."""
    twins = _without_twins(connection, gathered, key)
    here, there = gathered.c[key], table.c[key]
    others = [name for name in names if name != key]
    differs = sa.or_(sa.false(), *(table.c[name].is_distinct_from(gathered.c[name]) for name in others))
    is_there = sa.exists().where(there == here)
    is_other = sa.exists().where(there == here, differs)
    count = sa.select(sa.func.count()).select_from(gathered)
    updated = _counted(connection, count.where(is_other))
    unchanged = _counted(connection, count.where(is_there, ~is_other))
    created = _counted(connection, count.where(~is_there))
    if updated:
        values = {table.c[name]: gathered.c[name] for name in others}
        connection.execute(sa.update(table).values(values).where(there == here, differs))
    rows = sa.select(*(gathered.c[name] for name in names)).where(~is_there).order_by(gathered.c[ORDER])
    connection.execute(sa.insert(table).from_select(list(names), rows))
    return Applied(created, updated, unchanged + twins)


def _without_twins(connection: sa.Connection, gathered: sa.Table, key: str) -> int:
    """Keep the last of the rows with the same key; gives how many went."""
    column = gathered.c[key]
    doubled = sa.select(sa.func.count() - sa.func.count(column.distinct())).select_from(gathered)
    twins = _counted(connection, doubled)
    if twins:
        last = sa.select(sa.func.max(gathered.c[ORDER])).group_by(column)
        connection.execute(sa.delete(gathered).where(gathered.c[ORDER].not_in(last)))
    return twins


def _counted(connection: sa.Connection, count: sa.Select[int]) -> int:
    return int(connection.scalar(count) or 0)
