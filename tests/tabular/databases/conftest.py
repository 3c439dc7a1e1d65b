"""One PostgreSQL server for the tests of databases; each test has a database of its own, of either kind."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import sqlalchemy as sa

from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.run import Landed
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.databases.connection import connected
from crmdesk.tabular.databases.source import TableSource
from crmdesk.tabular.databases.target import TableTarget
from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind
from crmdesk.tabular.targets.owner import Owner
from tests.servers.postgresql import PASSWORD, Server

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Db:
    """A database, and short ways to look into it and to run an import into it."""

    url: str
    password: str
    folder: Path

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def do(self, *statements: str) -> None:
        with connected(self.url, self.password) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with connected(self.url, self.password) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def tables(self) -> set[str]:
        with connected(self.url, self.password) as connection:
            return set(sa.inspect(connection).get_table_names())

    def source(self, table: str = "", query: str = "") -> TableSource:
        return TableSource(LocalTable(self.url, table, query), self.password)

    def read(self, table: str = "", query: str = "") -> pl.DataFrame:
        frames = [batch.frame.drop(ROW, "__line__") for batch in self.source(table, query).batches()]
        return pl.concat(frames) if frames else pl.DataFrame()

    def target(self, layout: FileLayout, mode: Mode, run: str = "1") -> TableTarget:
        local = LocalTable(self.url, "things", mode=mode)
        return TableTarget(local, self.password, layout, "Id", Owner(self.folder, "job", run))

    def take(self, layout: FileLayout, mode: Mode, rows: list[dict[str, str | None]], run: str = "1") -> Landed:
        """A whole import of these rows."""
        with closing(self.target(layout, mode, run)) as target:
            target.resume(None)
            problems = target.write(frame(layout, rows))
            assert problems.is_empty(), problems
            read = Landed(None, 0, len(rows), len(rows))
            if mode is Mode.MERGE:
                read = Landed(None, 0, len(rows), 0, staged=len(rows))
            target.land(read)
            done = target.finish(read)
            target.forget()
            return done


def frame(layout: FileLayout, rows: list[dict[str, str | None]], first: int = 1) -> pl.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in layout.names}
    texts = pl.DataFrame(columns, schema=dict.fromkeys(layout.names, pl.String()))
    return texts.with_row_index(ROW, first).cast({ROW: pl.Int64})


def layout(**kinds: Kind) -> FileLayout:
    return FileLayout(tuple(FileColumn(name, kind) for name, kind in kinds.items()), STOCKHOLM)


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Db:
    if request.param == "sqlite":
        return Db(f"sqlite:///{tmp_path}/crm.db", "", tmp_path)
    running: Server = request.getfixturevalue("postgresql_server")
    return Db(running.database(tmp_path.name), PASSWORD, tmp_path)
