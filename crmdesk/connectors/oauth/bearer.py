"""What signs requests: a token that a person gave, or one that is fetched anew when its session ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from crmdesk.errors import SignInError

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
        self._refusal: SignInError | None = None

    def __repr__(self) -> str:
        return "GrantedToken(…)"

    def header(self) -> str:
        return f"Bearer {self._token}"

    def renew(self, refused: str) -> bool:
        """Another session, unless another thread has one already. Raises SignInError, and TransientError.

        A sign-in that was refused is not tried again: a few wrong passwords lock a user out.
        """
        with self._lock:
            if self.header() == refused:
                self._token = self._signed_in_again()
        return True

    def _signed_in_again(self) -> str:
        if self._refusal is not None:
            raise self._refusal
        try:
            return self._sign_in().access_token
        except SignInError as error:
            self._refusal = error
            raise
