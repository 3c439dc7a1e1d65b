"""Something that a person decided, as the list of decisions keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """When (ISO 8601, UTC), who (the name at the computer), and what, in a sentence."""

    at: str
    who: str
    what: str

    def holds(self, text: str) -> bool:
        """Whether `text` stands in it, whatever its case."""
        wanted = text.casefold()
        return any(wanted in part.casefold() for part in (self.at, self.who, self.what))
