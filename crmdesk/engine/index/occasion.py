"""The occasion of a run: its window, its period and the values of its expressions, settled once and kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crmdesk.connectors.deletions import Period
from crmdesk.engine.javascript.evaluating import Evaluator, results_kept, results_of, shortened
from crmdesk.model.filter import Value
from crmdesk.model.index import Window
from crmdesk.model.job import Job
from crmdesk.model.option import option_text


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is settled for one run. `notices` are sentences that a person should read.

    `period` is that of deletions; one that ends before it begins holds nothing.
    """

    evaluate: Evaluator
    window: Window | None = None
    notices: tuple[str, ...] = ()
    period: Period | None = None

    @property
    def evaluated(self) -> tuple[str, ...]:
        """The values that expressions were found to have, in sentences."""
        found = self.evaluate.results.items()
        return tuple(f"“{shortened(source)}” is {shortened(_written(value), 200)}." for source, value in found)

    @property
    def kept(self) -> Mapping[str, object]:
        """What a run keeps, as JSON can hold it, so that it goes on with the same window and values."""
        found = {"window": self.window, "period": self.period}
        moving = {name: msgspec.to_builtins(each) for name, each in found.items() if each is not None}
        return {**moving, "javascript": results_kept(self.evaluate.results)}


def timeless(job: Job, account: str) -> Occasion:
    """The occasion of a job that reads neither changes nor deletions since some time."""
    return Occasion(Evaluator(names_of(job, account)))


def occasion_again(job: Job, account: str, kept: Mapping[str, object]) -> Occasion:
    """The occasion of a run that goes on, from what it kept."""
    window = window_kept(kept)
    scope = {**names_of(job, account), "vars": window.variables if window is not None else {}}
    period = msgspec.convert(kept["period"], Period) if "period" in kept else None
    return Occasion(Evaluator(scope, results_of(kept.get("javascript", {}))), window, (), period)


def variables_kept(kept: Mapping[str, object]) -> Mapping[str, str]:
    """`vars` of a run, from what it kept; empty for one that reads everything."""
    window = window_kept(kept)
    if window is not None:
        return window.variables
    if "period" not in kept:
        return {}
    period = msgspec.convert(kept["period"], Period)
    start, end = option_text(period.start), option_text(period.end)
    return {"crmStartDate": start, "crmStartImport": start, "crmEndDate": end}


def window_kept(kept: Mapping[str, object]) -> Window | None:
    """The window in what a run kept, None for a run without an index."""
    found = kept.get("window")
    return None if found is None else msgspec.convert(found, Window)


def names_of(job: Job, account: str) -> dict[str, object]:
    return {
        "instance": {"internalName": account},
        "activity": {"name": job.name},
        "activityName": job.name,
        "vars": {},
    }


def _written(value: Value) -> str:
    """A value as people read it."""
    match value:
        case datetime():
            return value.isoformat(sep=" ")
        case tuple():
            return ", ".join(_written(each) for each in value)
        case _:
            return str(value)
