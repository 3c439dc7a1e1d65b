"""A rehearsal: a whole run up to, and without, the sending, and the counts it would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Packing, WriteRequest
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.lookup import DistinctKeys, find_keys, folds
from crmdesk.engine.prepare import Preparation, prepare
from crmdesk.model.job import Action, Engine
from crmdesk.model.reject import Stage, cause_of
from crmdesk.model.run import Progress, Tally
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import fold_key

_MOST_ROWS = 8192


@dataclass(slots=True)
class RehearsalLedger:
    """A ledger for preparing alone: the folder is temporary, and of what is stored only counts and keys are kept."""

    folder: Path
    key: str
    rows: int = 0
    rejects: list[pl.DataFrame] = field(default_factory=list)
    ready: int = 0
    keys: DistinctKeys = field(default_factory=DistinctKeys)
    key_rows: list[pl.Series] = field(default_factory=list)

    def begin_prepare(self) -> None:
        """Nothing was prepared before."""

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """Count the rows read."""
        self.rows += rows

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """Keep the rejects to be shown."""
        self.rejects.append(rejects)

    def add_sends(self, sends: Sequence[Prepared]) -> None:
        """Count the rows that would be sent."""
        self.ready += sum(len(send.rows) for send in sends)

    def end_prepare(self, engine: str) -> None:
        """Nothing is sent."""

    def see(self, frame: pl.DataFrame) -> bytes:
        """Stands in for encoding: remembers the keys of rows that would be sent."""
        if self.key:
            self.keys.add(frame[self.key])
            self.key_rows.append(frame[self.key])
        return b""


def rehearse(work: Preparation, ledger: RehearsalLedger) -> Iterator[Progress]:
    """Prepare everything into `ledger`, which must be the one of `work`."""

    def packing_of(_: WriteRequest) -> tuple[Packing, str]:
        return Packing(_MOST_ROWS, 1 << 62, ledger.see, lambda _: pl.DataFrame({ROW: []})), Engine.AUTO.value

    yield from prepare(work, packing_of)


def foreseen(work: Preparation, ledger: RehearsalLedger) -> Tally:
    """The counts a run would have if the CRM refused nothing: for an upsert it is asked which keys exist."""
    rejected = sum(rejects.height for rejects in ledger.rejects)
    match work.plan.options.action:
        case Action.INSERT:
            return Tally(read=ledger.rows, created=ledger.ready, rejected=rejected)
        case Action.UPDATE:
            return Tally(read=ledger.rows, updated=ledger.ready, rejected=rejected)
        case Action.DELETE:
            return Tally(read=ledger.rows, deleted=ledger.ready, rejected=rejected)
        case Action.UPSERT:
            updated = _existing(work, ledger)
            return Tally(read=ledger.rows, created=ledger.ready - updated, updated=updated, rejected=rejected)


def causes_of(ledger: RehearsalLedger) -> tuple[tuple[str, int], ...]:
    """The rejects found, by cause, the most frequent first."""
    found = Counter(
        cause_of(code, name, message)
        for rejects in ledger.rejects
        for code, name, message in rejects.select("code", "field", "message").iter_rows()
    )
    return tuple(found.most_common())


def _existing(work: Preparation, ledger: RehearsalLedger) -> int:
    key = work.plan.key
    if key is None or not ledger.key_rows:
        return 0
    found = find_keys(work.session, work.can, work.plan.object, key, ledger.keys.values(), work.token)
    compared = fold_key(pl.concat(ledger.key_rows), folds(key, work.can))
    return int(compared.is_in(found["key"].implode()).sum())
