"""What both kinds of plan check, and the words for it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from crmdesk.engine.planning.plan import Describe
from crmdesk.errors import PlanError, Problem, UserError
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


def unknown_field(name: str, remote: RemoteObject, describe: Describe | None = None) -> tuple[str, str]:
    """What is said of a field, or a path through parents, that is not there."""
    return f"{remote.name} has no field “{name}” that you can see.", near_field(name, remote, describe)


def near_field(name: str, remote: RemoteObject, describe: Describe | None = None) -> str:
    """A hint that names the field that may be meant; of a path one of the parent, whom `describe` knows."""
    near = _path_like(name, remote, describe) or _like(name, [field.name for field in remote.fields])
    return f"Did you mean {near}?" if near else f"crmdesk describe ACCOUNT {remote.name} lists the fields."


def _path_like(name: str, remote: RemoteObject, describe: Describe | None) -> str:
    relationship, dot, rest = name.partition(".")
    parents = {field.relationship: field.references[0] for field in remote.fields if field.references}
    parent = _like(relationship, [each for each in parents if each])
    if not (dot and parent and describe is not None):
        return ""
    try:
        above = describe(parents[parent])
    except UserError:
        return ""
    below = _path_like(rest, above, describe) or _like(rest, [field.name for field in above.fields])
    return f"{parent}.{below}" if below else ""


def _like(name: str, names: Sequence[str]) -> str:
    folded = {each.casefold(): each for each in names}
    return next((folded[each] for each in difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)), "")
