"""The durable record of one run, as the engine needs it: what was read, what was about to be sent, what came back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import polars as pl

from crmdesk.connectors.contract import OpenSend, Payload, Prepared, SendId
from crmdesk.model.job import Pace
from crmdesk.model.reject import Stage
from crmdesk.model.run import Landed, Progress, RunOutcome, Tally
from crmdesk.tabular.outcome import OUTCOME_SCHEMA, REJECT_SCHEMA

__all__ = ["OUTCOME_SCHEMA", "REJECT_SCHEMA", "Landed", "Ledger", "Prepared"]


class Ledger(Protocol):
    """Each method returns only when what it says is on the disk. Thread-safe. Raises StoreError."""

    run: str
    folder: Path
    """A directory of this run alone (mode 0700) for the copy of the source and the send files."""

    # --- preparing a write --------------------------------------------------------------------------------------------

    def begin_prepare(self) -> None:
        """Forget everything prepared before, if anything, and start the list anew."""
        ...

    def forget_packed(self) -> None:
        """Forget the sends and rejects that were prepared; the copy of the source stays."""
        ...

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """`rows` rows of the source, from `first_row` on, stand in file `name` of the folder."""
        ...

    def source_blocks(self) -> Sequence[str]:
        """Names of the source files, in row order."""
        ...

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """Store rejects (REJECT_SCHEMA) and the outcome `rejected` of their rows, in one transaction."""
        ...

    def add_outcomes(self, outcomes: pl.DataFrame) -> None:
        """Store what became of rows that need not be sent (OUTCOME_SCHEMA)."""
        ...

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        """Give the open rejects of these rows the state ignored, for a reason."""
        ...

    def add_sends(self, sends: Sequence[Prepared]) -> None:
        """Add sends to the list, in order, in one transaction. Their bodies are on the disk already."""
        ...

    def end_prepare(self, engine: str) -> None:
        """The list is complete: from here on the source is never opened again."""
        ...

    @property
    def is_prepared(self) -> bool:
        """Whether the list is complete."""
        ...

    @property
    def engine(self) -> str:
        """The engine given to end_prepare."""
        ...

    @property
    def has_begun(self) -> bool:
        """Whether a send was begun, whatever became of it: then somebody agreed to the run."""
        ...

    # --- sending ------------------------------------------------------------------------------------------------------

    def unsent(self, limit: int | None = None) -> Iterator[Payload]:
        """Sends that were never begun, in order, fetched a few at a time; `limit` bounds their number."""
        ...

    def open_sends(self) -> Sequence[OpenSend]:
        """Sends begun and not settled, in order."""
        ...

    def intend(self, send: SendId, sent_at: str) -> None:
        """The send is begun."""
        ...

    def owned(self, ids: Collection[str]) -> frozenset[str]:
        """Those of the remote `ids` that are the outcome of a row of this run."""
        ...

    def handle(self, send: SendId, handle: str) -> None:
        """The remote's name for the send."""
        ...

    def settle(
        self,
        send: SendId,
        outcomes: pl.DataFrame,
        rejects: pl.DataFrame,
        again: Sequence[Prepared],
        done_at: str = "",
    ) -> None:
        """A receipt, in one transaction; `done_at` as there.

        Outcomes (OUTCOME_SCHEMA, rejected rows not among them) and rejects of stage WRITE (REJECT_SCHEMA) are stored,
        the send is settled, and its rows that were proven not applied become new sends.
        """
        ...

    def withdraw(self, send: SendId, rejects: pl.DataFrame) -> None:
        """Take a send that was never begun off the list: its rows are these rejects (REJECT_SCHEMA)."""
        ...

    def answered(self) -> pl.DataFrame:
        """ROW and `at`: when, by the CRM's clock, it was done with the row for the last time, as far as that is known.

        That is when it says that it had, else when its answer was there.
        """
        ...

    def replace_sends(self, old: Sequence[SendId], new: Sequence[Prepared]) -> None:
        """Put `new` sends of the same rows, behind all others, in the place of `old` ones that were never begun."""
        ...

    def pace(self) -> Pace | None:
        """The speed that somebody asked for since the run was made; looked up a few times a second at most."""
        ...

    # --- importing ----------------------------------------------------------------------------------------------------

    def land(self, landed: Landed, rejects: pl.DataFrame) -> None:
        """Store how far the import got, together with the rejects (REJECT_SCHEMA) met since the last call."""
        ...

    def landed(self) -> Landed | None:
        """The last state stored, None at the beginning."""
        ...

    def rewind_import(self, landed: Landed | None) -> None:
        """Let the import be as far as `landed` says, None at the beginning; rejects of rows behind it are forgotten."""
        ...

    # --- the run ------------------------------------------------------------------------------------------------------

    def tally(self) -> Tally:
        """Counts from stored row outcomes. Before the list of a write is complete, every row read is pending."""
        ...

    def progress(self, progress: Progress) -> None:
        """Let others see where the run is (not durable)."""
        ...

    def is_stop_requested(self) -> bool:
        """Whether another process asked this run to stop."""
        ...

    def notice(self, message: str) -> None:
        """Keep a sentence with the run."""
        ...

    def finish(self, outcome: RunOutcome, api_calls: int, error: str) -> None:
        """The run has ended, a stopped or paused one for now. `api_calls` of this stretch are added."""
        ...

    def discard_send_files(self) -> None:
        """Delete the send files of a settled run."""
        ...
