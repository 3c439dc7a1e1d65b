"""Results and rejects as CSV files that take their place only when they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import polars as pl

from crmdesk.engine.before import before_frames
from crmdesk.engine.preparing.columns import REJECT, RESERVED, beside
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.results import results
from crmdesk.engine.run_notes import read_notes
from crmdesk.errors import FileFormatError, UserError, unwritable
from crmdesk.model.reject import Reject
from crmdesk.store import Store
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.formula_injection import disarmed
from crmdesk.tabular.files.private import open_private, written_beside

_ROWS = 10_000


def result_frames(store: Store, run: str, *, with_retries: bool = False) -> Iterator[pl.DataFrame]:
    """Every row of a writing run in source order: its outcome, then the source columns as they were; all text.

    `with_retries`: what the newest run that took a rejected row up made of it takes the place of the reject.
    """
    ledger = store.runs.ledger(run)
    copy = SourceCopy(ledger.folder, list(ledger.source_blocks()))
    runs = [run, *(_retries(store, run) if with_retries else ())]

    def outcomes(first: int, last: int) -> pl.DataFrame:
        known = (store.runs.outcomes(each, first, last).with_columns(pl.lit(each).alias("run")) for each in runs)
        return pl.concat(known).unique(ROW, keep="last", maintain_order=True).sort(ROW)

    return results(run, copy, outcomes)


def _retries(store: Store, run: str) -> Iterator[str]:
    """The runs that took up rejects of the run, and of those again, each behind the one it retries."""
    for retry in store.runs.retries_of(run):
        if not retry.is_released:
            yield retry.run
            yield from _retries(store, retry.run)


def reject_frames(found: Iterator[Reject], *, is_disarmed: bool) -> Iterator[pl.DataFrame]:
    """Rejects as frames of REJECT_COLUMNS and the source columns, disarmed for spreadsheets when `is_disarmed`."""
    while some := list(islice(found, _ROWS)):
        ours = {
            REJECT: [reject.id for reject in some],
            "_row": [str(reject.row) for reject in some],
            "_line": [str(reject.line) for reject in some],
            "_stage": [reject.stage.value for reject in some],
            "_field": [reject.field for reject in some],
            "_code": [reject.code for reject in some],
            "_message": [reject.message for reject in some],
        }
        names = beside(RESERVED, some[0].values)
        theirs = {shown: [reject.values.get(column) or "" for reject in some] for column, shown in names.items()}
        frame = pl.DataFrame({**ours, **theirs}, schema=dict.fromkeys([*ours, *theirs], pl.String()))
        yield _disarmed(frame, ["_field", "_code", "_message", *theirs]) if is_disarmed else frame


def text_frames(
    rows: Iterable[Mapping[str, str]], header: tuple[str, ...], *, is_disarmed: bool
) -> Iterator[pl.DataFrame]:
    """Rows of text as frames with the columns `header`, disarmed for spreadsheets when `is_disarmed`."""
    waiting = iter(rows)
    while some := list(islice(waiting, _ROWS)):
        frame = pl.DataFrame(some, schema=dict.fromkeys(header, pl.String()))
        yield _disarmed(frame, list(header)) if is_disarmed else frame


def write_before(store: Store, run: str, place: Path, *, is_disarmed: bool) -> int:
    """Write the before-values of a run, disarmed for spreadsheets when `is_disarmed`; gives the number of records."""
    folder = store.runs.ledger(run).folder
    names = read_notes(folder).before
    if names is None:
        raise UserError(
            f"Run {run} kept no before-values.",
            hint="They are kept of updates, upserts and deletes, unless the job says before_values = false.",
        )
    frames = before_frames(folder)
    return write_csv(place, all_disarmed(frames) if is_disarmed else frames, names)


def all_disarmed(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The frames with nothing in any column, nor in its name, that a spreadsheet would take for a formula."""
    return (_disarmed(frame, list(frame.columns)) for frame in frames)


def _disarmed(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The frame with nothing in these columns, nor in their names, that a spreadsheet would take for a formula."""
    headers = pl.select(disarmed(pl.lit(pl.Series(columns, dtype=pl.String())))).to_series()
    safe = frame.with_columns(disarmed(pl.col(name)).alias(name) for name in columns)
    return safe.rename(dict(zip(columns, headers, strict=True)))


def write_csv(place: Path, frames: Iterable[pl.DataFrame], header: tuple[str, ...] = ()) -> int:
    """Write the frames one below the other, UTF-8, and give the number of rows; without frames only `header`."""
    rows = 0
    try:
        with written_beside(place) as part, open_private(part, "wb") as file:
            for frame in frames:
                file.write(frame.write_csv(include_header=file.tell() == 0).encode())
                rows += frame.height
            if file.tell() == 0 and header:
                file.write(pl.DataFrame(schema=dict.fromkeys(header, pl.String())).write_csv().encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        hint = "Choose another place, or make room."
        raise FileFormatError(unwritable(place, error), hint=hint) from error
    return rows
