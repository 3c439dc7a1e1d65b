"""How requests are signed: not at all, by user and password, by a token or a key, or by a token that an app fetches."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from crmdesk.connectors.contract import SecretSlot
from crmdesk.connectors.http import Authorization
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.bearer import GrantedToken
from crmdesk.connectors.oauth.card import Card
from crmdesk.connectors.oauth.client_secret import SecretApp
from crmdesk.connectors.oauth.secret_names import CLIENT_SECRET
from crmdesk.connectors.oauth.settings import access_token_of, secret_of, setting_of
from crmdesk.connectors.oauth.token_endpoint import Endpoint
from crmdesk.connectors.origin import Origin
from crmdesk.errors import UserError
from crmdesk.model.account import Account
from crmdesk.model.sign_in import CA_FILE, CredentialField, SignInMethod

CLIENT_ID, TOKEN_URL, SCOPE, HEADER, KEY = "client_id", "token_url", "scope", "header", "key"
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
        "client-credentials",
        "App with a secret (client credentials)",
        (
            CredentialField(CLIENT_ID, "Client id"),
            CredentialField(CLIENT_SECRET, "Client secret", is_secret=True, hint=_KEPT),
            CredentialField(
                TOKEN_URL,
                "Address of the tokens",
                hint="The token endpoint of the service's authorization server.",
                example="https://login.example.com/oauth2/token",
            ),
            CredentialField(SCOPE, "Scope", is_required=False, hint="Where the authorization server wants one."),
            CA_FILE,
        ),
        hint="The program fetches a token by itself whenever it needs one, at night too.",
    ),
    SignInMethod(
        "api-key",
        "API key in a header",
        (
            CredentialField(HEADER, "Header", is_required=False, hint="X-API-Key where nothing is given."),
            CredentialField(KEY, "API key", is_secret=True, hint=_KEPT),
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

_CARDS = (
    Card("invalid_client", "", "{host} does not take this client id or secret.", "Compare both.", CLIENT_SECRET),
    Card("invalid_scope", "", "{host} does not know this scope, or does not give it.", "Correct the scope.", SCOPE),
    Card("unauthorized_client", "", "The app may not sign in by its secret.", "Ask who runs the service.", CLIENT_ID),
)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_RESERVED = frozenset({"authorization", "host", "content-length", "content-type", "cookie", "transfer-encoding"})


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


@dataclass(frozen=True, slots=True)
class Signature:
    """What signs requests: an Authorization header, a header of another name, or neither."""

    authorization: Authorization | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def signature(account: Account, secret: SecretSlot, reach: Reach) -> Signature:
    """What signs the requests of `account`; raises UserError, SignInError, TransientError."""
    match account.auth:
        case "none":
            return Signature()
        case "basic":
            return Signature(_basic(account, secret))
        case "token":
            return Signature(access_token_of(account, secret, "token"))
        case "client-credentials":
            return Signature(GrantedToken(_app(account, secret, reach).sign_in))
        case "api-key":
            return Signature(headers=_key(account, secret))
        case _:
            raise UserError(
                f"An OData service cannot be signed in to by “{account.auth}”.",
                hint=f"Choose one of {', '.join(method.name for method in METHODS)}.",
                place="auth",
            )


def _basic(account: Account, secret: SecretSlot) -> FixedHeader:
    user = account.settings.get("user", "")
    if ":" in user or not user:
        raise UserError("The account has no usable user name.", hint="Give one, without a colon.", place="user")
    pair = f"{user}:{secret_of(account, secret, 'password')}"
    return FixedHeader("Basic " + base64.b64encode(pair.encode()).decode())


def _app(account: Account, secret: SecretSlot, reach: Reach) -> SecretApp:
    address = setting_of(account, TOKEN_URL, "address of the tokens")
    door, path = Origin.parse(address), urlsplit(address.strip()).path or "/"
    endpoint = Endpoint(
        door,
        token=path,
        authorize="",
        probe="",
        scope="",
        read=_denied,
        crm=door.host,
        token_scope=account.settings.get(SCOPE, "").strip(),
    )
    client_id = setting_of(account, CLIENT_ID, "client id")
    return SecretApp(endpoint, client_id, secret_of(account, secret, CLIENT_SECRET), _CARDS, reach)


def _key(account: Account, secret: SecretSlot) -> dict[str, str]:
    name = account.settings.get(HEADER, "").strip() or "X-API-Key"
    value = secret_of(account, secret, KEY).strip()
    if not _HEADER.fullmatch(name) or name.lower() in _RESERVED:
        raise UserError(
            f"“{name}” is no header for a key.", hint="Give its name, X-API-Key for instance.", place=HEADER
        )
    if not (value.isascii() and value.isprintable()):
        raise UserError("The key holds characters that no header can hold.", hint="Copy it again.", place=KEY)
    return {name: value}


class _Told(msgspec.Struct):
    error: str = ""
    error_description: str = ""


@dataclass(frozen=True, slots=True)
class _Denied:
    """What an authorization server says (RFC 6749, 5.2)."""

    status: int
    code: str
    message: str


def _denied(status: int, content: bytes) -> _Denied:
    try:
        told = msgspec.json.decode(content, type=_Told)
    except msgspec.MsgspecError:
        told = _Told()
    return _Denied(status, told.error, " ".join(told.error_description.split()))
