"""How requests are signed. Today: with an access token somebody gives us."""

from __future__ import annotations

from crmdesk.connectors.contract import CredentialField, SecretSlot
from crmdesk.errors import SignInError
from crmdesk.model.account import Account

TOKEN = "token"  # noqa: S105 - the name of the method and of its secret
CREDENTIALS = (CredentialField(TOKEN, "Access token", is_secret=True),)


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


def authorization(account: Account, secret: SecretSlot) -> AccessToken:
    """What signs the requests of `account`; raises SignInError."""
    if account.auth != TOKEN:
        raise SignInError(
            f"Salesforce accounts cannot sign in by “{account.auth}”.", hint="Use the method “token”.", place="auth"
        )
    token = secret.read().get(TOKEN, "").strip()
    if not token or not token.isprintable() or not token.isascii():
        raise SignInError(
            f"The account “{account.label}” has no usable access token.",
            hint="Give it one; a token is one line of letters, digits and signs.",
        )
    return AccessToken(token)
