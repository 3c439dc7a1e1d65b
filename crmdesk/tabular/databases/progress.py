"""How far each import into a database got: a table beside the rows, written in the same transactions."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa

from crmdesk.model.run import Landed

_TABLE = "_crmdesk_progress"
_COUNTS = ("rows", "written", "updated", "unchanged", "deleted", "staged")


class _State(StrEnum):
    """BEGUN: nothing landed yet. READING: rows landed. READ: all of them. APPLIED: they are where they belong."""

    BEGUN = "begun"
    READING = "reading"
    READ = "read"
    APPLIED = "applied"


class ProgressTable:
    """One row for each job that is on its way; gone when nobody needs it any more.

    `owner` names the job, `run` its run. Everything happens in the transaction of the connection.
    """

    def __init__(self, connection: sa.Connection, schema: str | None, owner: str, run: str) -> None:
        self._connection = connection
        self._owner = owner
        self._run = run
        self._table = sa.Table(
            _TABLE,
            sa.MetaData(),
            sa.Column("owner", sa.Text, primary_key=True),
            sa.Column("run", sa.Text, nullable=False),
            sa.Column("state", sa.Text, nullable=False),
            sa.Column("cursor", sa.Text),
            *(sa.Column(name, sa.BigInteger, nullable=False) for name in _COUNTS),
            schema=schema,
        )

    def begin(self) -> None:
        """The run of the owner begins anew; another run of it is forgotten."""
        self._table.create(self._connection, checkfirst=True)
        self._connection.execute(sa.delete(self._table).where(self._table.c.owner == self._owner))
        counts = dict.fromkeys(_COUNTS, 0)
        row = {"owner": self._owner, "run": self._run, "state": _State.BEGUN.value, **counts}
        self._connection.execute(sa.insert(self._table), row)

    def found(self) -> Landed | None:
        """How far this run got; None when it has to begin anew."""
        if not self._exists():
            return None
        wanted = sa.select(self._table).where(self._table.c.owner == self._owner, self._table.c.run == self._run)
        row = self._connection.execute(wanted).mappings().first()
        if row is None or row["state"] == _State.BEGUN:
            return None
        counts = {name: int(row[name]) for name in _COUNTS}
        return Landed(cursor=row["cursor"], length=0, is_applied=row["state"] == _State.APPLIED, **counts)

    def _exists(self) -> bool:
        return sa.inspect(self._connection).has_table(_TABLE, schema=self._table.schema)

    def put(self, landed: Landed) -> None:
        """Keep how far the run got."""
        state = _State.APPLIED if landed.is_applied else _State.READ if landed.cursor is None else _State.READING
        counts = {name: getattr(landed, name) for name in _COUNTS}
        self._connection.execute(
            sa.update(self._table)
            .where(self._table.c.owner == self._owner)
            .values(state=state.value, cursor=landed.cursor, **counts)
        )

    def forget(self) -> None:
        """Remove the row, and the table when it was the last one."""
        if not self._exists():
            return
        self._connection.execute(sa.delete(self._table).where(self._table.c.owner == self._owner))
        if self._connection.scalar(sa.select(sa.func.count()).select_from(self._table)) == 0:
            self._table.drop(self._connection)
