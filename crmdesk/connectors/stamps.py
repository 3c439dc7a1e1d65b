"""Sessions whose CRM says whether a description has changed."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class StampsSchema(Protocol):
    """A session whose descriptions carry stamps that `describe` takes back."""

    @property
    def schema_key(self) -> str:
        """Whose schema this is: the organisation, the user and the version of the interface, in one text."""
        ...

    def server_time(self) -> str:
        """Now by the CRM's clock, ISO 8601 in UTC."""
        ...
