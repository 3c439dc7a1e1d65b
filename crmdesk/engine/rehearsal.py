"""A rehearsal: a whole run up to, and without, the sending, and the counts it would have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Packing, WriteRequest
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.preparing.differences import Differences
from crmdesk.engine.preparing.fate import NO_KEY, SEVERAL, UNKNOWN, judged, the_one_needed, what_is_needed
from crmdesk.engine.preparing.kept_rows import KEY, LACKS, KeptRows
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preparing.prepare import prepare
from crmdesk.model.job import Action, Engine
from crmdesk.model.reject import CauseCount, Check, Stage, cause_of
from crmdesk.model.run import LookupCount, Progress, Tally
from crmdesk.tabular.batch import ROW

_MOST_ROWS = 8192
_QUOTED = r'"[^"]*"'
"""What a message quotes is the most frequent reason why messages of one cause differ: left out at column speed."""


@dataclass(slots=True)
class RehearsalLedger:
    """A ledger for preparing alone: the folder is temporary, and of what is stored only counts are kept."""

    folder: Path
    kept: KeptRows
    rows: int = 0
    causes: dict[str, CauseCount] = field(default_factory=dict)
    ready: int = 0
    unchanged: int = 0
    lookups: tuple[LookupCount, ...] = ()

    def begin_prepare(self) -> None:
        """Nothing was prepared before."""

    def forget_packed(self) -> None:
        """Forget what is known of rejects and sends."""
        self.ready = 0
        self.causes.clear()
        self.kept.forget()

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """Count the rows read."""
        self.rows += rows

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """Count the rejects by their causes."""
        alike = rejects.group_by("code", "field", pl.col("message").str.replace_all(_QUOTED, "…"), maintain_order=True)
        for code, name, message, rows in (
            alike.agg(pl.col("message").first().alias("first"), pl.len())
            .select("code", pl.col("field").fill_null(""), "first", "len")
            .iter_rows()
        ):
            cause = cause_of(code, name, message)
            known = self.causes.get(cause, CauseCount(cause, code, name, message, 0))
            self.causes[cause] = replace(known, rows=known.rows + rows)

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


def rehearse(work: Preparation, ledger: RehearsalLedger) -> Iterator[Progress]:
    """Prepare everything into `ledger`, which must be the one of `work`, and keep the rows that would be sent."""

    def encode(frame: pl.DataFrame) -> bytes:
        ledger.kept.add(frame)
        return b""

    def packing_of(_: WriteRequest) -> tuple[Packing, str]:
        return Packing(_MOST_ROWS, 1 << 62, encode, lambda _: pl.DataFrame({ROW: []})), Engine.AUTO.value

    yield from prepare(work, packing_of)


Causes = tuple[CauseCount, ...]


def foreseen(work: Preparation, ledger: RehearsalLedger, differences: Differences) -> tuple[Tally, Causes]:
    """The counts a run would have, and the causes of its rejects, as far as anybody can know without sending.

    The most frequent cause comes first. `differences` knows the records by now: a new record needs what a changed one
    does not.
    """
    causes, unknown = list(ledger.causes.values()), differences.unknown
    match work.plan.options.action:
        case Action.INSERT:
            tally = Tally(created=ledger.ready)
        case Action.UPDATE:
            tally = Tally(updated=ledger.ready - unknown)
            causes += _not_found(work, unknown)
        case Action.UNDELETE:
            tally = Tally(updated=ledger.ready)
        case Action.DELETE:
            tally = Tally(deleted=ledger.ready - unknown)
            causes += _not_found(work, unknown)
        case Action.UPSERT:
            tally, refused = _upserted(work, ledger, differences)
            causes += refused
    rejected = sum(cause.rows for cause in causes)
    return replace(tally, read=ledger.rows, unchanged=ledger.unchanged, rejected=rejected), tuple(
        sorted(causes, key=lambda each: -each.rows)
    )


def _upserted(work: Preparation, ledger: RehearsalLedger, differences: Differences) -> tuple[Tally, list[CauseCount]]:
    """What becomes of the rows that would be sent, and why the CRM would refuse some of them."""
    key = work.plan.key
    if key is None:
        return Tally(), []
    updated = unknown = lacking = several = 0
    for frame in ledger.kept.frames((key.name, KEY, LACKS)):
        told = judged(work.plan, differences.there(frame[KEY]), frame[key.name].fill_null("") != "", frame[LACKS])
        counts = told.sum().row(0)
        updated, unknown, lacking, several = (
            before + int(count) for before, count in zip((updated, unknown, lacking, several), counts, strict=True)
        )
    refused = _not_found(work, unknown)
    if lacking:
        refused.append(
            _counted(work.can.code(Check.REQUIRED_EMPTY), the_one_needed(work.plan), what_is_needed(work.plan), lacking)
        )
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
