"""Problems of a job in the words of the window: what speaks of the job file says what to do on the page instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crmdesk.desk.window.answers import JobProblem
from crmdesk.errors import CrmDeskError
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, Expression, Lookup, Owner, RecordType
from crmdesk.model.period import PeriodMode, PeriodOptions
from crmdesk.viewmodel.job_editor.mapping_lines import line_of_place
from crmdesk.viewmodel.window_words import for_the_window

_OF_THE_FILE = re.compile(r"\[\[?\w+\]|\bcrmdesk |\b\w+ = |(?<!\S)--\w|Leave out \w+_")
_INSTEAD = (
    (re.compile(r"local\.path"), "Choose another file, or correct its path."),
    (re.compile(r"local\."), "Choose it where it is said how the rows are read or written."),
    (re.compile(r"index\.field"), "Choose another field, one with a date and a time."),
    (re.compile(r"index\.deleted"), "Merge into a table of a database, or bring no deletions."),
    (
        re.compile(r"index\.option|period\.option"),
        "Read all again by “Set back…”, or give it an option of its own.",
    ),
    (re.compile(r"period\.(start|end)"), "Give a day or a time: 2026-01-31, 2026-01-31 23:59:59."),
    (re.compile(r"period\.(path|column)"), "Choose the file with the ids, and its column."),
    (re.compile(r"population\."), "Correct it beside the list of records."),
    (re.compile(r"mapping_all"), "Accept the fields as they are now."),
    (re.compile(r"mapping$"), "Add a line for it."),
    (re.compile(r"mapping\[\d+\]\.remote"), "Choose another field."),
    (re.compile(r"mapping\[\d+\]\.local"), "Choose another column."),
    (re.compile(r"mapping\["), "Correct the line."),
    (re.compile(r"export\.key"), "Choose the field that finds the record, and give it a line."),
    (re.compile(r"export(\.(speed|engine|action|assignment_rule))?$"), "Choose another speed, or leave out the wish."),
    (re.compile(r"account"), "Choose another CRM account."),
)


def problem_of(error: CrmDeskError, place: str) -> JobProblem:
    """An error as the problem of a place."""
    return in_our_words(JobProblem(place, error.message, error.hint))


def in_our_words(problem: JobProblem) -> JobProblem:
    """The problem with a hint that can be followed on the page."""
    told = for_the_window(problem.hint)
    if told and not _OF_THE_FILE.search(told):
        return replace(problem, hint=told)
    hint = next((words for place, words in _INSTEAD if place.match(problem.place)), "")
    return replace(problem, hint=hint)


def unfilled_lines(job: Job) -> dict[int, JobProblem]:
    """The lines that are not filled in yet, by number, each with its problem."""
    return {number: problem for number in range(len(job.mapping)) if (problem := _unfilled(job, number))}


def missing_of_period(period: PeriodOptions) -> tuple[JobProblem, ...]:
    """What a period lacks to be asked for."""
    parts = {
        "start": ("The first day is missing.", "Give a day or a time: 2026-01-01."),
        "end": ("The last day is missing.", "Give a day, which is meant whole: 2026-01-31."),
        "path": ("The file with the ids is missing.", "Choose it."),
        "column": ("The column with the ids is missing.", "Name the column of the file."),
    }
    wanted = ("start", "end") if period.mode is PeriodMode.BETWEEN else ("path", "column")
    return tuple(JobProblem(f"period.{key}", *parts[key]) for key in wanted if not getattr(period, key))


def renumbered(problem: JobProblem, numbers: Sequence[int]) -> JobProblem:
    """A problem of a job that has only the lines `numbers` of another, as one of that other."""
    number = line_of_place(problem.place)
    if number is None or number >= len(numbers):
        return problem
    rest = problem.place.partition("]")[2]
    return replace(problem, place=f"mapping[{numbers[number] + 1}]{rest}")


def _unfilled(job: Job, number: int) -> JobProblem | None:
    line, place = job.mapping[number], f"mapping[{number + 1}]"
    if not line.remote:
        return JobProblem(f"{place}.remote", "No field is chosen.", "Choose the field that the line fills.")
    match line.origin:
        case Column(""):
            what = "column to write to" if job.operation.is_reading else "column that the value comes from"
            return JobProblem(f"{place}.local", "No column is chosen.", f"Choose the {what}.")
        case Expression(text) if not text.strip():
            return JobProblem(f"{place}.expression", "The formula is empty.", "Type one, or choose a column.")
        case Owner("") | RecordType(""):
            return JobProblem(f"{place}.local", "No column is chosen.", "Choose the column that names it.")
        case Lookup(column, object_name, key) if not (column and object_name and key):
            return JobProblem(
                f"{place}.lookup", "It is not said yet which record is to be found.", "Open the line and choose."
            )
        case _:
            return None
