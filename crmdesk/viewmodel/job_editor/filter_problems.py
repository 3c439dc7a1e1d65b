"""What is not complete in a filter that is being built, or cannot be, each with its place in the job file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crmdesk.errors import Problem
from crmdesk.viewmodel.job_editor.filter_tree import DraftCondition, DraftGroup, DraftNode, Path, place_of


def filter_problems(root: DraftGroup, is_known: Callable[[str], bool]) -> Iterator[Problem]:
    """The problems of all nodes, from the root down; `is_known` tells of a field whether it can be seen."""
    yield from _problems(root, root, (), is_known)


def _problems(root: DraftGroup, node: DraftNode, path: Path, is_known: Callable[[str], bool]) -> Iterator[Problem]:
    if isinstance(node, DraftCondition):
        yield from _of_condition(node, place_of(root, path), is_known)
        return
    if path and not node.members:
        place = place_of(root, path)
        yield Problem(place, "This group of conditions is empty.", "Add a condition, or remove the group.")
    for index, member in enumerate(node.members):
        yield from _problems(root, member, (*path, index), is_known)


def _of_condition(node: DraftCondition, place: str, is_known: Callable[[str], bool]) -> Iterator[Problem]:
    if not node.field:
        yield Problem(f"{place}.field", "No field is chosen.", "Choose the field to compare.")
        return
    if not is_known(node.field) and "." not in node.field:
        message = f"There is no field “{node.field}” that you can see."
        yield Problem(f"{place}.field", message, "Choose another field.")
    if node.problem:
        yield Problem(f"{place}.value", node.problem, "Correct the value.")
    elif not node.is_complete:
        yield Problem(f"{place}.value", "There is no value to compare with.", "Give one, or ask for empty ones.")
