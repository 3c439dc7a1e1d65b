"""A rehearsal: a whole run up to, and without, the sending, and the counts it would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Packing, WriteRequest
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.differences import Differences
from crmdesk.engine.preparing.fate import LACKING, NO_KEY, SEVERAL, UNKNOWN, known_or_new, lacks_required
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preparing.prepare import prepare
from crmdesk.model.job import Action, Engine
from crmdesk.model.reject import CauseCount, Check, Stage, cause_of
from crmdesk.model.run import LookupCount, Progress, Tally
from crmdesk.tabular.batch import ROW

_MOST_ROWS = 8192


@dataclass(slots=True)
class RehearsalLedger:
    """A ledger for preparing alone: the folder is temporary, and of what is stored only counts and keys are kept."""

    folder: Path
    plan: WritingPlan
    rows: int = 0
    rejects: list[pl.DataFrame] = field(default_factory=list)
    ready: int = 0
    unchanged: int = 0
    keys: list[pl.Series] = field(default_factory=list)
    lacking: list[pl.Series] = field(default_factory=list)
    lookups: tuple[LookupCount, ...] = ()

    def begin_prepare(self) -> None:
        """Nothing was prepared before."""

    def forget_packed(self) -> None:
        """Forget what is known of rejects and sends."""
        self.ready = 0
        for known in (self.rejects, self.keys, self.lacking):
            known.clear()

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """Count the rows read."""
        self.rows += rows

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """Keep the rejects to be shown."""
        self.rejects.append(rejects)

    def add_outcomes(self, outcomes: pl.DataFrame) -> None:
        """Count the rows that need not be sent."""
        self.unchanged += outcomes.height

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        """Rows that are left out count as rejected all the same."""

    def add_sends(self, sends: Sequence[Prepared]) -> None:
        """Count the rows that would be sent."""
        self.ready += sum(len(send.rows) for send in sends)

    def end_prepare(self, engine: str) -> None:
        """Nothing is sent."""

    def looked_up(self, counts: tuple[LookupCount, ...]) -> None:
        """Keep what became of all keys that were looked up."""
        self.lookups = counts

    def see(self, frame: pl.DataFrame) -> bytes:
        """Stands in for encoding: remembers the keys of rows that would be sent."""
        key = self.plan.key
        if key is not None:
            self.keys.append(frame[key.name])
            self.lacking.append(lacks_required(self.plan, frame))
        return b""


def rehearse(work: Preparation, ledger: RehearsalLedger, differences: Differences) -> Iterator[Progress]:
    """Prepare everything into `ledger`, which must be the one of `work`; `differences` sees what would be sent."""

    def encode(frame: pl.DataFrame) -> bytes:
        differences.see(frame)
        return ledger.see(frame)

    def packing_of(_: WriteRequest) -> tuple[Packing, str]:
        return Packing(_MOST_ROWS, 1 << 62, encode, lambda _: pl.DataFrame({ROW: []})), Engine.AUTO.value

    yield from prepare(work, packing_of)


Causes = tuple[CauseCount, ...]


def foreseen(work: Preparation, ledger: RehearsalLedger, unknown: int) -> tuple[Tally, Causes]:
    """The counts a run would have, and the causes of its rejects, as far as anybody can know without sending.

    The most frequent cause comes first. `unknown` rows of an update have a key that no record has.

    For an upsert the CRM is asked which keys exist: a new record needs what a changed one does not.
    """
    causes = _causes_of(ledger)
    match work.plan.options.action:
        case Action.INSERT:
            tally = Tally(created=ledger.ready)
        case Action.UPDATE:
            tally = Tally(updated=ledger.ready - unknown)
            causes += _not_found(work, unknown)
        case Action.UNDELETE:
            tally = Tally(updated=ledger.ready)
        case Action.DELETE:
            tally = Tally(deleted=ledger.ready)
        case Action.UPSERT:
            tally, refused = _upserted(work, ledger)
            causes += refused
    rejected = sum(cause.rows for cause in causes)
    return replace(tally, read=ledger.rows, unchanged=ledger.unchanged, rejected=rejected), tuple(
        sorted(causes, key=lambda each: -each.rows)
    )


def _causes_of(ledger: RehearsalLedger) -> list[CauseCount]:
    counted = Counter[str]()
    examples: dict[str, CauseCount] = {}
    for rejects in ledger.rejects:
        for code, name, message in rejects.select("code", "field", "message").iter_rows():
            cause = cause_of(code, name, message)
            counted[cause] += 1
            examples.setdefault(cause, CauseCount(cause, code, name or "", message, 0))
    return [replace(examples[cause], rows=rows) for cause, rows in counted.items()]


def _upserted(work: Preparation, ledger: RehearsalLedger) -> tuple[Tally, list[CauseCount]]:
    """What becomes of the rows that would be sent, and why the CRM would refuse some of them."""
    key = work.plan.key
    if key is None or not ledger.keys:
        return Tally(), []
    told = known_or_new(work, key, pl.concat(ledger.keys), pl.concat(ledger.lacking))
    updated, unknown, lacking, several = (int(count) for count in told.sum().row(0))
    refused = _not_found(work, unknown)
    if lacking:
        refused.append(_counted(work.can.code(Check.REQUIRED_EMPTY), "", LACKING, lacking))
    if several:
        refused.append(_counted(work.can.code(Check.KEY_SEVERAL), key.name, SEVERAL, several))
    created = ledger.ready - updated - unknown - lacking - several
    return Tally(created=created, updated=updated), refused


def _not_found(work: Preparation, rows: int) -> list[CauseCount]:
    """The cause of rows that name a record which is not there; empty for no rows."""
    if not rows or work.plan.key is None:
        return []
    key = work.plan.key.name
    message = UNKNOWN if key == work.plan.object.id_field else NO_KEY
    return [_counted(work.can.code(Check.KEY_UNKNOWN), key, message, rows)]


def _counted(code: str, field_name: str, message: str, rows: int) -> CauseCount:
    return CauseCount(cause_of(code, field_name, message), code, field_name, message, rows)
