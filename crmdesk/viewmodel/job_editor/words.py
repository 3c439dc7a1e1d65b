"""What the job editor says of a draft: its name, what it lacks, what its button does."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath
from typing import assert_never

from crmdesk.model.figures import counted, number
from crmdesk.model.job import Action, ExportOptions, Job, Local, Operation
from crmdesk.model.local import LocalTable
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.rehearsal import RehearsalResult


def verb(job: Job) -> str:
    """What the job does to rows, as a button says it."""
    match job.export:
        case None:
            return "Read"
        case ExportOptions(action=action):
            return action.value.capitalize()


def objects_word(remote: RemoteObject | None, rows: int | None) -> str:
    """The object's label in the number of `rows`, small unless it is a name like “VIP club”."""
    if remote is None:
        return "records"
    label = remote.label if rows == 1 else remote.label_plural
    return label[:1].lower() + label[1:] if label[1:] == label[1:].lower() else label


def run_text(job: Job, remote: RemoteObject | None, rows: int | None) -> str:
    """The words of the button: verb, number, object; three dots where a question follows."""
    gone = ["deleted"] if job.operation is Operation.IMPORT_DELETED else []
    words = [verb(job), *([number(rows)] if rows is not None else []), *gone, objects_word(remote, rows)]
    return " ".join(words) + ("" if job.operation.is_reading else "…")


def proposed_name(job: Job, remote: RemoteObject | None, taken: Collection[str]) -> str:
    """A name made of object and file that no other job has; empty while neither is chosen."""
    stem = _stem(job.local)
    plural = remote.label_plural if remote is not None else job.object
    if not plural and not stem:
        return ""
    plural = plural or "Rows"
    match job.operation:
        case Operation.IMPORT:
            base = f"{plural} to {stem}" if stem and stem.casefold() != plural.casefold() else f"Read {plural}"
        case Operation.IMPORT_DELETED:
            base = f"Deleted {plural} to {stem}" if stem else f"Deleted {plural}"
        case Operation.EXPORT:
            base = f"{plural} from {stem}" if stem and stem.casefold() != plural.casefold() else plural
        case Operation.DELETE:
            those = "by those of" if isinstance(job.local, LocalAccount) else "of"
            base = f"Delete {plural} {those} {stem}" if stem else f"Delete {plural}"
        case _:
            assert_never(job.operation)
    return free_name(base, taken)


def _stem(local: Local) -> str:
    """What the local end is called, without its place and its kind."""
    if isinstance(local, LocalTable):
        return local.table.rpartition(".")[2] or PurePath(local.database).stem
    if isinstance(local, LocalAccount):
        return local.account
    return PurePath(local.path).stem if local.path else ""


def free_name(base: str, taken: Collection[str]) -> str:
    """`base`, with a number behind it when it is taken; upper and lower case are one."""
    folded = {name.casefold() for name in taken}
    name, count = base, 2
    while name.casefold() in folded:
        name, count = f"{base} {count}", count + 1
    return name


def lacking(job: Job) -> str:
    """The first thing the job lacks to be saved, as a sentence that says what to do; empty when it is whole."""
    is_reading = job.operation.is_reading
    if not job.account:
        return "Choose a CRM account first."
    if not job.local.path and not is_reading:
        return "Choose the file that the rows come from first."
    if not job.object:
        return "Choose an object first."
    if not job.local.path:
        return "Choose the file to write to first."
    if not job.mapping and not reads_by_itself(job):
        return "Map at least one field first."
    if not job.name:
        return "Give the job a name first."
    return ""


def reads_by_itself(job: Job) -> bool:
    """Whether the job reads fields without a line for each: those of deletions, or all there are."""
    return job.operation is Operation.IMPORT_DELETED or job.reading.all_except is not None


def intent_notes(result: RehearsalResult | None) -> tuple[str, ...]:
    """What the question before a run says beside its sentence: the counts as rehearsed, and what they cost."""
    if result is None:
        return ("Not rehearsed: how many rows will be rejected is not known yet.",)
    tally = result.tally
    parts = {"created": tally.created, "updated": tally.updated, "deleted": tally.deleted}
    will = " · ".join(f"{number(count)} {word}" for word, count in parts.items() if count)
    one, several = "row is rejected already and stays behind", "rows are rejected already and stay behind"
    left = (f"{counted(tally.rejected, one, several)}.",) if tally.rejected else ()
    emptied = " · ".join(f"{each.label} {number(each.clears)}" for each in result.changes if each.clears)
    clears = (f"Empties: {emptied}.",) if emptied else ()
    return (*((f"As rehearsed: {will}.",) if will else ()), *left, *clears, f"{result.cost}.")


def action_word(action: Action) -> str:
    """The action as the screen calls it."""
    return action.value.capitalize()


def action_hint(action: Action) -> str:
    """What the action does with each row."""
    match action:
        case Action.INSERT:
            return "Every row becomes a new record."
        case Action.UPDATE:
            return "Every row changes the record that its key finds; a row whose key finds none is rejected."
        case Action.UPSERT:
            return "A row changes the record that its key finds, or becomes a new one."
        case Action.DELETE:
            return "Every row deletes the record that its key finds."
        case Action.UNDELETE:
            return "Every row brings its record back from the recycle bin."
        case _:
            assert_never(action)


def footer(
    job: Job, rows: int | None, columns: tuple[int, int], result: RehearsalResult | None, route: str = ""
) -> tuple[str, str]:
    """Two short lines beside the buttons: how much there is, and what a run would do.

    `columns` are those used, and all; `route` tells how a reading job would read.
    """
    if job.operation.is_reading:
        harmless = "Nothing in the CRM is changed by a reading job"
        if rows is None:
            return harmless, ""
        return route.removesuffix(".") or counted(rows, "record"), harmless
    if rows is None:
        return "Nothing is sent before you start the run", ""
    mapped = f"{counted(rows, 'row')} · {number(columns[0])} of {counted(columns[1], 'column')} mapped"
    if result is None:
        return mapped, "Nothing is sent before you start the run"
    left = result.tally.rejected
    stays = f"{counted(left, 'row')} would be rejected and stay behind" if left else "No row would be rejected"
    return result.cost, f"{mapped} · {stays}"
