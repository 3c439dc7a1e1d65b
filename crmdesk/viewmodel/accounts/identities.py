"""Who a CRM account is: as seen within the hour, else asked anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.model.account import Identity
from crmdesk.viewmodel.figures import instant

_FRESH = timedelta(hours=1)


class Asking(Protocol):
    """What accounts are asked by, and where the answers are remembered: the AppModel."""

    engine: EngineChild
    history: History


def is_fresh(identity: Identity, now: datetime | None = None) -> bool:
    """Whether what changes by the hour, the calls that are left, can still be told of it."""
    return (now or datetime.now(UTC)) - instant(identity.server_time) < _FRESH


async def identity_of(app: Asking, name: str) -> Identity:
    """Who the account of that internal name is, remembered for the next hour.

    Raises what the sign-in raises, and SignInError for another organisation than before.
    """
    known = app.history.known_identity(name)
    return known if known is not None and is_fresh(known) else await identity_now(app, name)


async def identity_now(app: Asking, name: str) -> Identity:
    """As `identity_of`, asked anew however lately it was."""
    identity = await app.engine.identify(name)
    app.history.remember_identity(name, identity)
    return identity
