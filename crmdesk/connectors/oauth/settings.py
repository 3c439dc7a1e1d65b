"""What a sign-in takes from an account: settings and secrets, each refused with its place when it is missing."""

from __future__ import annotations

from crmdesk.connectors.contract import SecretSlot
from crmdesk.connectors.oauth.bearer import AccessToken
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Account


def setting_of(account: Account, name: str, words: str) -> str:
    """A setting that must not be empty; `words` are what people call it. Raises SignInError."""
    value = account.settings.get(name, "").strip()
    if not value:
        raise SignInError(f"The account “{account.label}” has no {words}.", hint=f"Give it its {words}.", place=name)
    return value


def secret_of(account: Account, slot: SecretSlot, name: str) -> str:
    """A secret that must not be empty. Raises SignInError."""
    value = slot.read().get(name, "")
    if not value:
        raise SignInError(f"The account “{account.label}” has no secret.", hint="Give it one.", place=name)
    return value


def port_of(account: Account, name: str, first: int) -> int:
    """The port to which the browser brings the answer, `first` where the account names none. Raises UserError."""
    text = account.settings.get(name, "").strip() or str(first)
    if not text.isascii() or not text.isdigit():
        raise UserError(f"“{text}” is no port.", hint=f"Give a number, {first} for instance.", place=name)
    return int(text)


def access_token_of(account: Account, slot: SecretSlot, name: str) -> AccessToken:
    """The token that a person gave. Raises SignInError."""
    token = slot.read().get(name, "").strip()
    if not token or not token.isprintable() or not token.isascii():
        raise SignInError(
            f"The account “{account.label}” has no usable access token.",
            hint="Give it one; a token is one line of letters, digits and signs.",
            place=name,
        )
    return AccessToken(token)
