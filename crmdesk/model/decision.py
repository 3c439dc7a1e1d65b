"""Something that a person decided, as the list of decisions keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """When (ISO 8601, UTC), who (the name at the computer), and what, in a sentence."""

    at: str
    who: str
    what: str
