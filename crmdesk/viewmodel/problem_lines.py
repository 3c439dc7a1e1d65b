"""The problems of a draft as a list: what blocks the run, what costs rows, what is worth knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crmdesk.desk.answers import FileLook, JobProblem
from crmdesk.model.job import Job
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.figures import counted
from crmdesk.viewmodel.mapping_lines import Findings, line_of_place

_PLACES = {
    "account": "CRM account",
    "object": "Object",
    "local": "File",
    "export": "Action and key",
    "mapping": "Mapping",
    "filter": "Rows",
    "order_by": "Order",
    "name": "Name",
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


def problem_lines(
    job: Job,
    problems: Sequence[JobProblem],
    findings: Findings,
    remote: RemoteObject | None,
    look: FileLook | None,
) -> tuple[ProblemLine, ...]:
    """All of them, the blocking ones first."""
    blocking = [
        ProblemLine(
            Level.BLOCKING,
            _where(job, remote, each.place),
            f"{each.message} {each.hint}".strip(),
            each.place,
            line_of_place(each.place),
        )
        for each in problems
    ]
    notices = [ProblemLine(Level.NOTICE, "File", each) for each in look.notices] if look is not None else []
    return (*blocking, *_rows(job, findings, remote), *notices)


def _where(job: Job, remote: RemoteObject | None, place: str) -> str:
    number = line_of_place(place)
    if number is None or number >= len(job.mapping):
        return _PLACES.get(place.partition(".")[0].partition("[")[0], place)
    return f"Line {number + 1}, {_label(remote, job.mapping[number].remote) or 'no field'}"


def _rows(job: Job, findings: Findings, remote: RemoteObject | None) -> list[ProblemLine]:
    """Rows in trouble by field: over all of them after a rehearsal, before it over those looked at."""
    lines = {item.remote.casefold(): number for number, item in enumerate(job.mapping)}
    said = _first_sentences(findings)
    over = "of all rows" if findings.issues is not None else f"of the {len(findings.rows)} looked at"
    found = []
    for field, count in sorted(findings.issue_counts().items(), key=lambda pair: -pair[1]):
        sentence = f"{counted(count, 'row')} {over} would be rejected. {said.get(field, '')}".strip()
        found.append(ProblemLine(Level.ROWS, _label(remote, field), sentence, f"field.{field}", lines.get(field)))
    return found


def _first_sentences(findings: Findings) -> Mapping[str, str]:
    said: dict[str, str] = {}
    for row in findings.rows:
        for problem in row.problems:
            said.setdefault(problem.field.casefold(), problem.message)
    return said


def _label(remote: RemoteObject | None, name: str) -> str:
    field = remote.field(name) if remote is not None else None
    return field.label if field is not None else name
