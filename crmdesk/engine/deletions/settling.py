"""Which deletions a run reads: the period that the job names, or the one that begins where the last run ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from crmdesk.connectors.deletions import DELETED_AT, Coverage, Period
from crmdesk.engine.index.moments import moment_of
from crmdesk.engine.index.occasion import Occasion, names_of
from crmdesk.engine.index.settling import Setting, window_of
from crmdesk.engine.javascript.evaluating import Evaluate, Evaluator
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.job import Job
from crmdesk.model.option import option_text
from crmdesk.model.period import PeriodMode, PeriodOptions

Cover = Callable[[Period], Coverage]
"""Asks the CRM what of a period it can tell; raises UserError."""

_SECOND = timedelta(seconds=1)
_FIRST = timedelta(days=30)
"""How far back the first run of a moving period asks."""


def deleted_occasion(job: Job, options: PeriodOptions, setting: Setting, cover: Cover) -> Occasion:
    """The occasion of an import of deleted records that begins now; raises PlanError, and what `cover` raises."""
    evaluate = Evaluator(names_of(job, setting.account))
    match options.mode:
        case PeriodMode.BETWEEN:
            period = _between(options, evaluate)
            return Occasion(evaluate, None, cover(period).notices, period)
        case PeriodMode.AUTOMATIC:
            return _moving(job, options, setting, evaluate, cover)
        case PeriodMode.COMPARE:
            return Occasion(evaluate)


def _between(options: PeriodOptions, evaluate: Evaluate) -> Period:
    problems: list[Problem] = []

    def read(place: str, text: str, *, is_end: bool) -> datetime | None:
        try:
            return moment_of(text, evaluate, is_end=is_end)
        except UserError as error:
            problems.append(Problem(place, error.message, error.hint))
            return None

    start = read("period.start", options.start, is_end=False)
    end = read("period.end", options.end, is_end=True)
    if start is not None and end is not None and end < start:
        message = f"The period ends ({option_text(end)} UTC) before it begins ({option_text(start)} UTC)."
        problems.append(Problem("period.end", message, "Change one of them; both are included."))
    if problems or start is None or end is None:
        raise PlanError(tuple(problems))
    return Period(start, end)


def _moving(job: Job, options: PeriodOptions, setting: Setting, evaluate: Evaluator, cover: Cover) -> Occasion:
    window, told = window_of(job, options, DELETED_AT, setting, evaluate)
    start = window.start or window.end - _FIRST
    if start >= window.end:
        return Occasion(evaluate, window, told, Period(start, start - _SECOND))
    coverage = cover(Period(start, window.end - _SECOND, gives_way=True))
    window = replace(window, end=max(start, min(window.end, coverage.end + _SECOND)))
    # The first run has nothing to miss: it begins where the CRM's memory does.
    notices = coverage.notices if window.start is not None else ()
    return Occasion(evaluate, window, (*told, *notices), Period(start, window.end - _SECOND, gives_way=True))
