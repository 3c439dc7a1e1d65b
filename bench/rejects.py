"""A million rejects: stored through the ledger and by peewee's insert_many, then a page of them and their counts.

`python bench/rejects.py [ROWS]`; both ways write the same rows to a file of their own with the same durability.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import polars as pl

from crmdesk.desk.mending.groups import groups_of
from crmdesk.model.job import Action, Operation
from crmdesk.model.reject import RejectState, Stage
from crmdesk.model.run import RunStart
from crmdesk.store import Store
from crmdesk.tabular.batch import LINE, ROW

AT_ONCE = 50_000
BY_PEEWEE = 100  # rows a statement, within SQLite's limit of variables
CAUSES = 40
START = RunStart("j", "version = 1", "practice_org", "00D", Operation.EXPORT, Action.INSERT, "Contact", "/x.csv", "f")


def frames(rows: int) -> Iterator[pl.DataFrame]:
    """Rejects (REJECT_SCHEMA) with values of ten columns and messages of forty causes."""
    values = ",".join(f'"Column {number}":"value {number}"' for number in range(10))
    for first in range(1, rows + 1, AT_ONCE):
        numbers = pl.int_range(first, min(first + AT_ONCE, rows + 1), eager=True, dtype=pl.Int64).alias(ROW)
        text = numbers.cast(pl.String)
        cause = (numbers % CAUSES).cast(pl.String)
        yield pl.DataFrame([numbers, (numbers + 1).alias(LINE)]).with_columns(
            (pl.lit("Field_") + cause + "__c").alias("field"),
            pl.lit("INVALID_EMAIL_ADDRESS").alias("code"),
            (pl.lit('"mail ') + text + '" is not an e-mail address.').alias("message"),
            pl.lit("[]").alias("also"),
            (pl.lit(f'{{{values},"Mail":"mail ') + text + '"}').alias("values"),
            pl.lit("{}").alias("sent"),
        )


def by_ledger(store: Store, rows: int) -> str:
    run = store.runs.create(START)
    ledger = store.runs.ledger(run)
    for frame in frames(rows):
        ledger.add_rejects(Stage.CONVERT, frame)
    return run


def by_insert_many(place: Path, rows: int) -> None:
    database = peewee.SqliteDatabase(str(place), pragmas={"journal_mode": "wal", "synchronous": "full"})

    class Row(peewee.Model):
        place = peewee.IntegerField(primary_key=True)
        line = peewee.IntegerField()
        stage = peewee.IntegerField()
        state = peewee.IntegerField(index=True)
        field = peewee.TextField()
        code = peewee.TextField()
        message = peewee.TextField()
        also = peewee.TextField()
        sent = peewee.TextField()
        original = peewee.TextField()

        class Meta:
            pass

    Row.bind(database)
    database.create_tables([Row])
    names = {ROW: "place", LINE: "line", "values": "original"}
    for frame in frames(rows):
        records = frame.rename(names).with_columns(stage=1, state=1).to_dicts()
        with database.atomic():
            for batch in peewee.chunked(records, BY_PEEWEE):
                Row.insert_many(batch).execute()
    database.close()


def timed(what: str, step: Callable[[], object], times: int = 1) -> float:
    """The CPU seconds of the quickest of some times; the wall clock's are only shown: disks are shared."""
    best, wall = float("inf"), float("inf")
    for _ in range(times):
        begun, spent = time.perf_counter(), time.process_time()
        step()
        best, wall = min(best, time.process_time() - spent), min(wall, time.perf_counter() - begun)
    print(f"{what:40} CPU {best * 1000:12,.2f} ms   wall {wall * 1000:12,.2f} ms")  # noqa: T201 - what a bench is for
    return best


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "profile", keychains=())
        runs: list[str] = []
        making = timed(
            f"{rows:,} rejects made, in both of the next", lambda: sum(frame.height for frame in frames(rows))
        )
        ours = timed(f"{rows:,} rejects through the ledger", lambda: runs.append(by_ledger(store, rows)))
        theirs = timed(f"{rows:,} rejects by insert_many", lambda: by_insert_many(Path(folder) / "peewee.db", rows))
        print(f"{'CPU, times as much':40}     {(theirs - making) / (ours - making):12.1f}")  # noqa: T201
        run, middle = runs[0], rows // 2
        cause = store.rejects.page(run, limit=1)[0].cause
        open_ = (RejectState.OPEN,)
        timed("a page of 200 in the middle", lambda: store.rejects.page(run, after_row=middle, states=open_), 20)
        timed("a page of 200 of one cause", lambda: store.rejects.page(run, cause=cause, after_row=middle), 20)
        timed("the counts by state", lambda: store.rejects.states(run), 20)
        timed("the causes with their counts", lambda: store.rejects.causes(run), 20)
        timed("the open causes with their counts", lambda: store.rejects.open_causes(run), 5)
        timed("the groups of the error book", lambda: groups_of(store, run), 5)
        store.rejects.set_aside(run, range(1, middle))
        timed("a page of 200 open ones, half set aside", lambda: store.rejects.page(run, states=open_), 20)
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
