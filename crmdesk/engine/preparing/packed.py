"""Blocks on their way out: rejects go to the ledger, the other rows into sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from crmdesk.engine.ledger import Prepared
from crmdesk.engine.preparing.guarding import Cleared
from crmdesk.engine.preparing.preparation import Found, Preparation
from crmdesk.engine.preparing.prepared_block import converted_block
from crmdesk.engine.preparing.rejects import reject_frame
from crmdesk.engine.sending.bounds import check_share
from crmdesk.engine.sending.by_parent import Ordering
from crmdesk.engine.sending.packers import Packers
from crmdesk.model.reject import Stage
from crmdesk.model.run import Tally
from crmdesk.tabular.batch import ROW

_SENDS_AT_ONCE = 500  # sends added to the ledger in one transaction
_ROWS_AT_ONCE = 1_000_000  # rows in them at most, whose numbers are held until then


@dataclass(slots=True)
class Packed:
    """What has become of the blocks so far: `done` rows, of which some cannot be sent and some need not be."""

    work: Preparation
    found: Found
    packers: Packers
    ordering: Ordering
    cleared: Cleared
    done: int = 0
    rejected: int = 0
    unchanged: int = 0
    _sends: list[Prepared] = field(default_factory=list)

    def add(self, frame: pl.DataFrame, known: list[pl.DataFrame]) -> None:
        """Convert a block and pack its rows; those with a problem, `known` ones included, are rejected."""
        self.work.token.check()
        converted = converted_block(self.work, frame, self.found, known)
        if not converted.problems.is_empty():
            rejects = reject_frame(converted.problems, frame, converted.rest)
            self.rejected += rejects.height
            self.work.ledger.add_rejects(Stage.CONVERT, rejects)
        ready = self._changed(converted.ready)
        self.cleared.see(ready)
        self._pack(self.ordering.take(ready))
        self.done += frame.height

    def close(self) -> None:
        """Pack the rows that were held back, and close the last sends."""
        self._pack(self.ordering.rest())
        self._sends.extend(self.packers.close())
        self.work.ledger.add_sends(self._sends)

    def check(self) -> None:
        """Raise GuardError when the job allows less than what would be sent."""
        self.cleared.check()
        check_share(self.work.plan.job.guard, self.tally(self.done))

    def tally(self, read: int) -> Tally:
        """The counts when `read` rows are read."""
        pending = read - self.rejected - self.unchanged
        return Tally(read=read, rejected=self.rejected, unchanged=self.unchanged, pending=pending)

    def _changed(self, ready: pl.DataFrame) -> pl.DataFrame:
        """The rows that say something new, where that was asked; the others are settled."""
        if self.found.holding is None:
            return ready
        unchanged = self.found.holding.unchanged(ready)
        self.unchanged += unchanged.height
        self.work.ledger.add_outcomes(unchanged)
        return ready.join(unchanged, on=ROW, how="anti", maintain_order="left")

    def _pack(self, frames: Iterator[pl.DataFrame]) -> None:
        for send in chain.from_iterable(map(self.packers.add, frames)):
            self._sends.append(send)
            if len(self._sends) >= _SENDS_AT_ONCE or sum(len(each.rows) for each in self._sends) >= _ROWS_AT_ONCE:
                self.packers.sync()
                self.work.ledger.add_sends(self._sends)
                self._sends.clear()
