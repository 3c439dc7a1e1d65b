"""An import by the CRM's own change tracking: what it reads, and the token it leaves for the next run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Session, Source
from crmdesk.connectors.deletions import DELETED_AT
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.tracking import TracksChanges
from crmdesk.engine.index.binding import Binding
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.errors import UserError
from crmdesk.model.index import Deletions, Window
from crmdesk.tabular.batch import ROW, Batch
from crmdesk.tabular.files.private import open_private

_FILE = "next-token.txt"


def tracked_rows(
    session: Session, plan: ReadPlan, window: Window | None, folder: Path, log: LedgerLog
) -> Source | None:
    """The rows of an import by tokens, None for another one. Raises UserError and PlanError."""
    if window is None or not window.is_tracked:
        return None
    if not isinstance(session, TracksChanges):
        raise UserError("This CRM keeps no track of changes.", hint='Write mode = "automatic" in [index].')
    fields = tuple(name for name in plan.query.fields if name != DELETED_AT)
    query = replace(plan.query, fields=fields)
    changes = session.changes(query, window.token, lambda token: _keep(folder / _FILE, token))
    return _Tracked(changes, plan, log)


def with_next_token(window: Window, folder: Path) -> Window:
    """The window with what it belongs to, and the token that the run has found."""
    place, bound = folder / _FILE, Binding.parse(window.bound)
    if not window.is_tracked or bound is None or not place.exists():
        return window
    return replace(window, bound=replace(bound, token=place.read_text(encoding="utf-8")).text)


def _keep(place: Path, token: str) -> None:
    with open_private(place, "wb") as file:
        file.write(token.encode())


@dataclass(frozen=True, slots=True)
class _Tracked:
    """Changed rows, and deleted ones where the job brings them; it says how many it leaves out."""

    changes: Source
    plan: ReadPlan
    log: LedgerLog

    def count(self) -> int | None:
        """See Source."""
        return self.changes.count()

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source."""
        left_out = 0
        brings = self.plan.job.deletions is not Deletions.NO
        for batch in self.changes.batches(token, after):
            frame = batch.frame
            if not brings:
                kept = frame.filter(pl.col(DELETED_AT).is_null()).drop(DELETED_AT)
                left_out += frame.height - kept.height
                frame = kept
            if frame.height or batch.cursor is not None:
                yield Batch(frame.select(pl.col(ROW), pl.exclude(ROW)), batch.cursor, batch.problems)
        if left_out:
            self.log.notice(f"{left_out:,} deleted records are left out: deleted = “mark” in [index] brings them.")
