"""A rehearsal: a whole run up to, and without, the sending, and the counts it would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Packing, WriteRequest
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.lookup import DistinctKeys, find_keys, folds
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.prepare import Preparation, prepare
from crmdesk.model.job import Action, Engine
from crmdesk.model.reject import CauseCount, Check, Stage, cause_of
from crmdesk.model.run import LookupCount, Progress, Tally
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import fold_key

_MOST_ROWS = 8192


@dataclass(slots=True)
class RehearsalLedger:
    """A ledger for preparing alone: the folder is temporary, and of what is stored only counts and keys are kept.

    `key` is the field that finds the record, "" without one; `required` are the columns that a new record must fill.
    """

    folder: Path
    key: str
    required: tuple[str, ...] = ()
    rows: int = 0
    rejects: list[pl.DataFrame] = field(default_factory=list)
    ready: int = 0
    keys: DistinctKeys = field(default_factory=DistinctKeys)
    key_rows: list[pl.Series] = field(default_factory=list)
    lacking: list[pl.Series] = field(default_factory=list)
    lookups: tuple[LookupCount, ...] = ()

    def begin_prepare(self) -> None:
        """Nothing was prepared before."""

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """Count the rows read."""
        self.rows += rows

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """Keep the rejects to be shown."""
        self.rejects.append(rejects)

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
        if self.key:
            self.keys.add(frame[self.key])
            self.key_rows.append(frame[self.key])
            empty = [pl.col(name).fill_null("") == "" for name in self.required]
            self.lacking.append(frame.select(pl.any_horizontal(pl.lit(value=False), *empty).alias("lacks"))["lacks"])
        return b""


def rehearse(work: Preparation, ledger: RehearsalLedger) -> Iterator[Progress]:
    """Prepare everything into `ledger`, which must be the one of `work`."""

    def packing_of(_: WriteRequest) -> tuple[Packing, str]:
        return Packing(_MOST_ROWS, 1 << 62, ledger.see, lambda _: pl.DataFrame({ROW: []})), Engine.AUTO.value

    yield from prepare(work, packing_of)


Causes = tuple[CauseCount, ...]


def foreseen(work: Preparation, ledger: RehearsalLedger) -> tuple[Tally, Causes]:
    """The counts a run would have, and the causes of its rejects, as far as anybody can know without sending.

    The most frequent cause comes first.

    For an upsert the CRM is asked which keys exist: a new record needs what a changed one does not.
    """
    causes = _causes_of(ledger)
    match work.plan.options.action:
        case Action.INSERT:
            tally = Tally(created=ledger.ready)
        case Action.UPDATE | Action.UNDELETE:
            tally = Tally(updated=ledger.ready)
        case Action.DELETE:
            tally = Tally(deleted=ledger.ready)
        case Action.UPSERT:
            tally, refused = _upserted(work, ledger)
            causes += refused
    rejected = sum(cause.rows for cause in causes)
    return replace(tally, read=ledger.rows, rejected=rejected), tuple(sorted(causes, key=lambda each: -each.rows))


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
    plan, key = work.plan, work.plan.key
    if key is None or not ledger.key_rows:
        return Tally(), []
    found = find_keys(work.session, work.can, plan.object, key, ledger.keys.values(), work.token)
    keys = fold_key(pl.concat(ledger.key_rows), folds(key, work.can))
    exists = pl.col("exists")
    is_unknown = ~exists & pl.col("is_named") & pl.lit(key.name == plan.object.id_field)
    lacks = ~exists & ~is_unknown & (pl.col("lacks") | pl.lit(_is_required_left_out(plan)))
    rows = pl.DataFrame(
        {
            "exists": keys.is_in(found["key"].implode()).fill_null(value=False),
            "is_named": keys.fill_null("") != "",
            "lacks": pl.concat(ledger.lacking),
        }
    ).select(exists.sum().alias("updated"), is_unknown.sum().alias("unknown"), lacks.sum().alias("lacking"))
    counts = rows.row(0, named=True)
    refused = [
        _counted(work.can.code(Check.KEY_UNKNOWN), key.name, "No record has this id.", counts["unknown"]),
        _counted(work.can.code(Check.REQUIRED_EMPTY), "", "A new record lacks a required value.", counts["lacking"]),
    ]
    created = ledger.ready - counts["updated"] - counts["unknown"] - counts["lacking"]
    return Tally(created=created, updated=counts["updated"]), [cause for cause in refused if cause.rows]


def _counted(code: str, field_name: str, message: str, rows: int) -> CauseCount:
    return CauseCount(cause_of(code, field_name, message), code, field_name, message, rows)


def required_columns(plan: WritingPlan) -> tuple[str, ...]:
    """The mapped fields that a new record must fill."""
    return tuple(each.name for each in plan.fields if each.is_required_on_create and each.name != plan.object.id_field)


def _is_required_left_out(plan: WritingPlan) -> bool:
    """Whether no row can become a new record, because a required field is not mapped."""
    mapped = {each.name for each in plan.fields}
    needed = (each for each in plan.object.fields if each.is_required_on_create and each.name != plan.object.id_field)
    return any(each.name not in mapped for each in needed)
