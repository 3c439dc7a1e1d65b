"""How requests are signed: not at all, with a user and a password, or with a token."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from crmdesk.connectors.contract import SecretSlot
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Account
from crmdesk.model.sign_in import CA_FILE, CredentialField, SignInMethod

_KEPT = "It goes to this computer's keychain."
METHODS = (
    SignInMethod("none", "No sign-in", (CA_FILE,), hint="For a service that is open to everybody."),
    SignInMethod(
        "basic",
        "User name and password",
        (
            CredentialField("user", "User name"),
            CredentialField("password", "Password", is_secret=True, hint=_KEPT),
            CA_FILE,
        ),
    ),
    SignInMethod(
        "token",
        "Access token",
        (
            CredentialField("token", "Access token", is_secret=True, hint=_KEPT),
            CA_FILE,
        ),
        hint="Good for as long as the service lets it; then a person gives a new one.",
        works_alone=False,
    ),
)
"""The ways to sign in."""


@dataclass(frozen=True, slots=True)
class FixedHeader:
    """A signature that stays the same for the whole session; the secret in it is never shown."""

    _value: str = field(repr=False)

    def header(self) -> str:
        """The value of the Authorization header."""
        return self._value

    def renew(self, refused: str) -> bool:
        """There is nothing to renew it with."""
        return False


def authorization(account: Account, secret: SecretSlot) -> FixedHeader | None:
    """What signs the requests of `account`, None when nothing does; raises UserError and SignInError."""
    match account.auth:
        case "none":
            return None
        case "basic":
            user = account.settings.get("user", "")
            if ":" in user or not user:
                raise UserError("The account has no usable user name.", hint="Give one, without a colon.", place="user")
            pair = f"{user}:{_secret(secret, 'password')}"
            return FixedHeader("Basic " + base64.b64encode(pair.encode()).decode())
        case "token":
            token = _secret(secret, "token").strip()
            if not (token.isascii() and token.isprintable()):
                raise SignInError("The token holds characters that no token has.", hint="Copy it again.")
            return FixedHeader("Bearer " + token)
        case _:
            raise UserError(
                f"An OData service cannot be signed in to by “{account.auth}”.",
                hint=f"Choose one of {', '.join(method.name for method in METHODS)}.",
                place="auth",
            )


def _secret(slot: SecretSlot, name: str) -> str:
    value = slot.read().get(name, "")
    if not value:
        raise SignInError(f"There is no {name} for this account.", hint=f"Give the {name} and sign in again.")
    return value
