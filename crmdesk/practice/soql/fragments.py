"""Pieces of SQL conditions with their parameters, kept within what SQLite can parse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmdesk.practice.soql.errors import QueryRefused, SoqlCode

Parameter = str | int | float

# One parameter, a JSON list, for any number of values: SQLite takes at most 32,766 parameters.
IN_LIST = "IN (SELECT value FROM json_each(?))"

# SQLite refuses expressions more than 1,000 operators high, and the parser of 3.40 overflows at 24 parentheses
# within each other.
_MAX_HEIGHT = 800
_MAX_DEPTH = 14
_CHAIN = 300


@dataclass(frozen=True, slots=True)
class Fragment:
    """A condition in SQL; `height` counts operators above each other, `depth` parentheses within each other."""

    sql: str
    parameters: tuple[Parameter, ...] = ()
    height: int = 1
    depth: int = 0


def chained(word: str, parts: Sequence[Fragment], at: int) -> Fragment:
    """All parts, joined by AND or OR, in parentheses. Raises QueryRefused (QUERY_TOO_COMPLICATED)."""
    if len(parts) > _CHAIN:
        parts = [chained(word, parts[start : start + _CHAIN], at) for start in range(0, len(parts), _CHAIN)]
    height = 0
    for part in parts:
        height = max(height, part.height) + 1
    depth = 1 + max(part.depth for part in parts)
    if height > _MAX_HEIGHT or depth > _MAX_DEPTH:
        raise QueryRefused(
            SoqlCode.QUERY_TOO_COMPLICATED,
            "Query is either selecting too many fields or the filter conditions are too complicated.",
            at,
            drawn=False,
        )
    sql = f" {word} ".join(part.sql for part in parts)
    return Fragment(f"({sql})", tuple(each for part in parts for each in part.parameters), height, depth)


def inverted(part: Fragment) -> Fragment:
    """True where the part is false or, as values may be null, neither: to a query there are only two answers."""
    return Fragment(f"NOT COALESCE({part.sql}, 0)", part.parameters, part.height + 2, part.depth + 1)
