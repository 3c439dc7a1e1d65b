"""Where a writing run takes its rows from: the job's file, or the rejects of an earlier run."""

from __future__ import annotations

import json
from pathlib import Path

from crmdesk.desk.ends.local_ends import LocalEnds
from crmdesk.engine.retry import RejectSource, read_corrections
from crmdesk.errors import UserError
from crmdesk.model.job import Job, LocalFile
from crmdesk.model.reject import Reject, RejectState
from crmdesk.model.run import RunRecord
from crmdesk.store import Store
from crmdesk.tabular.files.csv import open_csv
from crmdesk.tabular.local_source import LocalSource


def retry_source(rejects: list[Reject], corrections: LocalFile | None) -> tuple[RejectSource, int]:
    """The rows to send again, and how many rows of the corrected file belong to none of them."""
    if corrections is None:
        return RejectSource(rejects), 0
    file = open_csv(corrections)
    corrected = read_corrections(file, rejects, Path(corrections.path).name)
    kept = [reject for reject in rejects if reject.id in corrected.values]
    return RejectSource(kept, corrected.values, file.fingerprint()), len(corrected.strangers)


def source_again(store: Store, ends: LocalEnds, record: RunRecord, job: Job) -> LocalSource:
    """The source of a run that was killed while it was prepared; raises UserError when it has changed since."""
    start = record.start
    if not start.retry_of:
        if has_changed(ends, record, job):
            raise UserError(
                f"{Path(job.local.path).name} has changed since run {record.run} began to read it; nothing was sent.",
                hint="Start it anew with `crmdesk run`, which reads the file as it is now.",
                place="local.path",
            )
        return ends.rows(job)
    claimed = [
        reject
        for reject in store.rejects.iterate(start.retry_of, (RejectState.IN_RETRY,))
        if reject.retried_by == record.run
    ]
    corrections = json.loads(start.settings).get("corrections", "")
    source, _ = retry_source(claimed, LocalFile(corrections) if corrections else None)
    if source.fingerprint() != start.fingerprint:
        raise UserError(
            f"{Path(corrections).name} has changed since run {record.run} began to read it; nothing was sent.",
            hint="Put the file back as it was, then resume.",
        )
    return source


def has_changed(ends: LocalEnds, record: RunRecord, job: Job) -> bool:
    """Whether the source of a run is not what it was when the run began."""
    if record.start.retry_of:
        return False
    try:
        return ends.rows(job).fingerprint() != record.start.fingerprint
    except UserError:
        return True
