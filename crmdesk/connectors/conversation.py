"""What the conversations of all connectors over HTTP have alike: beginning and end, clock and calls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC
from typing import Self

from crmdesk.connectors.http import HttpSession


class Conversation(ABC):
    """The part of contract.Session that does not depend on the CRM. It is open once `_greet` is answered."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http
        self.calls = http.traffic.calls
        try:
            self._greet()
        except BaseException:
            http.close()
            raise

    @abstractmethod
    def _greet(self) -> None:
        """Ask for what only somebody who is signed in is told. Raises SignInError, RemoteError."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def api_calls(self) -> int:
        """Requests sent so far, replays included."""
        return self.calls.calls

    @property
    def calls_left(self) -> int | None:
        """Calls left today; None where the CRM does not say."""
        return self.calls.left

    def server_time(self) -> str:
        """Now by the CRM's clock, ISO 8601 in UTC."""
        return self._http.server_now().astimezone(UTC).isoformat(timespec="milliseconds")
