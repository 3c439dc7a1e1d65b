"""What both kinds of plan check, and the words for it."""

from __future__ import annotations

import difflib

from crmdesk.errors import PlanError, Problem
from crmdesk.model.job import Job
from crmdesk.model.schema import RemoteObject


class Problems:
    """Problems, collected in the order of the job."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, place: str, message: str, hint: str = "") -> None:
        self.found.append(Problem(place, message, hint))

    def raise_any(self) -> None:
        if self.found:
            raise PlanError(tuple(self.found))


def check_twice(job: Job, problems: Problems) -> None:
    seen: dict[str, int] = {}
    for number, item in enumerate(job.mapping, 1):
        first = seen.setdefault(item.remote.casefold(), number)
        if first != number:
            problems.add(
                f"mapping[{number}].remote",
                f"{item.remote} is mapped twice, in lines {first} and {number}.",
                "Remove one of them.",
            )


def unknown_field(name: str, remote: RemoteObject) -> tuple[str, str]:
    near = difflib.get_close_matches(name, [field.name for field in remote.fields], n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else f"crmdesk describe ACCOUNT {remote.name} lists the fields."
    return f"{remote.name} has no field “{name}” that you can see.", hint
