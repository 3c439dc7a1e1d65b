"""What a CRM tells about records that were deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from crmdesk.connectors.contract import Source
from crmdesk.connectors.token import CancelToken
from crmdesk.model.schema import RemoteObject

DELETED_AT = "DeletedDate"
"""The column with the time of a deletion: a field of ours beside those of the object, a point in time."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of aware moments, `start` and `end` both included. One that `gives_way` is cut to what can be told."""

    start: datetime
    end: datetime
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class DeletedQuery:
    """Which deleted records: those of a period, or those among `ids` (then `period` is None).

    `fields` are API names or paths, in the order of the columns, DELETED_AT among them; where a record has left the
    recycle bin all but its id and the time are null.
    """

    object: RemoteObject
    fields: tuple[str, ...]
    period: Period | None = None
    ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a period the CRM can still tell, and already can; `notices` say in sentences what it cannot.

    `has_gap` tells that what was deleted at the beginning of the period is not known any more.
    """

    start: datetime
    end: datetime
    notices: tuple[str, ...] = ()
    has_gap: bool = False


class DeletedSource(Source, Protocol):
    """Deleted records, by the time of their deletion. It keeps no place: a cursor raises CursorGone."""

    def coverage(self, token: CancelToken) -> Coverage:
        """What of the period there is to be told; UserError for a period that cannot be."""
        ...


@runtime_checkable
class TellsDeletions(Protocol):
    """A session whose CRM keeps deleted records for a while."""

    def deleted(self, query: DeletedQuery) -> DeletedSource:
        """Deleted records; UserError for an object without records of deletions."""
        ...
