"""What a run ran with, as lines of name and text: its job as it was, the window that it read, and what it kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from crmdesk.desk.runs.beginning import Beginning
from crmdesk.model.behaviour import Behaviour, Guard
from crmdesk.model.figures import counted, number
from crmdesk.model.index import Window
from crmdesk.model.job import Engine, Job, Pace, Speed
from crmdesk.model.mapping import Conversion, WhenEmpty
from crmdesk.model.run import RunRecord
from crmdesk.viewmodel.job_editor.field_words import conversion_word, when_empty_word
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.sentences import written_how
from crmdesk.viewmodel.window_words import for_the_window

_ENGINES = {Engine.REST: "REST", Engine.BULK: "Bulk", Engine.SOAP: "SOAP"}


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting of a run: what it is called, and its value in words."""

    name: str
    text: str


def settings_of(
    record: RunRecord,
    job: Job,
    window: Window | None,
    before: tuple[Sequence[str], int],
    pace: Pace | None,
    began: Beginning,
) -> tuple[SettingLine, ...]:
    """The settings of a run; `before` are the fields whose values from before are kept, and of how many records."""
    lines = [
        *_of_the_beginning(began),
        *_of_the_query(job, window),
        *_of_writing(job, before, pace),
        *_of_the_mapping(job),
        *_of_trouble(job.behaviour),
        *_of_guards(job.guard),
    ]
    said = [SettingLine("It said", for_the_window(notice)) for notice in record.notices]
    return (*lines, *(line for line in said if line.text))


def _of_the_beginning(began: Beginning) -> Iterator[SettingLine]:
    lines = (
        ("Started by", began.started_by),
        ("Signed in as", began.user),
        ("Times in", began.zone),
        ("Query", began.query),
    )
    yield from (SettingLine(name, text) for name, text in lines if text)


def _of_the_query(job: Job, window: Window | None) -> Iterator[SettingLine]:
    if job.filter is not None:
        yield SettingLine("Only some rows", FilterModel((), job.filter).sentence)
    if job.order_by:
        order = ", ".join(f"{each.field}{' (descending)' if each.is_descending else ''}" for each in job.order_by)
        yield SettingLine("In the order of", order)
    if job.engine is not Engine.AUTO:
        yield SettingLine("Read by", _ENGINES[job.engine])
    if window is not None:
        start = f"from {_moment(window.start)}" if window.start is not None else "from the beginning"
        yield SettingLine("Only what changed", f"{window.field} {start} up to {_moment(window.end)}, not included")
        yield SettingLine("Kept in the option", f"{window.option}, was {window.before or 'empty'}")
        yield from (SettingLine(f"vars.{name}", value) for name, value in window.variables.items())


def _of_writing(job: Job, before: tuple[Sequence[str], int], pace: Pace | None) -> Iterator[SettingLine]:
    options = job.export
    if options is None:
        return
    yield SettingLine("Action", written_how(options))
    speed = speed_word(options.speed) if options.speed is not None else "as the CRM does best"
    yield SettingLine("Speed", f"{speed}; asked for while it ran: {speed_word(pace.speed)}" if pace else speed)
    if options.engine is not Engine.AUTO:
        yield SettingLine("Sent by", _ENGINES[options.engine])
    if options.rows_per_call:
        yield SettingLine("A call has", counted(options.rows_per_call, "row"))
    yield from (SettingLine(f"vars.{name}", value) for name, value in job.variables.items())
    fields, records = before
    if not options.before_values:
        yield SettingLine("Values from before", "not kept: its updates cannot be taken back")
    elif records:
        yield SettingLine("Values from before", f"kept of {counted(records, 'record')}: {', '.join(fields)}")


def _of_the_mapping(job: Job) -> Iterator[SettingLine]:
    for line in job.mapping:
        said = []
        if line.conversion is not Conversion.DEFAULT:
            said.append(conversion_word(line.conversion))
        if line.when_empty is not WhenEmpty.LEAVE:
            said.append(f"empty cells: {when_empty_word(line.when_empty)}")
        if line.values:
            said.append(f"{counted(len(line.values), 'value')} replaced")
        if said:
            yield SettingLine(line.remote, ", ".join(said))


def _of_trouble(behaviour: Behaviour) -> Iterator[SettingLine]:
    handed = "handed on to the jobs that read them" if behaviour.processes_rejects else "not handed on to other jobs"
    yield SettingLine("Rejected rows", f"kept here, {handed}")
    if not behaviour.processes_errors:
        yield SettingLine("After an error", "it stops at once")
    elif behaviour.retries:
        times = counted(behaviour.retries, "time")
        yield SettingLine("After an error", f"it goes on by itself after {behaviour.retry_after} s, {times} at most")
    if behaviour.stop_after_rejects is not None:
        yield SettingLine("Stops after", counted(behaviour.stop_after_rejects, "rejected row"))


def _of_guards(guard: Guard) -> Iterator[SettingLine]:
    bounds = (
        ("At most", guard.max_rows, "rows"),
        ("At most", guard.max_created, "new records"),
        ("At most", guard.max_cleared_percent, "% of the rows cleared"),
        ("At most", guard.max_rejected_percent, "% of the rows rejected"),
    )
    yield from (SettingLine(name, f"{number(bound)} {what}") for name, bound, what in bounds if bound is not None)


def speed_word(speed: Speed) -> str:
    """A speed in a sentence."""
    return {Speed.FAST: "fast", Speed.NORMAL: "normal", Speed.GENTLE: "gentle"}[speed]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
