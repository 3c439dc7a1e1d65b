"""Carrying out a remedy: rejects and wishes in, corrections, decisions and rules of the job out. Nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crmdesk.desk.mending.groups import CauseGroup
from crmdesk.desk.mending.remedies import jobs, values
from crmdesk.desk.mending.remedies.jobs import Way
from crmdesk.desk.mending.remedies.values import Changes, Proposal
from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.mending.workbook import source_columns
from crmdesk.errors import UserError
from crmdesk.model.error_book.card import TITLES, Remedy
from crmdesk.model.job import Job
from crmdesk.model.mapping import Lookup
from crmdesk.model.reject import Reject
from crmdesk.model.schema import Field, RemoteObject

Rule = Callable[[Job], Job]
"""What "from now on" does to the job."""


@dataclass(frozen=True, slots=True)
class Case:
    """The rejects that a remedy is for: their group, the job, and what is known of it.

    `choices` are valid values of the field: those of its list, or keys of records it may lead to.
    """

    group: CauseGroup
    rejects: Sequence[Reject]
    drafts: Mapping[int, Mapping[str, str]]
    job: Job
    remote: RemoteObject
    choices: Sequence[str] = ()

    @property
    def field(self) -> Field | None:
        """The field that was refused."""
        return self.remote.field(self.group.field) if self.group.field else None

    @property
    def column(self) -> str:
        """The source column that fills the field; UserError when there is none."""
        found = source_columns(self.job, self.group.field)
        if not found:
            name = self.group.field or "None of the fields"
            raise UserError(f"{name} is filled by no column of the source.", hint="Change the job's mapping instead.")
        return found[0]


@dataclass(frozen=True, slots=True)
class Remedied:
    """What a remedy does: values that change, rows set aside or left waiting (with the reason), how to send the others.

    `proposals` are the values met, where the remedy waits to be told what they become. `text` is a request to be sent
    to somebody. `rule` is what the job does from now on, None where nothing can be made a rule.
    """

    changes: Changes = field(default_factory=dict)
    set_aside: Mapping[int, str] = field(default_factory=dict)
    waiting: Mapping[int, str] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    text: str = ""
    way: Way = Way.AS_THE_JOB
    leaves_out: str = ""
    rule: Rule | None = None


def remedied(remedy: Remedy, case: Case, wish: Wish) -> Remedied:  # noqa: C901, PLR0912 - one case a remedy
    """What a remedy does to the rejects of a case; raises UserError for a wish that lacks something."""
    match remedy:
        case Remedy.MAP_VALUES | Remedy.REPLACE_OWNERS | Remedy.CHOOSE_PARENTS:
            return _mapped(case, wish)
        case Remedy.SET_VALUE:
            return _set(case, wish)
        case Remedy.SHORTEN:
            return _shortened(case, wish)
        case Remedy.READ_AS:
            return _read(case, wish)
        case Remedy.KEEP_ONE:
            return _kept(case, wish)
        case Remedy.WAIT_FOR_PARENT:
            reason = wish.reason or f"waits for {_parent(case)}"
            return Remedied(waiting={reject.row: reason for reject in case.rejects})
        case Remedy.SET_ASIDE:
            if not wish.reason:
                raise UserError("Nothing says why these rows are set aside.", hint='Give a reason: --reason "…".')
            return Remedied(set_aside={reject.row: wish.reason for reject in case.rejects})
        case Remedy.UPDATE_INSTEAD:
            return _updated(case)
        case Remedy.ASK_FOR_IT:
            columns = source_columns(case.job, case.group.field)
            found = values.proposals(case.rejects, columns[0], (), case.drafts) if columns else ()
            return Remedied(proposals=found)
        case Remedy.GENTLE_LANE:
            return Remedied(way=Way.GENTLY, rule=lambda job: jobs.sent_in(job, Way.GENTLY, case.remote.id_field))
        case Remedy.FIND_CULPRIT:
            return Remedied(way=Way.ONE_BY_ONE)
        case Remedy.SAVE_ANYWAY:
            return Remedied(way=Way.ANYWAY, rule=lambda job: jobs.sent_in(job, Way.ANYWAY, case.remote.id_field))
        case Remedy.CREATE_INSTEAD:
            return Remedied(way=Way.CREATE, rule=jobs.inserting_without_key)
        case Remedy.FIND_AGAIN:
            return Remedied()
        case Remedy.RESTORE:
            raise UserError(
                f"“{TITLES[remedy]}” takes a job of its own.",
                hint='Write a job with action = "undelete" for these ids, run it, then send these rejects again.',
            )
        case Remedy.TWO_PASSES:
            return _left_out(case)


def _mapped(case: Case, wish: Wish) -> Remedied:
    column = case.column
    if wish.text is not None:
        changes = values.filled(case.rejects, column, wish.text, case.drafts, is_every=True)
        table = {values.current(reject, column, case.drafts): wish.text for reject in case.rejects}
    else:
        changes, table = values.mapped(case.rejects, column, wish.values, case.drafts), dict(wish.values)
    if not table:
        return Remedied(proposals=values.proposals(case.rejects, column, case.choices, case.drafts))
    return Remedied(changes, rule=lambda job: jobs.with_values(job, case.group.field, table))


def _set(case: Case, wish: Wish) -> Remedied:
    if wish.is_left_out:
        return _left_out(case)
    if wish.text is None:
        raise UserError(
            f"Nothing says what {case.group.field} becomes.", hint='Give a value: --set "…", or --leave-out the field.'
        )
    is_every, column = wish.is_every or not wish.text, case.column
    changes = values.filled(case.rejects, column, wish.text, case.drafts, is_every=is_every)
    text = wish.text
    met = {values.current(reject, column, case.drafts) for reject in case.rejects if reject.row in changes}
    return Remedied(changes, rule=lambda job: jobs.with_values(job, case.group.field, dict.fromkeys(met, text)))


def _left_out(case: Case) -> Remedied:
    field_name = case.group.field
    return Remedied(leaves_out=field_name, rule=lambda job: jobs.without_field(job, field_name))


def _shortened(case: Case, wish: Wish) -> Remedied:
    if case.field is None:
        raise UserError("The CRM did not say which field is too long.", hint="Correct the values one by one.")
    if wish.rest and all(wish.rest not in reject.values for reject in case.rejects):
        raise UserError(f"The source has no column “{wish.rest}”.", hint="Name a column that the job sends.")
    return Remedied(values.shortened(case.rejects, case.column, case.field, wish.rest, case.drafts))


def _read(case: Case, wish: Wish) -> Remedied:
    if not wish.pattern and not wish.decimal:
        raise UserError(
            "Nothing says how these values are written.", hint='Say it: --format "%d.%m.%Y", or --decimal ",".'
        )
    changes = values.read_as(case.rejects, case.column, wish.pattern, wish.decimal, case.drafts)
    return Remedied(changes, rule=lambda job: jobs.with_format(job, wish.pattern, wish.decimal))


def _kept(case: Case, wish: Wish) -> Remedied:
    if wish.keep not in ("first", "last", "fullest"):
        raise UserError("Nothing says which row is kept.", hint="Say it: --keep first, last or fullest.")
    others = values.others_of_a_key(case.rejects, case.column, wish.keep)
    return Remedied(set_aside={row: f"the same key as row {kept}, which is kept" for row, kept in others.items()})


def _updated(case: Case) -> Remedied:
    found = {reject.row: jobs.id_in(reject.message) for reject in case.rejects}
    changes = {row: {jobs.RECORD_ID: record} for row, record in found.items() if record}
    if not changes:
        is_key = case.field is not None and case.field.is_key
        found_by = f'Let the job find them: action = "upsert" and key = "{case.group.field}" in [export].'
        hint = found_by if is_key else "Look them up, and correct the key."
        raise UserError("The CRM did not name the records that are meant.", hint=hint)
    return Remedied(changes, way=Way.UPDATE)


def _parent(case: Case) -> str:
    lines = [line for line in case.job.mapping if line.remote.casefold() == case.group.field.casefold()]
    return lines[0].origin.object if lines and isinstance(lines[0].origin, Lookup) else "its parent"
