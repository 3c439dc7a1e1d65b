"""Who is signed in: access tokens, each with its user, as long as they are used."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from crmdesk.practice.clock import Clock
from crmdesk.practice.identity import Identity, new_token


@dataclass(slots=True)
class Session:
    """One signed-in user at one app.

    issued, used: seconds since 1970 by the org's clock, used being that of the last request. grant: what it has in
    common with the refresh tokens that the user's consent has brought.
    """

    identity: Identity
    client_id: str
    scope: str
    issued: float
    used: float
    grant: str | None = None


def digest(token: str) -> str:
    """What is kept in the place of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """All sessions; each ends `seconds` after its last request, or when its token is revoked.

    The token that the server prints at its start is the key of its door: it neither ends nor can be revoked.
    """

    def __init__(self, clock: Clock, door_key: str, owner: Identity, seconds: float) -> None:
        self._clock = clock
        self._door = digest(door_key)
        self._owner = Session(owner, "", "api", clock.seconds(), clock.seconds())
        self._open: dict[str, Session] = {}
        self.seconds = seconds

    def open(self, identity: Identity, client_id: str, scope: str, grant: str | None = None) -> str:
        """The access token of a new session."""
        for key, each in list(self._open.items()):
            if self._is_over(each):
                self._open.pop(key, None)
        now, token = self._clock.seconds(), new_token(identity.org_id)
        self._open[digest(token)] = Session(identity, client_id, scope, now, now, grant)
        return token

    def find(self, token: str) -> Session | None:
        """The session of an access token that is still valid, which its use prolongs."""
        key = digest(token)
        if key == self._door:
            return self._owner
        found = self._open.get(key)
        if found is None or self._is_over(found):
            return None
        found.used = self._clock.seconds()
        return found

    def is_door_key(self, token: str) -> bool:
        return digest(token) == self._door

    def end(self, token: str) -> Session | None:
        """End the session of the token; None if there is none."""
        found = self._open.pop(digest(token), None)
        return None if found is None or self._is_over(found) else found

    def end_grant(self, grant: str) -> None:
        for key, each in list(self._open.items()):
            if each.grant == grant:
                self._open.pop(key, None)

    def end_all(self) -> int:
        """End every session; how many there were."""
        count = len(self._open)
        self._open.clear()
        return count

    def _is_over(self, session: Session) -> bool:
        return self._clock.seconds() - session.used >= self.seconds
