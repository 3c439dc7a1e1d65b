"""The way through the pages of one reading, which never comes by a page twice."""

from __future__ import annotations

from crmdesk.errors import RemoteError


class Trail:
    """The places of the pages so far. A CRM that names one again would be read for ever, and its rows be doubled."""

    def __init__(self) -> None:
        self._places: set[str] = set()

    def pass_by(self, place: str) -> None:
        """The page at `place` is about to be read; raises RemoteError when it was read before."""
        if place in self._places:
            raise RemoteError(
                "The CRM leads the reading in a circle: a page names one as the next that was there before.",
                hint="Report it to the makers of the CRM.",
            )
        self._places.add(place)
