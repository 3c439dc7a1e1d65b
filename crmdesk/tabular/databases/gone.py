"""Rows of records that were deleted in the CRM: their rows in the table are marked or removed, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

GONE = "_crmdesk_gone"
"""The column of gathered rows that tells when a record was deleted, null for one that lives."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Rows of the table that were marked or removed, and gathered rows that changed nothing."""

    deleted: int = 0
    unchanged: int = 0


def settle_gone(connection: sa.Connection, gathered: sa.Table, table: sa.Table, key: str, mark: str) -> Settled:
    """Take the deleted records out of `gathered`, and mark their rows in `table` in column `mark`, "" removes them.

    One that lives among the gathered rows was brought back, and counts as living. A row that bears a mark keeps it.
    """
    here, there, gone = gathered.c[key], table.c[key], gathered.c[GONE].is_not(None)
    other = gathered.alias()
    living = sa.select(other.c[key]).where(other.c[GONE].is_(None))
    back = connection.execute(sa.delete(gathered).where(gone, here.in_(living))).rowcount
    keys = sa.select(here).where(gone)
    if mark:
        marked = {table.c[mark]: gathered.c[mark]}
        change = sa.update(table).values(marked).where(there == here, gone, table.c[mark].is_(None))
        deleted = connection.execute(change).rowcount
    else:
        deleted = connection.execute(sa.delete(table).where(there.in_(keys))).rowcount
    all_gone = connection.execute(sa.delete(gathered).where(gone)).rowcount
    return Settled(deleted, back + all_gone - deleted)
