"""What signs requests: a token that a person gave, or one that is fetched anew when its session ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.connectors.oauth.token_endpoint import Grant


class AccessToken:
    """A token that cannot be renewed: when it ends, a person gives a new one."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __repr__(self) -> str:
        return "AccessToken(…)"

    def header(self) -> str:
        return f"Bearer {self._token}"

    def renew(self, refused: str) -> bool:
        return False


class GrantedToken:
    """A token that `sign_in` fetched, and fetches again when its session has ended. Thread-safe."""

    def __init__(self, sign_in: Callable[[], Grant]) -> None:
        self._sign_in = sign_in
        self._lock = threading.Lock()
        granted = sign_in()
        self.instance_url = granted.instance_url
        self._token = granted.access_token

    def __repr__(self) -> str:
        return "GrantedToken(…)"

    def header(self) -> str:
        return f"Bearer {self._token}"

    def renew(self, refused: str) -> bool:
        """Another session, unless another thread has one already. Raises SignInError, and TransientError."""
        with self._lock:
            if self.header() == refused:
                self._token = self._sign_in().access_token
        return True
