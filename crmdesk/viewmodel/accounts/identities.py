"""Who a CRM account is: as seen within the hour, else asked anew; another organisation than before is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crmdesk.errors import SignInError
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.viewmodel.figures import instant

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel

_FRESH = timedelta(hours=1)


def is_fresh(identity: Identity, now: datetime | None = None) -> bool:
    """Whether what changes by the hour, the calls that are left, can still be told of it."""
    return (now or datetime.now(UTC)) - instant(identity.server_time) < _FRESH


def refusal_of_another(account: Account, known: Identity | None, identity: Identity) -> SignInError | None:
    """Why the account may not be used as `identity`, when it was in another organisation before.

    The practice org may have been made anew, and holds nothing that is real.
    """
    if known is None or known.organization_id == identity.organization_id:
        return None
    if known.environment is Environment.PRACTICE is identity.environment:
        return None
    return SignInError(
        f"{account.label} now leads to {identity.organization} instead of {known.organization}.",
        hint="Sign in to the right one, or add an account for the other.",
    )


async def identity_of(app: AppModel, name: str) -> Identity:
    """Who the account of that internal name is, remembered for the next hour.

    Raises what the sign-in raises, and SignInError for another organisation than before.
    """
    known = app.history.known_identity(name)
    return known if known is not None and is_fresh(known) else await identity_now(app, name)


async def identity_now(app: AppModel, name: str) -> Identity:
    """As `identity_of`, asked anew however lately it was."""
    known = app.history.known_identity(name)
    identity = await app.engine.identify(name)
    refusal = refusal_of_another(app.history.account(name), known, identity)
    if refusal is not None:
        raise refusal
    app.history.remember_identity(name, identity)
    return identity
