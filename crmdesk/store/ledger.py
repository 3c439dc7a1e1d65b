"""The durable record of one run: what was read, what was about to be sent, what came back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import OpenSend, Payload, Prepared, SendId
from crmdesk.errors import StoreError
from crmdesk.model.job import Operation, Pace
from crmdesk.model.reject import Stage
from crmdesk.model.run import Landed, Phase, Progress, RunOutcome, Tally
from crmdesk.store import counts, landing, lineage, send_list
from crmdesk.store.clock import after, now
from crmdesk.store.codes import SETTLED_WELL
from crmdesk.store.database import Database
from crmdesk.store.rejects import Rejects
from crmdesk.store.run_records import has_begun
from crmdesk.store.settled_rows import forget_rows, owned, store_outcomes, store_rejects
from crmdesk.tabular.batch import ROW

_FETCHED_AT_ONCE = 16  # sends: more than any sink has in flight, and 16 row lists of 150,000 rows are 20 MB
_BETWEEN_LOOKS = 0.2  # seconds between two looks at the store for something that is not urgent


class RunLedger:
    """The ledger of run `run`, as the engine's Ledger protocol describes it. Thread-safe.

    Made by Runs.ledger. Every method raises StoreError.
    """

    def __init__(self, database: Database, run: int, folder: Path) -> None:
        self.run = str(run)
        self.folder = folder
        self._database = database
        self._run = run
        self._told_at = self._asked_at = self._paced_at = -_BETWEEN_LOOKS
        self._pace: Pace | None = None
        self._told: Phase | None = None
        self._stop_requested = False
        self._on_the_way: dict[SendId, tuple[str, float]] = {}
        with database.reading() as connection:
            operation = connection.execute("SELECT operation FROM run WHERE id = ?", (run,)).fetchone()[0]
            self._line = lineage.ancestors(connection, run)
        self._operation = Operation(operation)

    # --- preparing a write --------------------------------------------------------------------------------------------

    def begin_prepare(self) -> None:
        with self._database.transaction() as connection:
            blocks = connection.execute("SELECT name FROM source_block WHERE run = ?", (self._run,))
            files = {row[0] for row in blocks.fetchall()}
            connection.execute("DELETE FROM source_block WHERE run = ?", (self._run,))
            connection.execute("UPDATE run SET is_prepared = 0, engine = '' WHERE id = ?", (self._run,))
            files |= self._forget_packed(connection)
        self._delete(files)

    def forget_packed(self) -> None:
        with self._database.transaction() as connection:
            files = self._forget_packed(connection)
        self._delete(files)

    def _forget_packed(self, connection: sqlite3.Connection) -> set[str]:
        """Forget sends and rejects; gives the names of their files."""
        files = set(send_list.file_names(connection, self._run))
        send_list.forget_sends(connection, self._run)
        forget_rows(connection, self._run)
        return files

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO source_block VALUES (?, ?, ?, ?)", (self._run, first_row, rows, name))
            counts.add(connection, self._run, {counts.READ: rows})

    def source_blocks(self) -> Sequence[str]:
        with self._database.reading() as connection:
            blocks = connection.execute("SELECT name FROM source_block WHERE run = ? ORDER BY first_row", (self._run,))
            return [row[0] for row in blocks.fetchall()]

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        with self._database.transaction() as connection:
            store_rejects(connection, self._run, stage, rejects)

    def add_outcomes(self, outcomes: pl.DataFrame) -> None:
        if outcomes.is_empty():
            return
        with self._database.transaction() as connection:
            self._settle_well(connection, outcomes)

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        Rejects(self._database).set_aside(self.run, rows.to_list(), reason)

    def add_sends(self, sends: Sequence[Prepared]) -> None:
        with self._database.transaction() as connection:
            send_list.store_sends(connection, self._run, sends)

    def end_prepare(self, engine: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE run SET is_prepared = 1, engine = ? WHERE id = ?", (engine, self._run))

    @property
    def is_prepared(self) -> bool:
        with self._database.reading() as connection:
            return bool(connection.execute("SELECT is_prepared FROM run WHERE id = ?", (self._run,)).fetchone()[0])

    @property
    def engine(self) -> str:
        with self._database.reading() as connection:
            return str(connection.execute("SELECT engine FROM run WHERE id = ?", (self._run,)).fetchone()[0])

    @property
    def has_begun(self) -> bool:
        with self._database.reading() as connection:
            return has_begun(connection, self._run)

    # --- sending ------------------------------------------------------------------------------------------------------

    def unsent(self, limit: int | None = None) -> Iterator[Payload]:
        last, left = 0, limit
        while left is None or left > 0:
            wanted = _FETCHED_AT_ONCE if left is None else min(left, _FETCHED_AT_ONCE)
            with self._database.reading() as connection:
                fetched = send_list.unsent(connection, self._run, self.folder, last, wanted)
            if not fetched:
                return
            yield from fetched
            last = fetched[-1].send
            left = None if left is None else left - len(fetched)

    def open_sends(self) -> Sequence[OpenSend]:
        with self._database.reading() as connection:
            return send_list.open_sends(connection, self._run, self.folder)

    def intend(self, send: SendId, sent_at: str) -> None:
        with self._database.transaction() as connection:
            send_list.begin(connection, self._run, send, sent_at)
        self._on_the_way[send] = (sent_at, time.monotonic())

    def owned(self, ids: Collection[str]) -> frozenset[str]:
        with self._database.reading() as connection:
            return owned(connection, self._run, ids)

    def handle(self, send: SendId, handle: str) -> None:
        with self._database.transaction() as connection:
            send_list.name(connection, self._run, send, handle)

    def settle(
        self,
        send: SendId,
        outcomes: pl.DataFrame,
        rejects: pl.DataFrame,
        again: Sequence[Prepared],
        done_at: str = "",
    ) -> None:
        rows = outcomes.height + rejects.height + sum(prepared.rows.len() for prepared in again)
        sent_at, since = self._on_the_way.pop(send, ("", 0.0))
        # The CRM's clock is not asked again for it: ours tells how long the answer took.
        answered_at = after(sent_at, time.monotonic() - since) if sent_at else ""
        if done_at:
            answered_at = after(done_at, 0)
        with self._database.transaction() as connection:
            send_list.settle(connection, self._run, send, rows, answered_at)
            store_rejects(connection, self._run, Stage.WRITE, rejects)
            send_list.store_sends(connection, self._run, again)
            if not outcomes.is_empty():
                self._settle_well(connection, outcomes)

    def withdraw(self, send: SendId, rejects: pl.DataFrame) -> None:
        with self._database.transaction() as connection:
            send_list.settle(connection, self._run, send, rejects.height, "")
            store_rejects(connection, self._run, Stage.CONVERT, rejects)

    def answered(self) -> pl.DataFrame:
        with self._database.reading() as connection:
            found = send_list.answered(connection, self._run)
        frames = [pl.DataFrame([rows]).with_columns(pl.lit(at).alias("at")) for rows, at in found]
        empty = pl.DataFrame(schema={ROW: pl.Int64, "at": pl.String})
        return pl.concat([empty, *frames]).group_by(ROW).agg(pl.col("at").max())

    def _settle_well(self, connection: sqlite3.Connection, outcomes: pl.DataFrame) -> None:
        store_outcomes(connection, self._run, outcomes)
        if self._line:
            well = outcomes.filter(pl.col("outcome").is_in(SETTLED_WELL))
            lineage.resolve(connection, self._line, well.get_column(ROW).to_list())

    def replace_sends(self, old: Sequence[SendId], new: Sequence[Prepared]) -> None:
        with self._database.transaction() as connection:
            send_list.replace(connection, self._run, old, new)

    def pace(self) -> Pace | None:
        if time.monotonic() - self._paced_at >= _BETWEEN_LOOKS:
            with self._database.reading() as connection:
                found = connection.execute("SELECT pace FROM run WHERE id = ?", (self._run,)).fetchone()
            self._pace = Pace.parse(found[0])
            self._paced_at = time.monotonic()
        return self._pace

    # --- importing ----------------------------------------------------------------------------------------------------

    def land(self, landed: Landed, rejects: pl.DataFrame) -> None:
        with self._database.transaction() as connection:
            landing.keep(connection, self._run, landed)
            store_rejects(connection, self._run, Stage.CONVERT, rejects)

    def landed(self) -> Landed | None:
        with self._database.reading() as connection:
            return landing.kept(connection, self._run)

    def rewind_import(self, landed: Landed | None) -> None:
        with self._database.transaction() as connection:
            landing.keep(connection, self._run, landed)
            forget_rows(connection, self._run, behind=landed.rows if landed is not None else 0)

    # --- the run ------------------------------------------------------------------------------------------------------

    def tally(self) -> Tally:
        with self._database.reading() as connection:
            found = connection.execute("SELECT is_prepared FROM run WHERE id = ?", (self._run,)).fetchone()
            return counts.tally(connection, self._run, self._operation, is_prepared=bool(found[0]))

    def progress(self, progress: Progress) -> None:
        if progress.phase is self._told and time.monotonic() - self._told_at < _BETWEEN_LOOKS:
            return
        with self._database.passing() as connection:
            connection.execute(
                "REPLACE INTO progress (run, phase, done, total, api_calls, calls_left) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    self._run,
                    progress.phase,
                    progress.done,
                    progress.total,
                    progress.api_calls,
                    progress.calls_left,
                ),
            )
        self._told, self._told_at = progress.phase, time.monotonic()

    def is_stop_requested(self) -> bool:
        if time.monotonic() - self._asked_at >= _BETWEEN_LOOKS:
            with self._database.reading() as connection:
                found = connection.execute("SELECT is_stop_requested FROM run WHERE id = ?", (self._run,)).fetchone()
            self._stop_requested = bool(found[0])
            self._asked_at = time.monotonic()
        return self._stop_requested

    def notice(self, message: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO notice (run, message) VALUES (?, ?)", (self._run, message))

    def finish(self, outcome: RunOutcome, api_calls: int, error: str) -> None:
        with self._database.transaction() as connection:
            counts.recount(connection, self._run)
            connection.execute("DELETE FROM progress WHERE run = ?", (self._run,))
            connection.execute(
                "UPDATE run SET outcome = ?, ended = ?, api_calls = api_calls + ?, error = ? WHERE id = ?",
                (outcome, now(), api_calls, error, self._run),
            )

    def discard_send_files(self) -> None:
        with self._database.reading() as connection:
            files = set(send_list.file_names(connection, self._run))
        self._delete(files)

    def _delete(self, files: set[str]) -> None:
        try:
            for name in files:
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{error.filename} cannot be deleted: {error.strerror}.",
                hint="Close the program that has opened it, and give your user the right to delete in that folder.",
            ) from error
