"""What stops a run that is sending: too many rejects, too many new records, one cause that refuses everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from crmdesk.connectors.contract import Settled
from crmdesk.errors import GuardError
from crmdesk.model.behaviour import Guard
from crmdesk.model.reject import cause_of
from crmdesk.model.run import Tally

_WHOLE = 100
_MOST_CHILDREN = 10_000
"""Salesforce, "Designing Record Access for Enterprise Scale": no parent should have more."""
_MOST_PARENTS = 10
"""So many parents that are gone may follow each other in a file; what refuses more families lies elsewhere."""


@dataclass(slots=True)
class Bounds:
    """The bounds of one stretch; None and 0: none. `most_same` counts rejects of one cause with nothing between.

    Rows of one parent travel together, and a parent that is gone has all of its children refused: of such a row those
    that share a value of the field `parent` ("": there is none) count as one, for the parents with the most of them.
    `seen` rejects were too many before the stretch began; the share allowed is one of the other rows then.
    """

    guard: Guard = field(default_factory=Guard)
    most_rejects: int | None = None
    most_same: int = 0
    parent: str = ""
    seen: int = 0
    _same: int = 0
    _cause: str = ""
    _children: Counter[str] = field(default_factory=Counter)

    def check(self, tally: Tally) -> None:
        """Raise GuardError when the counts have reached a bound."""
        if self.most_rejects is not None and tally.rejected >= self.most_rejects:
            raise GuardError(
                f"{tally.rejected:,} rows were rejected, more than the job allows before it stops.",
                hint="Look at the rejects and mend their cause, then resume the run.",
                place="behaviour.stop_after_rejects",
            )
        check_share(self.guard, tally, self.seen)
        if self.guard.max_created is not None and tally.created > self.guard.max_created:
            raise GuardError(
                f"{tally.created:,} records were created, and the job allows {self.guard.max_created:,}.",
                hint="Look why they were not found in the CRM; `crmdesk undo` takes them back. If they are meant, "
                "end the run (`crmdesk end`), change the guard, and retry what is left by the job as it is then.",
                place="guard.max_created",
            )

    def watch(self, rows: pl.DataFrame, sent: pl.DataFrame) -> None:
        """Count refusals of one cause in a row, over the rows of a receipt; raises GuardError when there are too many.

        `sent` are the values of the refused ones. Rows that were not applied, and are sent again, say nothing.
        """
        told = rows.filter(pl.col("outcome") != Settled.UNSENT.value)
        if not self.most_same or told.is_empty():
            return
        refused = told.filter(pl.col("outcome") == Settled.REJECTED.value)
        texts = refused.select("code", "field", "message").unique().iter_rows()
        causes = {cause_of(code or "", name or "", message or "") for code, name, message in texts}
        cause = next(iter(causes)) if len(causes) == 1 and refused.height == told.height else ""
        if not cause or cause != self._cause:
            self._same, self._cause = 0, cause
            self._children.clear()
        if not cause:
            return
        self._same += refused.height
        if self.parent in sent.columns:
            self._children.update(sent[self.parent].drop_nulls())
        families = self._children.most_common(_MOST_PARENTS)
        siblings = sum(min(children, _MOST_CHILDREN) - 1 for _, children in families)
        if self._same - siblings >= self.most_same:
            raise GuardError(
                f"{self._same:,} rows in a row were refused for one reason, and none got through: {cause}",
                hint="Mend the cause, then resume the run for the rows that were not sent, and retry the rejects.",
                place="behaviour.stop_after_same",
            )


def is_share_exceeded(guard: Guard, tally: Tally, seen: int = 0) -> bool:
    """Whether more than the allowed share of the rows is rejected; `seen` rejects are left out of account."""
    most = guard.max_rejected_percent
    return most is not None and (tally.rejected - seen) * _WHOLE > most * (tally.read - seen)


def check_share(guard: Guard, tally: Tally, seen: int = 0) -> None:
    """Raise GuardError when more than the allowed share of the rows is rejected; see `is_share_exceeded`."""
    if is_share_exceeded(guard, tally, seen):
        rows = f"{tally.read - seen:,} rows" if not seen else f"the {tally.read - seen:,} other rows"
        raise GuardError(
            f"{tally.rejected - seen:,} of {rows} are rejected, and the job allows {guard.max_rejected_percent} %.",
            hint="Look at the rejects and mend their cause, then start the job anew or resume the run.",
            place="guard.max_rejected_percent",
        )
