"""Corrections of the window on their way to `crmdesk retry --from`: a file that holds exactly the values meant."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.desk.mending.remedies.jobs import RECORD_ID
from crmdesk.engine.preparing.columns import EXACT, REJECT, RESERVED, beside
from crmdesk.errors import UserError
from crmdesk.model.reject import Reject, RejectState
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.places import private_directory
from crmdesk.store.light import LightStore
from crmdesk.tabular.files.private import open_private

if TYPE_CHECKING:
    from crmdesk.store import Store

CORRECTIONS = "corrections"
"""The folder of a profile that holds them."""

_AT_ONCE = 2_000  # rejects read at a time
_UNCLAIMED_SECONDS = 24 * 3600
"""How long a file is kept that no run names: whoever asked for it may still be about to start one."""


def corrections_file(store: LightStore | Store, run: str, rows: Sequence[int]) -> Path:
    """Write the open rejects of `rows`, corrected where somebody did. Raises UserError when there are none."""
    corrected = store.corrections.of(run)
    more = {RECORD_ID: ""} if any(RECORD_ID in corrected.get(row, {}) for row in rows) else {}
    wider = (replace(reject, values={**reject.values, **more}) for reject in _open(store, run, rows))
    return exact_file(store.home, run, ((reject, corrected.get(reject.row, {})) for reject in wider))


def exact_file(home: Path, run: str, rejects: Iterable[tuple[Reject, Mapping[str, str]]]) -> Path:
    """Write rejects with the values that take the place of the original ones. Raises UserError when there are none."""
    found = iter(rejects)
    first = next(found, None)
    if first is None:
        raise UserError(f"None of these rows of run {run} is waiting to be corrected any more.")
    folder = private_directory(home / CORRECTIONS)
    place = folder / f"run-{run}-{secrets.token_hex(6)}.csv"
    names = beside(RESERVED, first[0].values)
    try:
        with open_private(place, "wb") as file:
            file.write(_text([REJECT, EXACT, *names.values()]))
            for reject, corrected in (first, *found):
                file.write(_text(_cells(reject, corrected, names)))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):  # what could not be written need not be there to be removed
            place.unlink(missing_ok=True)
        raise UserError(f"{place} cannot be written: {error.strerror}.", hint="Free some space.") from error
    return place


def forget_corrections(store: LightStore) -> None:
    """Remove what was sent: drafts of rejects that came to the CRM, and files whose run needs them no more."""
    store.corrections.forget_done()
    folder = store.home / CORRECTIONS
    files = [place for place in folder.glob("run-*.csv") if place.is_file()] if folder.exists() else []
    if not files:
        return
    claimed = {file: record for record in store.runs.list() if (file := _file_of(record))}
    for place in files:
        record = claimed.get(str(place))
        if _is_done(record) if record is not None else time.time() - place.stat().st_mtime > _UNCLAIMED_SECONDS:
            place.unlink(missing_ok=True)


def _open(store: LightStore | Store, run: str, rows: Sequence[int]) -> Iterator[Reject]:
    waiting = iter(sorted(set(rows)))
    while some := list(islice(waiting, _AT_ONCE)):
        for reject in store.rejects.of_rows(run, some):
            if reject.state is RejectState.OPEN:
                yield reject


def _cells(reject: Reject, corrected: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    values = {**reject.values, **corrected}
    return [reject.id, "", *(values.get(column) or "" for column in names)]


def _text(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def _file_of(record: RunRecord) -> str:
    return str(json.loads(record.start.settings).get("corrections", "")) if record.start.retry_of else ""


def _is_done(record: RunRecord) -> bool:
    """Whether the run will not read its file again: only one that was not prepared would."""
    has_ended = record.outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS)
    return has_ended or record.is_released or (record.is_prepared and record.outcome is not RunOutcome.RUNNING)
