"""Rows that were gathered beside a table are put into it: in place of all others, behind them, or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crmdesk.errors import FileFormatError
from crmdesk.model.figures import counted
from crmdesk.model.local import Mode

_SHORT, _LONG = 15, 18  # characters of a record id of Salesforce
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
    """Update the rows of `table` that have the key of a gathered one and differ from it, and add the others.

    Raises FileFormatError where records are there by the short form of their ids: each would come a second time.
    """
    twins = _without_twins(connection, gathered, key)
    here, there = gathered.c[key], table.c[key]
    _refuse_short_ids(connection, here, there)
    others = [name for name in names if name != key]
    differs = _differs(table, gathered, others)
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


def _refuse_short_ids(connection: sa.Connection, here: sa.Column[object], there: sa.Column[object]) -> None:
    """Salesforce shows ids of 15 characters in reports, and gives them with three more that tell the case of these."""
    if not isinstance(here.type, sa.String):
        return
    begins = sa.exists().where(there == sa.func.substr(here, 1, _SHORT))
    short = _counted(connection, sa.select(sa.func.count(here)).where(sa.func.length(here) == _LONG, begins))
    if short:
        raise FileFormatError(
            f"Record ids of 15 characters stand in {counted(short, 'row')} that are there already, and the CRM's have "
            "18: the same records would be there twice.",
            hint='Import once with mode = "replace", or write the ids there with 18 characters.',
            place="local.mode",
        )


def _differs(table: sa.Table, gathered: sa.Table, names: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether two rows differ in any of the columns; as rows, since SQLite takes no chain of a thousand ORs."""
    if not names:
        return sa.false()
    there, here = (sa.tuple_(*(each.c[name] for name in names)) for each in (table, gathered))
    return there.is_distinct_from(here)


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
