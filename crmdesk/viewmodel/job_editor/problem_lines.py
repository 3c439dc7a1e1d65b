"""The problems of a draft as a list: what blocks the run, what costs rows, what is worth knowing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crmdesk.desk.window.answers import FileLook, JobProblem
from crmdesk.model.figures import counted, number
from crmdesk.model.job import Job
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.line_choices import column_of
from crmdesk.viewmodel.job_editor.mapping_lines import Findings, line_of_place
from crmdesk.viewmodel.job_editor.rehearsal import RehearsalResult
from crmdesk.viewmodel.window_words import for_the_window

_PLACES = {
    "account": "CRM account",
    "object": "Object",
    "local": "File",
    "export": "Action and key",
    "mapping": "Mapping",
    "filter": "Rows",
    "order_by": "Order",
    "name": "Name",
    "rows": "Rows",
    "index": "Only what changed",
    "period": "Period",
    "population": "Only these records",
    "duplicates": "Duplicates",
    "mapping_all": "All fields",
    "schema": "Changed fields",
    "behaviour": "Behaviour",
    "guard": "Behaviour",
    "variables": "Texts for formulas",
}


class Level(StrEnum):
    """How much it matters."""

    BLOCKING = "blocks the run"
    ROWS = "costs rows"
    NOTICE = "worth knowing"


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One line of the list. `line` is the line of the mapping it is about, `place` where it belongs in the job."""

    level: Level
    where: str
    sentence: str
    place: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ProblemContext:
    """What the places of problems are named by; `found` is what was met when all of the source was read."""

    job: Job
    remote: RemoteObject | None
    look: FileLook | None
    found: tuple[str, ...] = ()

    def label(self, name: str) -> str:
        """The label of a field, or its name where it is not known."""
        field = self.remote.field(name) if self.remote is not None else None
        return field.label if field is not None else name

    def line(self, name: str) -> int | None:
        """The line of the mapping that fills the field, or that takes its value from a column of that name."""
        lines, folded = list(enumerate(self.job.mapping)), name.casefold()
        filled = (number for number, item in lines if item.remote.casefold() == folded)
        fed = (number for number, item in lines if folded and column_of(item.origin).casefold() == folded)
        return next(filled, next(fed, None))


def problem_lines(
    context: ProblemContext,
    problems: Sequence[JobProblem],
    findings: Findings,
    rehearsed: RehearsalResult | None,
) -> tuple[ProblemLine, ...]:
    """All of them, the blocking ones first."""
    blocking = [
        ProblemLine(
            Level.BLOCKING,
            _where(context, each.place),
            f"{each.message} {each.hint}".strip(),
            each.place,
            line_of_place(each.place),
        )
        for each in problems
    ]
    rows = _foreseen(context, rehearsed) if rehearsed is not None else _seen(context, findings)
    notices = dict.fromkeys((*notices_of(context.look), *context.found))
    return (*blocking, *rows, *(ProblemLine(Level.NOTICE, "File", each) for each in notices))


def notices_of(look: FileLook | None) -> tuple[str, ...]:
    """What was met when the file was looked at, in the words of the window."""
    return tuple(map(for_the_window, look.notices)) if look is not None else ()


def _where(context: ProblemContext, place: str) -> str:
    number = line_of_place(place)
    if number is None or number >= len(context.job.mapping):
        return _PLACES.get(place.partition(".")[0].partition("[")[0], place)
    return f"Line {number + 1}, {context.label(context.job.mapping[number].remote) or 'no field'}"


def _foreseen(context: ProblemContext, rehearsed: RehearsalResult) -> list[ProblemLine]:
    """Why rows of the whole source would be rejected."""
    of = f"of {number(rehearsed.tally.read)} would be rejected"
    return [
        _about(context, cause.field, f"{counted(cause.rows, 'row')} {of}. {cause.message}")
        for cause in rehearsed.causes
    ]


def _seen(context: ProblemContext, findings: Findings) -> list[ProblemLine]:
    """Why rows among those looked at would be rejected."""
    said: dict[str, str] = {}
    for row in findings.rows:
        for problem in row.problems:
            said.setdefault(problem.field.casefold(), problem.message)
    of = f"of the {len(findings.rows)} looked at would be rejected"
    counts = sorted(findings.issue_counts().items(), key=lambda pair: -pair[1])
    return [_about(context, field, f"{counted(count, 'row')} {of}. {said.get(field, '')}") for field, count in counts]


def _about(context: ProblemContext, field: str, sentence: str) -> ProblemLine:
    place = f"field.{field}" if field else ""
    return ProblemLine(Level.ROWS, context.label(field) or "Rows", sentence.strip(), place, context.line(field))
