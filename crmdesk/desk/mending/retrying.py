"""Which rejects are sent again, and with which values: made before a retry begins, and kept until it has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path

from crmdesk.desk.ends.named_in import named_in
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.mending.given_back import GivenBack, given_back, to_send
from crmdesk.desk.mending.groups import group_numbered, rejects_in
from crmdesk.desk.mending.remedies.jobs import RECORD_ID, Way, sent_in, without_field
from crmdesk.desk.mending.rewriting import Change
from crmdesk.desk.mending.when_mangled import WhenMangled
from crmdesk.desk.mending.workbook import unreadable_columns
from crmdesk.desk.window.corrections import CORRECTIONS, exact_file
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.job import Job, LocalFile
from crmdesk.model.reject import Reject, RejectState
from crmdesk.model.run import RunOutcome
from crmdesk.model.schema import RemoteObject
from crmdesk.store import Store

_HALTED = (RunOutcome.INTERRUPTED, RunOutcome.STOPPED, RunOutcome.PAUSED, RunOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which open rejects of a run are meant, and how they are sent.

    All, those of a cause (by its number), the corrected, those whose parent has come. `leaves_out` is a field that is
    not sent. `job` is what the job says now, None: as it was when the run began.
    """

    cause: int = 0
    is_corrected: bool = False
    is_waiting: bool = False
    when_mangled: WhenMangled = WhenMangled.ASK
    way: Way = Way.AS_THE_JOB
    leaves_out: str = ""
    job: Job | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no reject is left out."""
        return not (self.cause or self.is_corrected or self.is_waiting)


def change_of(choice: Choice) -> Change | None:
    """What a retry does to the job: None where it sends as the job says."""
    if choice.way is Way.AS_THE_JOB and not choice.leaves_out and choice.job is None:
        return None

    def change(job: Job, remote: RemoteObject) -> Job:
        job = _as_now(job, choice.job) if choice.job is not None else job
        job = without_field(job, choice.leaves_out) if choice.leaves_out else job
        return sent_in(job, choice.way, remote.id_field)

    return change


def _as_now(job: Job, now: Job) -> Job:
    """What the job says now, on the account, in the time zone and with the texts of the run.

    Raises UserError for another job.
    """
    if (now.name, now.object, now.operation) != (job.name, job.object, job.operation):
        raise UserError(
            f"“{now.name}” ({now.operation.value} {now.object}) is another job than that of the run, “{job.name}” "
            f"({job.operation.value} {job.object}).",
            hint="Name the job whose run it was, as it is now.",
        )
    zone = now.local.time_zone or job.local.time_zone
    texts = {name: text or job.variables.get(name, "") for name, text in now.variables.items()}
    return replace(now, account=job.account, local=replace(now.local, time_zone=zone), variables=texts)


def changed_since(store: Store, run: str) -> tuple[str, ...]:
    """A sentence when the saved job has been changed since the run, whose retry sends as it was then."""
    start = store.runs.get(run).start
    while start.retry_of:
        start = store.runs.get(start.retry_of).start
    saved = store.jobs.find(start.job)
    if saved is None or saved.text == start.job_text:
        return ()
    return (f"The job “{start.job}” has been changed since; this sends as it was then. --job sends as it is now.",)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a retry sends: `file` holds the exact values, None for all open rejects as they are."""

    file: Path | None
    notices: tuple[str, ...] = ()


def chosen(store: Store, run: str, file: Path | None, choice: Choice) -> Chosen:
    """Choose what to send again; rows that a corrected file sets aside are set aside. Raises UserError for nothing."""
    drafts = store.corrections.of(run)
    if file is None and choice.is_everything and not drafts:
        return Chosen(None)
    rejects = open_rejects(store, run, choice)
    found = read_back(store, run, file, rejects, choice.when_mangled) if file is not None else None
    if found is not None:
        set_aside(store, run, rejects, found.corrections.set_aside)
    sending = list(to_send(rejects, found, drafts))
    if choice.is_corrected:
        sending = [(reject, values) for reject, values in sending if _differs(reject, values)]
    if not sending and found is not None and rejects and found.corrections.strangers and file is not None:
        raise UserError(
            f"No row of {file.name} is an open reject of run {run}; {len(rejects):,} are open.",
            hint=f"Correct the file that `crmdesk rejects {run} --csv FILE` writes, and keep its first column.",
        )
    if not sending:
        which = "" if choice.is_everything else " among those that were chosen"
        raise UserError(f"Run {run} has no open reject to send again{which}.", hint=where_they_went(store, run))
    more = sorted({column for reject, values in sending for column in values if column not in reject.values})
    if choice.way is Way.UPDATE and RECORD_ID not in more:
        hint = "See which rejects name a record with: crmdesk remedy RUN CAUSE D."
        raise UserError("Nobody has said which records these rows are.", hint=hint)
    if more:
        wider = [replace(reject, values={**reject.values, **dict.fromkeys(more, "")}) for reject, _ in sending]
        sending = [(reject, values) for reject, (_, values) in zip(wider, sending, strict=True)]
    return Chosen(exact_file(store.home, run, sending), tuple(_notices(run, file, found)))


def where_they_went(store: Store, run: str) -> str:
    """Where a person finds the rejects of a run that are not open any more."""
    halted = [each.run for each in store.runs.retries_of(run) if each.outcome in _HALTED and not each.is_released]
    if halted:
        return f"Run {halted[-1]} has taken them up: `crmdesk resume {halted[-1]}` goes on with it."
    return f"`crmdesk show {run}` tells where they went."


def open_rejects(store: Store, run: str, choice: Choice) -> list[Reject]:
    """The open rejects that are meant, by row."""
    store.runs.get(run)
    group = group_numbered(store, run, choice.cause) if choice.cause else None
    found = rejects_in(store.rejects, run, group, (RejectState.OPEN,))
    return [reject for reject in found if reject.has_parent or not choice.is_waiting]


def read_back(store: Store, run: str, file: Path, rejects: Sequence[Reject], when: WhenMangled) -> GivenBack:
    """What a corrected file says about these rejects; raises UserError where their values came from the CRM."""
    start = store.runs.get(run).start
    job = job_of(start).job
    if job.operation.is_reading:
        raise UserError(
            f"Run {run} has read from the CRM: nothing of a corrected file would go anywhere.",
            hint="Mend the records there, or the list of ids that the job has, and run the job again.",
        )
    with named_in(""):
        own = job.local if isinstance(job.local, LocalFile) else LocalFile("")
        unreadable = partial(unreadable_columns, job)
        return given_back(file, rejects, own, when, lambda: _earlier(store, run, rejects), unreadable)


def _earlier(store: Store, run: str, rejects: Sequence[Reject]) -> list[tuple[Reject, int]]:
    """The rejects that these stand for: of earlier runs of the job, and of the runs that were retried before."""
    found, rows = store.recurrences.earlier(run), [reject.row for reject in rejects]
    while run := store.runs.get(run).start.retry_of:
        found += [(reject, reject.row) for reject in store.rejects.of_rows(run, rows)]
    return found


def set_aside(store: Store, run: str, rejects: Sequence[Reject], reasons: Mapping[str, str]) -> int:
    """Set rejects aside for the reasons given, by their ids; returns how many were open."""
    rows = sorted((reasons[reject.id], reject.row) for reject in rejects if reject.id in reasons)
    return sum(
        store.rejects.set_aside(run, [row for _, row in some], reason)
        for reason, some in groupby(rows, key=lambda pair: pair[0])
    )


def _notices(run: str, file: Path | None, found: GivenBack | None) -> Iterator[str]:
    if file is None or found is None or file.parent.name == CORRECTIONS:
        return  # what the window hands over is no file of anybody's
    yield f"{file.name}: {found.sentence}."
    strangers = len(found.corrections.strangers)
    if strangers:
        rows = counted(strangers, "row of the corrected file is", "rows of the corrected file are")
        yield f"{rows} no open {'reject' if strangers == 1 else 'rejects'} of run {run} and left alone."


def _differs(reject: Reject, values: Mapping[str, str]) -> bool:
    return any(value != (reject.values.get(column) or "") for column, value in values.items())
