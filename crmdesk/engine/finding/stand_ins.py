"""The records that a job takes instead of those it does not find, looked for before a run begins."""

from __future__ import annotations

from typing import assert_never

import polars as pl

from crmdesk.engine.finding.searching import Asking, searched, why_not_instead
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.errors import PlanError, Problem
from crmdesk.model.mapping import Lookup, Owner, RecordType
from crmdesk.tabular.search import SearchOrigin


def refuse_missing_stand_ins(plan: WritingPlan, ask: Asking) -> None:
    """Raise PlanError where a record that `instead` names is not there or may not be used.

    A run that found it out later could not be mended: it goes on with the job as it was when it began.
    """
    places = {line.remote.casefold(): number for number, line in enumerate(plan.job.mapping, 1)}
    problems = []
    for line, search in searched(plan.convert):
        if not search.instead:
            continue
        why = why_not_instead(search, ask.records(search, pl.Series("text", [search.instead])))
        if why:
            place = f"mapping[{places[line.field.name.casefold()]}].{_kind(search.origin)}.instead"
            problems.append(Problem(place, f"What is to be taken instead cannot be used. {why}", "Name another one."))
    if problems:
        raise PlanError(tuple(problems))


def _kind(origin: SearchOrigin) -> str:
    match origin:
        case Lookup():
            return "lookup"
        case Owner():
            return "owner"
        case RecordType():
            return "record_type"
        case _:
            assert_never(origin)
