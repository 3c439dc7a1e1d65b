"""The runs of a profile as they are kept: what each was, what it reads, who began it, and why rows were rejected.

The history is the lightest door: what only a few of its questions need is loaded with them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.model.reject import CauseCount, RejectState
from crmdesk.model.run import RunRecord
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.desk.jobs.loaded import LoadedJob
    from crmdesk.desk.runs.agreement import Agreement
    from crmdesk.desk.runs.beginning import Beginning
    from crmdesk.model.decision import Decision
    from crmdesk.model.index import Window


class RunHistory:
    """Looks into the store alone. Raises StoreError, and UserError for a run that does not exist."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def runs(self) -> Sequence[RunRecord]:
        """All runs, oldest first."""
        return self._store.runs.list()

    def run(self, run: str) -> RunRecord:
        """One run."""
        return self._store.runs.get(run)

    def job_of(self, run: str) -> LoadedJob:
        """The job of a run as it was then, for the account it ran on."""
        from crmdesk.desk.jobs.loaded import job_of

        return job_of(self.run(run).start)

    def agreement_of(self, run: str) -> Agreement:
        """What was said to the question before sending when the run began."""
        from crmdesk.desk.runs.agreement import agreement_of

        return agreement_of(self.run(run))

    def variables_of(self, run: str) -> Mapping[str, str]:
        """`vars` of a run, as expressions see them: the window or the period it reads; empty for other runs."""
        from crmdesk.engine.index.occasion import variables_kept

        return variables_kept(json.loads(self.run(run).start.settings))

    def window_of(self, run: str) -> Window | None:
        """The window of changes that a run reads; None for a run without an automatic index."""
        from crmdesk.engine.index.occasion import window_kept

        return window_kept(json.loads(self.run(run).start.settings))

    def beginning_of(self, run: str) -> Beginning:
        """Who began a run, in which zone it reads, and its query."""
        from crmdesk.desk.runs.beginning import beginning_of

        return beginning_of(self.run(run))

    def causes(self, run: str) -> Sequence[CauseCount]:
        """The causes of a run's rejects, the most frequent first."""
        return self._store.rejects.causes(run)

    def reject_states(self, run: str) -> Mapping[str, int]:
        """How many rejects of a run are open, in retry, resolved …; only states that occur."""
        counted = {state.value: self._store.rejects.count(run, (state,)) for state in RejectState}
        return {state: count for state, count in counted.items() if count}

    def decisions(self) -> Sequence[Decision]:
        """What people decided, oldest first."""
        return self._store.decisions.list()

    @staticmethod
    def write(place: Path, rows: Sequence[Mapping[str, object]], *, is_disarmed: bool) -> int:
        """Write what is told of runs, a row each with the same columns, to a CSV file; gives their number.

        `is_disarmed`: with nothing that a spreadsheet would take for a formula.
        """
        from crmdesk.desk.ends.tables import text_frames, write_csv

        texts = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
        header = tuple(texts[0]) if texts else ()
        return write_csv(place, text_frames(texts, header, is_disarmed=is_disarmed))
