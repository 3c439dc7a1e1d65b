"""A change of one field between two descriptions of a remote object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What of a field has changed. A field that is hidden from the user is gone, as far as the CRM says."""

    ADDED = "added"
    GONE = "gone"
    TYPE = "type"
    LABEL = "label"
    VALUES = "values"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change of one field, with both states in words."""

    kind: ChangeKind
    field: str
    was: str = ""
    now: str = ""

    @property
    def sentence(self) -> str:
        """The change for people."""
        match self.kind:
            case ChangeKind.ADDED:
                return f"{self.field} is new: {self.now}."
            case ChangeKind.GONE:
                return f"{self.field} is gone, or hidden from you; it was {self.was}."
            case ChangeKind.TYPE:
                return f"{self.field} was {self.was} and is {self.now}."
            case ChangeKind.LABEL:
                return f"{self.field} is called “{self.now}” now, no longer “{self.was}”."
            case ChangeKind.VALUES:
                return f"{self.field}: {self.now}."
            case ChangeKind.RIGHTS:
                return f"{self.field}: you may {self.now} it now, and could {self.was} it before."
