"""The ways to sign in to Salesforce, and what signs the requests afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.connectors.contract import SecretSlot
from crmdesk.connectors.http import Authorization
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.address import my_domain, refuse_login_host
from crmdesk.connectors.salesforce.jwt_bearer import JwtBearer, SigningApp
from crmdesk.connectors.salesforce.private_key import PRIVATE_KEY, private_key
from crmdesk.errors import SignInError
from crmdesk.model.account import Account
from crmdesk.model.sign_in import CA_FILE, CredentialField, Entry, SignInMethod

TOKEN = "token"  # noqa: S105 - the name of the method and of its secret
JWT = "jwt"
_CLIENT_ID = "client_id"
_USER = "user"
METHODS = (
    SignInMethod(
        JWT,
        "App with a private key (JWT)",
        (
            CredentialField(
                _CLIENT_ID,
                "Consumer key",
                hint="In Setup, External Client App Manager: the OAuth settings of your app.",
                example="3MVG9…",
            ),
            CredentialField(
                _USER,
                "User name",
                hint="The Salesforce user who runs the jobs; an admin has approved the app for them.",
                example="integration@acme.com",
            ),
            CredentialField(
                PRIVATE_KEY,
                "Private key",
                is_secret=True,
                entry=Entry.KEY,
                hint="The key made with the certificate that the app holds. It goes to this computer's keychain.",
                example="-----BEGIN PRIVATE KEY-----",
            ),
            CA_FILE,
        ),
        hint="Nobody needs to be there: the program signs in by itself, at night too.",
    ),
    SignInMethod(
        TOKEN,
        "Access token",
        (
            CredentialField(
                TOKEN,
                "Access token",
                is_secret=True,
                hint="For instance from “sf org display --verbose”. It ends with its session.",
                example="00D…!AQ…",
            ),
            CA_FILE,
        ),
        hint="Good for an hour or two: when its session ends, a person gives a new one.",
        works_alone=False,
    ),
)


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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Where the org answers, and what signs the requests there."""

    origin: Origin
    authorization: Authorization


def signed_in(account: Account, secret: SecretSlot) -> SignedIn:
    """Sign in as the account says; raises UserError for its address, SignInError and TransientError."""
    door = Origin.parse(my_domain(account.url))
    match account.auth:
        case "token":
            refuse_login_host(door)
            return SignedIn(door, _access_token(account, secret))
        case "jwt":
            app = SigningApp(
                door,
                _setting(account, _CLIENT_ID, "consumer key"),
                _setting(account, _USER, "user name"),
                private_key(secret.read().get(PRIVATE_KEY, "")),
                account.settings.get(CA_FILE.name, ""),
            )
            bearer = JwtBearer(app)
            return SignedIn(bearer.origin, bearer)
        case _:
            raise SignInError(
                f"Salesforce accounts cannot sign in by “{account.auth}”.",
                hint=f"Choose one of: {', '.join(method.name for method in METHODS)}.",
                place="auth",
            )


def _access_token(account: Account, secret: SecretSlot) -> AccessToken:
    token = secret.read().get(TOKEN, "").strip()
    if not token or not token.isprintable() or not token.isascii():
        raise SignInError(
            f"The account “{account.label}” has no usable access token.",
            hint="Give it one; a token is one line of letters, digits and signs.",
            place=TOKEN,
        )
    return AccessToken(token)


def _setting(account: Account, name: str, words: str) -> str:
    value = account.settings.get(name, "").strip()
    if not value:
        raise SignInError(f"The account “{account.label}” has no {words}.", hint=f"Give it its {words}.", place=name)
    return value
