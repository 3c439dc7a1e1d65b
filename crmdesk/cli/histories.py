"""Which runs of the history are meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crmdesk.model.run import RunRecord


@dataclass(frozen=True, slots=True)
class Which:
    """Runs by job, object, operation, outcome, and the days between which they started; empty or None: whatever."""

    job: str = ""
    object: str = ""
    operation: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None

    def of(self, records: Iterable[RunRecord]) -> list[RunRecord]:
        """Those of the records that are meant, in their order."""
        return [record for record in records if self._means(record)]

    def _means(self, record: RunRecord) -> bool:
        start, day = record.start, date.fromisoformat(record.started[:10])
        wanted = (
            (self.job, start.job),
            (self.object.casefold(), start.object.casefold()),
            (self.operation, start.operation.value),
            (self.outcome, record.outcome.value),
        )
        is_one = all(not want or want == have for want, have in wanted)
        return is_one and (not self.since or day >= self.since) and (not self.until or day <= self.until)
