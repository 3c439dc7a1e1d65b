"""A table of SQLite or PostgreSQL as the target of an import: rows gather beside it and enter it in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

import polars as pl
import sqlalchemy as sa

from crmdesk.model.index import MARK_COLUMN, Deletions
from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.run import Landed
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.databases.applying import ORDER, merge, put
from crmdesk.tabular.databases.bulk import load
from crmdesk.tabular.databases.connection import connected, speaking
from crmdesk.tabular.databases.fitting import Place, fillings, found_table, place_of
from crmdesk.tabular.databases.gone import GONE, Settled, settle_gone
from crmdesk.tabular.databases.progress import ProgressTable
from crmdesk.tabular.databases.slots import made_for
from crmdesk.tabular.databases.values import Filling, loadable
from crmdesk.tabular.files.contract import FileLayout
from crmdesk.tabular.targets.owner import Owner


class TableTarget:
    """See Target for what its methods do. `key` is the column of the remote id.

    With `deletions` the rows have a column MARK_COLUMN with the time a record was deleted, null for one that lives.

    A table that is missing is made. Null and empty text stay apart. One that lacks a column of the job, or has others
    that must be filled, is refused by name, and so is a column of another type.
    """

    most_rows = None

    def __init__(
        self,
        local: LocalTable,
        password: str,
        layout: FileLayout,
        key: str,
        owner: Owner,
        deletions: Deletions = Deletions.NO,
    ) -> None:
        self._local = local
        self._password = password
        self._layout = layout
        self._key = key
        self._owner = owner
        self._deletions = deletions
        self._open = ExitStack()

    def resume(self, landed: Landed | None) -> Landed | None:
        with self._speaking():
            self._open.close()
            self._connection = self._open.enter_context(connected(self._local.database, self._password))
            self._is_sqlite = self._connection.dialect.name == "sqlite"
            self._place: Place = place_of(self._connection, self._local)
            self._progress = ProgressTable(self._connection, self._place.schema, self._owner.name, self._owner.run)
            if landed is not None and landed.is_applied:
                return landed
            self._table = found_table(self._connection, self._place)
            self._fillings: Sequence[Filling] = fillings(self._connection, self._local, self._layout, self._table)
            state = self._progress.found() if landed is not None else None
            self._gathered = self._gathering()
            if state is None:
                self._begin()
            self._connection.commit()
            return state

    def _gathering(self) -> sa.Table:
        """The table beside the table, with columns of the same types."""
        name = f"_crmdesk_rows_{self._owner.name}"
        model = self._table if self._table is not None else self._new()
        columns = [sa.Column(filling.name, model.c[filling.name].type) for filling in self._fillings]
        if self._local.mode is Mode.MERGE:
            columns.append(sa.Column(ORDER, sa.BigInteger()))
        if self._deletions is not Deletions.NO:
            columns.append(sa.Column(GONE, sa.Text()))
        return sa.Table(name, sa.MetaData(), *columns, schema=self._place.schema)

    def _new(self) -> sa.Table:
        key = self._key if self._local.mode is Mode.MERGE else ""
        return made_for(self._layout, self._place.name, self._place.schema, key)

    def _begin(self) -> None:
        self._gathered.drop(self._connection, checkfirst=True)
        self._gathered.create(self._connection)
        self._progress.begin()

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        values, problems = loadable(self._fillings, frame, is_sqlite=self._is_sqlite)
        if self._deletions is not Deletions.NO:
            gone = frame.select(ROW, pl.col(MARK_COLUMN).alias(GONE))
            values = values.join(gone, on=ROW, how="left", maintain_order="left")
        order = {ROW: ORDER} if self._local.mode is Mode.MERGE else {}
        with self._speaking():
            self._connection.execute(sa.select(1))  # begins a transaction where none is open
            load(self._connection, self._gathered, values.rename(order) if order else values.drop(ROW))
        return problems

    def sync(self) -> int:
        return 0

    def land(self, landed: Landed) -> None:
        with self._speaking():
            self._progress.put(landed)
            self._connection.commit()

    def finish(self, landed: Landed) -> Landed:
        if landed.is_applied:
            return landed
        with self._speaking():
            applied = self._apply(landed)
            self._progress.put(applied)
            self._connection.commit()
        return applied

    def _apply(self, landed: Landed) -> Landed:
        names = [filling.name for filling in self._fillings]
        if self._local.mode is not Mode.MERGE and self._table is None:
            self._rename()
            return replace(landed, is_applied=True)
        table = self._table
        if table is None:
            table = self._new()
            table.create(self._connection)
        if self._local.mode is Mode.MERGE:
            key = next(filling.name for filling in self._fillings if filling.column.name == self._key)
            gone = self._settle_gone(table, key)
            done = merge(self._connection, self._gathered, table, names, key)
            done = replace(done, deleted=gone.deleted, unchanged=done.unchanged + gone.unchanged)
        else:
            done = put(self._connection, self._local.mode, self._gathered, table, names)
        self._gathered.drop(self._connection)
        settled = replace(landed, written=done.created, updated=done.updated, unchanged=done.unchanged)
        return replace(settled, deleted=done.deleted, staged=0, is_applied=True)

    def _settle_gone(self, table: sa.Table, key: str) -> Settled:
        if self._deletions is Deletions.NO:
            return Settled()
        mark = next((each.name for each in self._fillings if each.column.name == MARK_COLUMN), "")
        return settle_gone(self._connection, self._gathered, table, key, mark)

    def _rename(self) -> None:
        quote = self._connection.dialect.identifier_preparer
        old, new = quote.format_table(self._gathered), quote.quote(self._place.name)
        self._connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")

    def forget(self) -> None:
        with self._speaking():
            self._progress.forget()
            self._connection.commit()

    def close(self) -> None:
        with self._speaking():
            self._open.close()

    def _speaking(self) -> AbstractContextManager[None]:
        return speaking(self._local.database)
