"""Prepare: a source becomes the stored list of what will be sent, and the rejects found before sending.

Two passes. The first copies the source into the run's folder and gathers the distinct keys; then the CRM is asked for
the records they name; the second converts, validates and packs. A run killed in here begins anew: nothing was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Protocol, assert_never

import polars as pl

from crmdesk.connectors.contract import Capabilities, Packing, Road, Session, WriteRequest
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.bounds import check_share
from crmdesk.engine.disk import keeping
from crmdesk.engine.guarding import Cleared, refuse_rows
from crmdesk.engine.known_and_new import looks_up, split_of
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.local import LocalSource
from crmdesk.engine.lookup import DistinctKeys, compared_field, find_keys
from crmdesk.engine.packers import Packers, PackingOf
from crmdesk.engine.parents import Ordering, ordering_of
from crmdesk.engine.planning.plan import Describe, WritingPlan
from crmdesk.engine.planning.writing import columns_of
from crmdesk.engine.rejects import reject_frame
from crmdesk.engine.requests import request_for, request_of
from crmdesk.engine.searching import Asking, Searches
from crmdesk.engine.source_copy import SourceCopy, write_block
from crmdesk.model.job import Action, Engine, WhenKeyTwice
from crmdesk.model.reject import Check, Stage
from crmdesk.model.run import LookupCount, Phase, Progress, Tally
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.convert import Converted, WriteLine, convert, fold_key, key_text
from crmdesk.tabular.keys import KeyIndex

_SENDS_AT_ONCE = 500  # sends added to the ledger in one transaction
_ROWS_AT_ONCE = 1_000_000  # rows in them at most, whose numbers are held until then


class PrepareLedger(Protocol):
    """The part of the ledger that preparing needs; a rehearsal has one that keeps only counts."""

    folder: Path

    def begin_prepare(self) -> None:
        """See Ledger."""
        ...

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """See Ledger."""
        ...

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """See Ledger."""
        ...

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        """See Ledger."""
        ...

    def add_sends(self, sends: list[Prepared]) -> None:
        """See Ledger."""
        ...

    def end_prepare(self, engine: str) -> None:
        """See Ledger."""
        ...


@dataclass(slots=True)
class Scan:
    """What the first pass learnt: how many rows, which keys, which rows could be read only in part."""

    rows: int = 0
    names: list[str] = field(default_factory=list)
    problems: list[pl.DataFrame] = field(default_factory=list)
    searches: Searches | None = None
    keys: KeyIndex | None = None
    own_keys: DistinctKeys = field(default_factory=DistinctKeys)


SendFiles = Callable[[WriteRequest], tuple[Packing, str]]
"""For a request: how its sends are packed, and the name of the engine."""


OnLookups = Callable[[tuple[LookupCount, ...]], None]
"""Told what became of all keys that were looked up, before anything is sent."""


def ignore_lookups(counts: tuple[LookupCount, ...]) -> None:
    """For those who do not want to know."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything preparing needs."""

    plan: WritingPlan
    source: LocalSource
    session: Session
    can: Capabilities
    describe: Describe
    ledger: PrepareLedger
    token: CancelToken
    on_lookups: OnLookups = ignore_lookups


def prepare(work: Preparation, packing_of: SendFiles, *, stop_at: int = 0) -> Iterator[Progress]:
    """Prepare the whole source; yields progress. `stop_at` closes a send after that many rows. Raises GuardError."""
    work.ledger.begin_prepare()
    scan = Scan()
    yield from _scan(work, scan)
    refuse_rows(work.plan.job.guard, scan.rows)
    yield Progress(Phase.LOOKING_UP, 0, None, Tally(read=scan.rows, pending=scan.rows), work.session.api_calls)
    found = find_records(work, scan)
    work.on_lookups(found.counts)
    packing, engine = packing_of(request_of(work.plan, scan.rows))
    split = split_of(work.plan, work.session, work.can, scan.own_keys, work.token)
    packers = Packers(work.ledger.folder, _packing_on(work, scan, packing, packing_of), split, stop_at)
    ordering = ordering_of(work.plan, work.ledger.folder, scan.rows, packing.max_rows, stop_at)
    yield from _pack(work, scan, found, packers, ordering)
    work.ledger.end_prepare(engine)


def _packing_on(work: Preparation, scan: Scan, packing: Packing, packing_of: SendFiles) -> PackingOf:
    def packing_on(action: Action | None) -> tuple[Packing, Road | None]:
        if action is None:
            return packing, None
        apart, name = packing_of(request_for(work.plan, action, scan.rows))
        return apart, Road(action, Engine(name))

    return packing_on


def _scan(work: Preparation, scan: Scan) -> Iterator[Progress]:
    for batch in work.source.batches():
        work.token.check()
        frame = batch.frame
        if frame.is_empty():
            continue
        name = write_block(work.ledger.folder, len(scan.names) + 1, frame, batch.text)
        work.ledger.add_source_block(int(frame[ROW][0]), frame.height, name)
        scan.names.append(name)
        scan.problems.append(of_mapped(work.plan, batch.problems))
        scan.rows += frame.height
        scan_keys(work, scan, frame)
        yield Progress(Phase.READING, scan.rows, None, Tally(read=scan.rows, pending=scan.rows), work.session.api_calls)


def of_mapped(plan: WritingPlan, problems: pl.DataFrame) -> pl.DataFrame:
    """The problems of a source without those of columns that the job does not read."""
    return problems.filter(pl.col("field").is_in(["", *columns_of(plan.job.mapping)]))


def scan_keys(work: Preparation, scan: Scan, frame: pl.DataFrame) -> None:
    """Gather the keys of one block: those to look up, and the one that must not stand twice."""
    scan.searches = scan.searches or Searches(work.plan.convert)
    scan.searches.add(frame)
    line_of_key = work.plan.key_line
    if line_of_key is not None:
        scan.keys = scan.keys or KeyIndex(work.ledger.folder)
        keys = _compared_key(work, line_of_key, frame)
        with keeping(work.ledger.folder):
            scan.keys.add(frame[ROW], keys)
        if work.plan.asks_what_exists or looks_up(work.plan, work.can):
            scan.own_keys.add(keys)


def _compared_key(work: Preparation, line: WriteLine, frame: pl.DataFrame) -> pl.Series:
    return fold_key(key_text(line, frame, work.plan.convert.reading), line.folds_case)


@dataclass(frozen=True, slots=True)
class Found:
    """What the CRM said before rows are converted: records by the field they fill; which keys exist (None: unasked)."""

    records: dict[str, pl.DataFrame] = field(default_factory=dict)
    existing: pl.Series | None = None
    counts: tuple[LookupCount, ...] = ()


def find_records(work: Preparation, scan: Scan) -> Found:
    """Look up all that the rows name; raises UserError."""
    searches = scan.searches or Searches(work.plan.convert)
    records = searches.find(Asking(work.session, work.can, work.describe, work.plan.object, work.token))
    existing = None
    if work.plan.asks_what_exists and work.plan.key is not None:
        keys = scan.own_keys.values()
        existing = find_keys(work.session, work.can, work.plan.object, work.plan.key, keys, work.token)["key"]
    return Found(records, existing, searches.counts(records))


def _pack(work: Preparation, scan: Scan, found: Found, packers: Packers, ordering: Ordering) -> Iterator[Progress]:
    twins = twin_problems(work, scan)
    done = rejected = 0
    sends: list[Prepared] = []
    cleared = Cleared(work.plan)

    def listed(frames: Iterator[pl.DataFrame]) -> None:
        for send in chain.from_iterable(map(packers.add, frames)):
            sends.append(send)
            if len(sends) >= _SENDS_AT_ONCE or sum(len(each.rows) for each in sends) >= _ROWS_AT_ONCE:
                packers.sync()
                work.ledger.add_sends(sends)
                sends.clear()

    for number, frame in enumerate(SourceCopy(work.ledger.folder, scan.names).blocks()):
        work.token.check()
        converted = converted_block(work, frame, found, [scan.problems[number], twins])
        if not converted.problems.is_empty():
            rejects = reject_frame(converted.problems, frame, converted.rest)
            rejected += rejects.height
            work.ledger.add_rejects(Stage.CONVERT, rejects)
        cleared.see(converted.ready)
        listed(ordering.take(converted.ready))
        done += frame.height
        tally = Tally(read=scan.rows, rejected=rejected, pending=scan.rows - rejected)
        yield Progress(Phase.PREPARING, done, scan.rows, tally, work.session.api_calls)
    listed(ordering.rest())
    sends.extend(packers.close())
    work.ledger.add_sends(sends)
    _set_twins_aside(work, twins)
    cleared.check()
    check_share(work.plan.job.guard, Tally(read=scan.rows, rejected=rejected))


def twin_problems(work: Preparation, scan: Scan) -> pl.DataFrame:
    """A problem for each row whose key another row has, and which the rule of the job does not keep.

    The CRM would take them for one record.
    """
    line = work.plan.key_line
    if scan.keys is None or line is None:
        return no_problems()
    name = compared_field(line, work.describe).name
    twins = _twins(scan.keys, name, work.plan.options.when_key_twice)
    code = pl.lit(work.can.code(Check.KEY_TWICE))
    named = twins.select(ROW, pl.lit(name).alias("field"), code.alias("code"), "message")
    return named.select(pl.col(column).cast(kind) for column, kind in PROBLEM_SCHEMA.items())


def _twins(keys: KeyIndex, name: str, rule: WhenKeyTwice) -> pl.DataFrame:
    """The rows that are not sent (ROW), and what is said of each (`message`)."""
    match rule:
        case WhenKeyTwice.REJECT:
            message = pl.format("The same {} stands in other rows of the source: {}.", pl.lit(name), pl.col("others"))
            return keys.twins().select(ROW, message.alias("message"))
        case WhenKeyTwice.KEEP_FIRST | WhenKeyTwice.KEEP_LAST:
            which = "last" if rule is WhenKeyTwice.KEEP_LAST else "first"
            message = pl.format(
                f"Row {{}} has the same {{}}, and the {which} one is kept.", pl.col("stands"), pl.lit(name)
            )
            found = keys.surplus(keeps_last=rule is WhenKeyTwice.KEEP_LAST)
            return found.select(ROW, message.alias("message"))
        case _:
            assert_never(rule)


def _set_twins_aside(work: Preparation, twins: pl.DataFrame) -> None:
    """Nobody need look at rows that the job leaves out, and to send them again would write over what was kept."""
    rule = work.plan.options.when_key_twice
    if rule is not WhenKeyTwice.REJECT and not twins.is_empty():
        which = "last" if rule is WhenKeyTwice.KEEP_LAST else "first"
        work.ledger.set_aside(twins[ROW], f"The job keeps the {which} of several rows with one key.")


def converted_block(work: Preparation, frame: pl.DataFrame, found: Found, known: list[pl.DataFrame]) -> Converted:
    """A block converted; rows with a problem, `known` ones included, are not among the ready ones."""
    converted = convert(work.plan.convert, frame, found.records, _created(work, frame, found))
    present = pl.concat(known).filter(pl.col(ROW).is_in(frame[ROW].implode())) if known else no_problems()
    problems = pl.concat([present, _named_by_key(work, converted.problems)])
    problems = problems.sort(ROW, maintain_order=True)
    if present.is_empty():
        return replace(converted, problems=problems)
    is_bad = pl.col(ROW).is_in(present[ROW].unique().implode())
    rest = pl.concat([converted.rest, converted.ready.filter(is_bad)]).sort(ROW)
    return Converted(converted.ready.filter(~is_bad), problems, rest)


def _created(work: Preparation, frame: pl.DataFrame, found: Found) -> pl.Series | None:
    """Which rows make a new record, where that was asked."""
    line = work.plan.key_line
    if found.existing is None or line is None:
        return None
    keys = _compared_key(work, line, frame)
    return ~keys.is_in(found.existing.implode()).fill_null(value=False)


def _named_by_key(work: Preparation, problems: pl.DataFrame) -> pl.DataFrame:
    """A record that is to be changed and cannot be found has an unknown key, not a missing parent."""
    plan = work.plan
    if not plan.is_key_looked_up or plan.key is None:
        return problems
    is_key = pl.col("field") == plan.key.name
    parent = work.can.code(Check.PARENT_NOT_FOUND)
    return problems.with_columns(
        pl.when(is_key & (pl.col("code") == parent))
        .then(pl.lit(work.can.code(Check.KEY_UNKNOWN)))
        .otherwise(pl.col("code"))
        .alias("code"),
        pl.when(is_key).then(pl.lit(plan.options.key)).otherwise(pl.col("field")).alias("field"),
    )
