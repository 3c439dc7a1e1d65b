"""The way through the pages of one reading, which never comes by a page twice."""

from __future__ import annotations

from collections.abc import Sequence

from crmdesk.errors import RemoteError

_HINT = "Report it to the makers of the CRM."


class Trail:
    """The places of the pages so far. A CRM that names one again would be read for ever, and its rows be doubled."""

    def __init__(self) -> None:
        self._places: set[str] = set()
        self._keys: Sequence[object] = ()

    def pass_by(self, place: str) -> None:
        """The page at `place` is about to be read; raises RemoteError when it was read before."""
        if place in self._places:
            raise RemoteError(
                "The CRM leads the reading in a circle: a page names one as the next that was there before.",
                hint=_HINT,
            )
        self._places.add(place)

    def bring(self, keys: Sequence[object]) -> None:
        """A page has brought the records of these keys; raises RemoteError when the one before it brought the same."""
        if keys and keys == self._keys:
            raise RemoteError(
                "The CRM leads the reading in a circle: under another address it gives the same page again.",
                hint=_HINT,
            )
        self._keys = keys
