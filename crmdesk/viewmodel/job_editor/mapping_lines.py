"""The lines of the mapping as the table shows them: from, raw, field, becomes, empty, issues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crmdesk.desk.window.answers import JobProblem, PreviewRow
from crmdesk.model.mapping import Conversion, WhenEmpty

_PLACE = re.compile(r"mapping\[(\d+)\]")


class LineState(StrEnum):
    """Whether a line can work: fine, some rows have trouble, the job cannot run with it."""

    FINE = "fine"
    WARNING = "warning"
    BLOCKED = "blocked"


class Source(StrEnum):
    """Where a line's value comes from, in the word of the screen."""

    COLUMN = "Column"
    FIXED = "Fixed value"
    FORMULA = "Formula"
    FIND = "Find record"
    FIELD = "Field"


class BecomesTone(StrEnum):
    """How the outcome of a value should look."""

    VALUE = "value"
    QUIET = "quiet"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class MappingLine:
    """One line as text. `issues` counts rows; `problems` are sentences for the tool tip, the blocking ones first."""

    number: int
    state: LineState
    source: Source
    origin: str
    has_values: bool
    raw: str
    label: str
    is_required: bool
    name: str
    type: str
    becomes: str
    tone: BecomesTone
    conversion: Conversion
    when_empty: WhenEmpty | None
    issues: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known about the draft: problems of the job, rows as they would arrive, rows in trouble by field."""

    problems: tuple[JobProblem, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    issues: Mapping[str, int] | None = None  # over all rows, from a rehearsal; None before one

    def row(self, number: int) -> PreviewRow | None:
        """The row of that number, if it is among those looked at."""
        return next((row for row in self.rows if row.row == number), None)

    def issue_counts(self) -> Mapping[str, int]:
        """Rows in trouble by field, upper and lower case taken for one: of all rows, or of those looked at."""
        if self.issues is not None:
            counts = Counter[str]()
            for field, count in self.issues.items():
                counts[field.casefold()] += count
            return counts
        return Counter(
            field
            for row in self.rows
            for field in {problem.field.casefold() for problem in row.problems if problem.field}
        )


def line_of_place(place: str) -> int | None:
    """The index of the line that a place of a problem belongs to: `mapping[3].remote` is 2."""
    found = _PLACE.match(place)
    return int(found[1]) - 1 if found else None
