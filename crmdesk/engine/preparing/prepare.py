"""The stage before sending: the whole source becomes rejects and the stored bodies of sends.

The source is opened once and copied into the run's folder as it is read, while its keys are gathered. Where the CRM
must be asked about them first, rows are converted, validated and packed in a second pass over the copy; else at once,
as they are read. A run killed in here begins anew: nothing was sent.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import polars as pl

from crmdesk.connectors.contract import Packing, Road
from crmdesk.engine.finding.known_and_new import looks_up, split_of
from crmdesk.engine.finding.searching import searched
from crmdesk.engine.preparing.guarding import Cleared, refuse_rows
from crmdesk.engine.preparing.packed import Packed
from crmdesk.engine.preparing.preparation import Found, Preparation, Scan, SendFiles
from crmdesk.engine.preparing.prepared_block import find_records, of_mapped, scan_keys, set_twins_aside, twin_problems
from crmdesk.engine.preparing.source_copy import SourceCopy, write_block
from crmdesk.engine.sending.by_parent import SourceOrder, may_be_by_parent, ordering_of
from crmdesk.engine.sending.packers import Packers, PackingOf, as_one
from crmdesk.engine.sending.requests import request_for, request_of
from crmdesk.model.job import Action, Engine
from crmdesk.model.run import Phase, Progress, Tally
from crmdesk.tabular.batch import ROW

_AHEAD_FROM = 2  # blocks: what is smaller is soon read again, and which engine carries it depends on its rows


def prepare(work: Preparation, packing_of: SendFiles, *, stop_at: int = 0) -> Iterator[Progress]:
    """Prepare the whole source; yields progress. `stop_at` closes a send after that many rows. Raises GuardError."""
    work.ledger.begin_prepare()
    scan = Scan()
    frames = _frames(work, scan)
    engine = ""
    if _goes_ahead(work):
        engine = yield from _at_once(work, scan, frames, packing_of, stop_at)
    if not engine:
        engine = yield from _in_two_passes(work, scan, frames, packing_of, stop_at)
    work.ledger.end_prepare(engine)


def _frames(work: Preparation, scan: Scan) -> Iterator[pl.DataFrame]:
    """The blocks of the source; each is copied, and its keys are gathered, before it is given."""
    # The copy waits for the disk, and the keys need it not.
    with ThreadPoolExecutor(1, "copy") as copying:
        for batch in work.source.batches():
            work.token.check()
            frame = batch.frame
            if frame.is_empty():
                continue
            copy = copying.submit(write_block, work.ledger.folder, len(scan.names) + 1, frame, batch.text)
            scan.problems.append(of_mapped(work.plan, batch.problems))
            scan.rows += frame.height
            scan_keys(work, scan, frame)
            scan.names.append(copy.result())
            work.ledger.add_source_block(int(frame[ROW][0]), frame.height, scan.names[-1])
            yield frame


def _goes_ahead(work: Preparation) -> bool:
    """Whether rows can be converted and packed before all of them are read."""
    plan = work.plan
    asks_first = (
        searched(plan.convert) or plan.asks_what_exists or looks_up(plan, work.can) or plan.options.only_changed
    )
    return not asks_first and not plan.inserts_apart and not may_be_by_parent(plan)


def _at_once(
    work: Preparation, scan: Scan, frames: Iterator[pl.DataFrame], packing_of: SendFiles, stop_at: int
) -> Generator[Progress, None, str]:
    """Convert and pack blocks as they are read; gives the engine, or "" when it has to be done in two passes.

    That is so when keys stand twice, which nobody knows before the last row, or when so many rows go another way than
    the first ones alone.
    """
    begun = list(islice(frames, _AHEAD_FROM))
    if len(begun) < _AHEAD_FROM:
        return ""
    packing, engine = packing_of(request_of(work.plan, scan.rows))
    packers = Packers(work.ledger.folder, lambda _: (packing, None), as_one, stop_at)
    packed = Packed(work, Found(), packers, SourceOrder(), Cleared(work.plan))
    for number, frame in enumerate(_one_by_one(begun, frames)):
        if scan.keys is not None and scan.keys.has_twins:
            break
        packed.add(frame, [scan.problems[number]])
        yield Progress(Phase.READING, packed.done, None, packed.tally(scan.rows), work.session.api_calls)
    packed.close()
    refuse_rows(work.plan.job.guard, scan.rows)
    whole, whole_engine = packing_of(request_of(work.plan, scan.rows))
    is_same_way = (engine, packing.max_rows, packing.max_bytes) == (whole_engine, whole.max_rows, whole.max_bytes)
    if packed.done < scan.rows or not is_same_way or not twin_problems(work, scan).is_empty():
        work.ledger.forget_packed()
        return ""
    packed.check()
    return engine


def _one_by_one(begun: list[pl.DataFrame], frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """All frames; none of those that were begun with is held when the next one is given."""
    while begun:
        yield begun.pop(0)
    yield from frames


def _in_two_passes(
    work: Preparation, scan: Scan, frames: Iterator[pl.DataFrame], packing_of: SendFiles, stop_at: int
) -> Generator[Progress, None, str]:
    """Read what is left of the source, ask the CRM, then convert and pack the copy; gives the engine."""
    for _ in frames:
        yield Progress(Phase.READING, scan.rows, None, Tally(read=scan.rows, pending=scan.rows), work.session.api_calls)
    refuse_rows(work.plan.job.guard, scan.rows)
    yield Progress(Phase.LOOKING_UP, 0, None, Tally(read=scan.rows, pending=scan.rows), work.session.api_calls)
    found = find_records(work, scan)
    work.on_lookups(found.counts)
    packing, engine = packing_of(request_of(work.plan, scan.rows))
    split = split_of(work.plan, work.session, work.can, scan.own_keys, work.token)
    packers = Packers(work.ledger.folder, _packing_on(work, scan, packing, packing_of), split, stop_at)
    ordering = ordering_of(work.plan, work.ledger.folder, scan.rows, packing.max_rows, stop_at)
    packed = Packed(work, found, packers, ordering, Cleared(work.plan))
    twins = twin_problems(work, scan)
    for number, frame in enumerate(SourceCopy(work.ledger.folder, scan.names).blocks()):
        packed.add(frame, [scan.problems[number], twins])
        tally = packed.tally(scan.rows)
        yield Progress(Phase.PREPARING, packed.done, scan.rows, tally, work.session.api_calls)
    packed.close()
    set_twins_aside(work, twins)
    packed.check()
    return engine


def _packing_on(work: Preparation, scan: Scan, packing: Packing, packing_of: SendFiles) -> PackingOf:
    def packing_on(action: Action | None) -> tuple[Packing, Road | None]:
        if action is None:
            return packing, None
        apart, name = packing_of(request_for(work.plan, action, scan.rows))
        return apart, Road(action, Engine(name))

    return packing_on
