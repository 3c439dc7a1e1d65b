"""What a CRM tells of changes since a token that it gave: changed records and deleted ones, and the next token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from crmdesk.connectors.contract import Query, Source


@runtime_checkable
class TracksChanges(Protocol):
    """A session whose CRM keeps track of changes by tokens."""

    def changes(self, query: Query, after: str, keep: Callable[[str], None]) -> Source:
        """Rows of `query` that changed since the token `after`, all rows where that is empty.

        The frames have the column DELETED_AT behind the fields: null for a record that is there, the time at which its
        deletion was seen for one that is gone, of which only the id is known. `keep` is given the token of what comes
        next before the last batch is handed out. Raises PlanError for a query that cannot be tracked, and UserError
        when the token has expired.
        """
        ...
