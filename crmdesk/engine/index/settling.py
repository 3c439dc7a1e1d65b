"""What is settled before a run is planned: its window, from the option, the CRM's clock and what it can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from crmdesk.connectors.contract import Capabilities
from crmdesk.connectors.deletions import Coverage, Period
from crmdesk.engine.index.binding import Binding, changes, strangers
from crmdesk.engine.index.occasion import Occasion, names_of, timeless
from crmdesk.engine.index.window import bounds
from crmdesk.engine.javascript.evaluating import Evaluate, Evaluator
from crmdesk.engine.javascript.template import filled
from crmdesk.engine.planning.problems import unknown_field
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.index import DEFAULT_LAG_SECONDS, Deletions, IndexMode, IndexOptions, Window
from crmdesk.model.job import Job
from crmdesk.model.option import Option
from crmdesk.model.period import PeriodOptions
from crmdesk.model.schema import Field, FieldType, RemoteObject

_SECOND = timedelta(seconds=1)
_UNKNOWN_DELETIONS = (
    "What was deleted in the CRM before now is not told by a run that reads everything: if the target holds rows of "
    "such records, they stay as they are. Compare the ids once ([period] mode = “compare”), or begin with an "
    "empty target."
)


class OptionValues(Protocol):
    """Where options are kept."""

    def find(self, name: str) -> Option | None:
        """The option of this name, None when it never had a value."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run happens in: by whose account, in which organisation, at what time by the CRM's clock.

    `lag_seconds` is what goes for a job that names none.
    """

    account: str
    organization: str
    now: datetime
    options: OptionValues
    lag_seconds: int = DEFAULT_LAG_SECONDS


def occasion_of(
    job: Job, remote: RemoteObject, can: Capabilities, setting: Setting, cover: Callable[[Period], Coverage]
) -> Occasion:
    """The occasion of a run that begins now; raises PlanError. `cover` tells what of a period of deletions is known."""
    if job.index is None:
        return timeless(job, setting.account)
    scope = names_of(job, setting.account)
    if job.index.mode is IndexMode.TRACKED:
        return _tracked(job, job.index, can, setting, scope)
    field = _field(job.index, remote, can)
    window, notices = window_of(job, job.index, field.name, setting, Evaluator(scope))
    period, start = None, window.start
    notices += _of_deletions(job, window)
    if job.deletions is not Deletions.NO and start is not None and start < window.end:
        coverage = cover(Period(start, window.end - _SECOND, gives_way=True))
        # Both windows move together: neither further than the CRM can tell.
        window = replace(window, end=max(start, min(window.end, coverage.end + _SECOND)))
        period = Period(start, window.end - _SECOND, gives_way=True)
        notices += coverage.notices
    return Occasion(Evaluator({**scope, "vars": window.variables}), window, notices, period)


def _tracked(
    job: Job, index: IndexOptions, can: Capabilities, setting: Setting, scope: Mapping[str, object]
) -> Occasion:
    """The occasion of an import by the CRM's own tokens: the first run reads everything, then only what changed."""
    if not can.tracks_changes:
        message = "This kind of CRM keeps no track of changes that a job could follow."
        raise PlanError((Problem("index.mode", message, 'Write mode = "automatic".'),))
    alone = {"filter": job.filter is not None, "order_by": bool(job.order_by), "population": _is_named(job)}
    for place, is_there in alone.items():
        if is_there:
            message = "Change tracking follows the whole object, without filter, order or population."
            raise PlanError((Problem(place, message, "Take it out, or go by date: mode = “automatic”."),))
    moving = replace(index, lag_seconds=0)
    window, notices = window_of(job, moving, "", setting, Evaluator(scope))
    option = setting.options.find(window.option)
    bound = Binding.parse(option.bound) if option is not None else None
    token = bound.token if bound is not None else ""
    is_changed = bool(notices[1:])
    if window.start is not None and (not token or is_changed):
        why = "the mapping has changed" if token else "no token goes with it: it was set by hand, or reached by date"
        message = f"{window.option} stands at {window.before} UTC, but {why}."
        again = f'crmdesk options set {_quoted(window.option)} ""'
        hint = f"Read everything again: {again}. Or go by date: mode = “automatic”."
        raise PlanError((Problem("index.option", message, hint),))
    window = replace(window, is_tracked=True, token=token if window.start is not None else "")
    told = f"{window.option}: what the CRM says has changed since {window.before} UTC."
    if window.start is None:
        told = f"{window.option} has no value: everything is read, and from then on only what the CRM says has changed."
    notices = (told, *notices[1:], *_of_deletions(job, window))
    return Occasion(Evaluator({**scope, "vars": window.variables}), window, notices, None)


def _of_deletions(job: Job, window: Window) -> tuple[str, ...]:
    return (_UNKNOWN_DELETIONS,) if job.deletions is not Deletions.NO and window.start is None else ()


def _is_named(job: Job) -> bool:
    return job.reading.population is not None


def standing(job: Job, index: IndexOptions, setting: Setting) -> Window:
    """Where the option stands by which the job reads on; raises PlanError where it cannot be named."""
    name = _name(index, Evaluator(names_of(job, setting.account)), "index.option")
    option = setting.options.find(name)
    before = option.value if option is not None else ""
    start, end = bounds(before, setting.now, 0)
    is_tracked = index.mode is IndexMode.TRACKED
    return Window(name, "", before, start, end, index.mode is IndexMode.MANUAL, is_tracked=is_tracked)


def _name(moving: IndexOptions | PeriodOptions, evaluate: Evaluate, place: str) -> str:
    try:
        return filled(moving.option, evaluate)
    except UserError as error:
        raise PlanError((Problem(place, error.message, error.hint),)) from error


def window_of(
    job: Job, moving: IndexOptions | PeriodOptions, field: str, setting: Setting, evaluate: Evaluate
) -> tuple[Window, tuple[str, ...]]:
    """The window of a run over `field`, and what is to be said of it; raises PlanError."""
    place = "index.option" if isinstance(moving, IndexOptions) else "period.option"
    name = _name(moving, evaluate, place)
    option = setting.options.find(name)
    binding = Binding.of(job, setting.organization, field)
    notices = _compared(name, option, binding, place)
    before = option.value if option is not None else ""
    lag_seconds = setting.lag_seconds if moving.lag_seconds is None else moving.lag_seconds
    start, end = bounds(before, setting.now, lag_seconds)
    is_manual = moving.mode is IndexMode.MANUAL
    window = Window(name, field, before, start, end, is_manual, binding.text)
    return window, (_told(window, lag_seconds), *notices)


def _field(index: IndexOptions, remote: RemoteObject, can: Capabilities) -> Field:
    """The index field: the one the job names, else the first of the CRM's usual ones that the object has."""
    if not index.field:
        usual = (remote.field(name) for name in can.index_fields)
        found = next((field for field in usual if field is not None and field.is_filterable), None)
        if found is not None:
            return found
        words = ", ".join(can.index_fields)
        none = f"{remote.name} has none of the usual ones ({words})." if words else "This kind of CRM has no usual one."
        hint = 'Name a field that holds the time of the last change: field = "…" in [index].'
        raise PlanError((Problem("index.field", f"The index needs a field. {none}", hint),))
    named = remote.field(index.field)
    if named is None:
        raise PlanError((Problem("index.field", *unknown_field(index.field, remote)),))
    if named.type is not FieldType.DATETIME or not named.is_filterable:
        why = "the CRM cannot filter by it" if not named.is_filterable else f"it is a {named.type} field"
        hint = "Choose one that holds a date and a time, and can be filtered."
        raise PlanError((Problem("index.field", f"{named.name} cannot be the index field: {why}.", hint),))
    return named


def _compared(name: str, option: Option | None, now: Binding, place: str) -> tuple[str, ...]:
    """What is to be said about the value of an option, which may belong to another job; raises PlanError."""
    before = Binding.parse(option.bound) if option is not None else None
    if option is None or before is None:
        return ()
    foreign = strangers(before, now)
    if foreign:
        raise PlanError(
            (
                Problem(
                    place,
                    f"{name} = {option.value} was reached with {' and '.join(foreign)}: it says nothing to this job.",
                    f"Give the job an option of its own, or set this one: crmdesk options set {_quoted(name)} …",
                ),
            )
        )
    changed = changes(before, now)
    if not changed:
        return ()
    what = " and the ".join(changed)
    told = (
        f"The {what} of the job changed since {option.value} UTC was reached: what was read before is as it was then. "
        f'To read everything again: crmdesk options set {_quoted(name)} "". '
        "To fill a new field into a table: crmdesk backfill JOB --field FIELD"
    )
    return (told,)


def _told(window: Window, lag_seconds: int) -> str:
    """Which records are read, by the clock of the CRM."""
    until = f"up to {window.reached} UTC, excluded"
    lag = f" ({lag_seconds} s before the CRM's clock, for late commits)" if lag_seconds else " (by the CRM's clock)"
    if window.start is None:
        return f"{window.option} has no value: everything is read, {until}{lag}, by {window.field}."
    return f"{window.option}: {window.field} from {window.before} UTC, included, {until}{lag}."


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
