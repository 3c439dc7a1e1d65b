"""A formula as a tree; `at` is the place of a node in the text, 1 = the first character."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true or false, or None for NULL."""

    value: str | Decimal | bool | None
    at: int


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """The text of a source column."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class JobVariable:
    """A value that the job or the run has, `vars.name`."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or an operator, which is a function with a sign for a name."""

    name: str
    arguments: tuple[Node, ...]
    at: int


Node = Literal | SourceColumn | JobVariable | Call


def measure(node: Node) -> tuple[int, int]:
    """How many nodes a tree has and how deep it is."""
    count, deepest, left = 0, 0, [(node, 1)]
    while left:
        each, depth = left.pop()
        count, deepest = count + 1, max(deepest, depth)
        if isinstance(each, Call):
            left.extend((argument, depth + 1) for argument in each.arguments)
    return count, deepest
