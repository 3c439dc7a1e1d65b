"""An import that is killed again and again, resumed, and compared with the CRM by readers that are not ours."""

from __future__ import annotations

import csv
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import psycopg

from crmdesk.connectors.token import CancelToken
from crmdesk.desk.desk import Desk
from crmdesk.engine import importing
from crmdesk.model.run import RunFinished, RunOutcome, RunStarted, Tally
from tests.copies import copies
from tests.servers.postgresql import PASSWORD
from tests.tabular.files.workbooks import workbook

KINDS = ("csv", "parquet", "xlsx", "sqlite", "postgresql")
MODES = ("replace", "append", "merge")
HEADER = ("Id", "Name", "Email")
_CHANGED, _SAME = 300, 200
_MOST_RESUMES = 4
_PATIENCE = 100

Record = tuple[str, str]
Records = Mapping[str, Record]
"""Name and address by id."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows go: a file in `folder`, or a table of a database."""

    kind: str
    folder: Path
    url: str = ""

    @property
    def local(self) -> str:
        if self.kind in ("sqlite", "postgresql"):
            return f'database = "{self.url or "sqlite:///t.db"}"\ntable = "people"'
        return f'path = "t.{self.kind}"'

    @property
    def file(self) -> Path:
        return self.folder / f"t.{'db' if self.kind == 'sqlite' else self.kind}"

    def fill(self, records: Sequence[tuple[str, str, str]]) -> None:
        """Put these rows there, before any import; no address is none, and not an empty one."""
        rows = [(key, name, mail or None) for key, name, mail in records]
        match self.kind:
            case "csv":
                with self.file.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([HEADER, *rows])
            case "parquet":
                pl.DataFrame(rows, schema=list(HEADER), orient="row").write_parquet(self.file)
            case "xlsx":
                with workbook(self.file) as book:
                    sheet = book.add_worksheet("Rows")
                    for number, row in enumerate((HEADER, *rows)):
                        sheet.write_row(number, 0, row)
            case "sqlite":
                with closing(sqlite3.connect(self.file)) as connection, connection:
                    connection.execute('CREATE TABLE people ("Id" TEXT, "Name" TEXT, "Email" TEXT)')
                    connection.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)
            case _:
                with self._server() as server, server.cursor() as cursor:
                    cursor.execute('CREATE TABLE people ("Id" text, "Name" text, "Email" text)')
                    cursor.executemany("INSERT INTO people VALUES (%s, %s, %s)", rows)

    def rows(self) -> dict[str, Record]:
        """What is there now; ids are distinct."""
        match self.kind:
            case "csv":
                with self.file.open(encoding="utf-8", newline="") as file:
                    found = [tuple(row.values()) for row in csv.DictReader(file)]
            case "parquet":
                found = pl.read_parquet(self.file).rows()
            case "xlsx":
                found = pl.DataFrame(fastexcel.read_excel(self.file).load_sheet(0, dtypes="string")).rows()
            case "sqlite":
                with closing(sqlite3.connect(self.file)) as connection:
                    found = connection.execute("SELECT * FROM people").fetchall()
            case _:
                with self._server() as connection:
                    found = connection.execute("SELECT * FROM people").fetchall()
        rows = {str(key): (str(name), str(mail or "")) for key, name, mail in found}
        assert len(rows) == len(found), "a row stands there twice"
        return rows

    def left_over(self) -> list[str]:
        """What an import left beside its target."""
        if self.kind == "postgresql":
            with self._server() as connection:
                return [
                    row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE tablename ~ 'crmd'")
                ]
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self.file)) as connection:
                found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%crmdesk%'")
                return [row[0] for row in found]
        return [path.name for path in self.folder.glob(".*")]

    def _server(self) -> psycopg.Connection[tuple[Any, ...]]:
        address = self.url.replace("desk@", f"desk:{'%'.join(['', *(f'{byte:02x}' for byte in PASSWORD.encode())])}@")
        return psycopg.connect(address, autocommit=True)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All was well: how many stretches were killed, and how many seconds the last one took behind its start."""

    killed: int
    seconds: float


def old_rows(crm: Records, mode: str) -> list[tuple[str, str, str]]:
    """What is at the target before: one that the CRM does not know, for a merge some known and some changed ones."""
    rows = [("OLD", "old", "old@example.com")]
    if mode == "merge":
        known = [(key, *crm[key]) for key in list(crm)[: _CHANGED + _SAME]]
        rows += [(key, "changed here", mail) for key, _, mail in known[:_CHANGED]] + known[_CHANGED:]
    return rows


def expected(crm: Records, mode: str) -> tuple[dict[str, Record], dict[str, int]]:
    """What is there in the end, and the counts of the run that are not 0."""
    there = dict(crm) if mode == "replace" else {**crm, "OLD": ("old", "old@example.com")}
    counts = {"read": len(crm), "created": len(crm)}
    if mode == "merge":
        counts |= {"created": len(crm) - _CHANGED - _SAME, "updated": _CHANGED, "unchanged": _SAME}
    return there, counts


def trial(home: Path, place: Place, mode: str, crm: Records, kills: Sequence[float]) -> Verdict:
    """Run, kill so many seconds after the start of each stretch, resume in peace and judge.

    After each kill the target holds all of the old rows and nothing else, or all of the new ones.
    """
    old = old_rows(crm, mode)
    before = {key: (name, mail) for key, name, mail in old}
    after, counts = expected(crm, mode)
    place.fill(old)
    job = place.folder / "job.toml"
    fields = {"LastName": "Name", "Email": "Email"}
    lines = "".join(f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n' for remote, local in fields.items())
    job.write_text(
        f'name = "{mode} {place.folder.name}"\nobject = "Contact"\noperation = "import"\n'
        f'[local]\n{place.local}\nmode = "{mode}"\n{lines}[[order_by]]\nfield = "Id"\n',
        encoding="utf-8",
    )
    run, killed = "", 0
    for delay in (*kills, *[None] * _MOST_RESUMES):
        said = _stretch(home, str(job), run, place.url, delay)
        run = said.get("run", run)
        if "outcome" in said:
            assert (said["outcome"], said["counts"]) == ("succeeded", counts), said
            break
        killed += 1
        assert place.rows() in (before, after), f"killed after {delay} s, neither the old nor the new rows are there"
    else:
        raise AssertionError("the run does not come to an end")
    assert place.rows() == after
    assert place.left_over() == []
    return Verdict(killed, float(said["seconds"]))


def _stretch(home: Path, job: str, run: str, url: str, delay: float | None) -> dict[str, Any]:
    """One life of the program: what it said until it ended, or was killed."""
    ours, theirs = copies.Pipe()
    process = copies.Process(target=_live, args=(str(home), job, run, url, theirs))
    process.start()
    theirs.close()
    said: dict[str, Any] = {}
    try:
        if delay is not None:
            said |= ours.recv()
            process.join(delay)
            process.kill()
        while ours.poll(_PATIENCE):
            said |= ours.recv()
    except EOFError:
        pass
    finally:
        process.kill()
        process.join()
        ours.close()
    assert "failure" not in said, said
    return said


def _live(home: str, job: str, run: str, url: str, told: Connection) -> None:
    """Carry out a run in a process of its own, with every batch landing."""
    importing._SYNC_SECONDS = 0.0
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
    if url:
        name = "".join(letter if letter.isalnum() else "_" for letter in url.removeprefix("postgresql://"))
        os.environ[f"CRMDESK_SECRET_DATABASE_{name.upper()}"] = PASSWORD
    with Desk.open(Path(home)) as desk:
        if run and desk.history.run(run).outcome is RunOutcome.SUCCEEDED:  # killed before it could say so
            told.send(_end(RunOutcome.SUCCEEDED, desk.history.run(run).tally))
            return
        token, started = CancelToken(), time.monotonic()
        events = desk.runs.resume(run, token, _yes) if run else desk.runs.run(desk.jobs.load(job), token, _yes)
        for event in events:
            match event:
                case RunStarted(number):
                    started = time.monotonic()
                    told.send({"run": number})
                case RunFinished(outcome=outcome, tally=tally, failure=failure):
                    told.send(_end(outcome, tally) | {"seconds": time.monotonic() - started})
                    if failure is not None:
                        told.send({"failure": failure.message})
                case _:
                    pass
    told.close()


def _end(outcome: RunOutcome, tally: Tally) -> dict[str, object]:
    return {
        "outcome": outcome.value,
        "seconds": 0,
        "counts": {name: count for name, count in tally.as_dict().items() if count},
    }


def _yes(_: object) -> bool:
    return True
