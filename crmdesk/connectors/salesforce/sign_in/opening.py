"""Signing an account in: its settings and its secret become what signs the requests."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.connectors.contract import BrowserSignIn, SecretSlot
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.bearer import AccessToken, GrantedToken
from crmdesk.connectors.oauth.browser import BrowserApp
from crmdesk.connectors.oauth.client_secret import SecretApp
from crmdesk.connectors.oauth.private_key import PRIVATE_KEY, private_key
from crmdesk.connectors.oauth.refreshing import CLIENT_SECRET, Permission
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.address import my_domain, refuse_login_host
from crmdesk.connectors.salesforce.sign_in import methods
from crmdesk.connectors.salesforce.sign_in.cards.app import CLIENT_CREDENTIALS
from crmdesk.connectors.salesforce.sign_in.cards.browser import BROWSER
from crmdesk.connectors.salesforce.sign_in.endpoint import SignedIn, endpoint, instance
from crmdesk.connectors.salesforce.sign_in.jwt_bearer import SigningApp
from crmdesk.connectors.salesforce.sign_in.letters import FIRST_PORT, app_letter
from crmdesk.connectors.salesforce.sign_in.soap_login import PasswordLogin
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import Account


def signed_in(account: Account, secret: SecretSlot, reach: Reach) -> SignedIn:
    """Sign in as the account says; raises UserError for its address, SignInError and TransientError."""
    door = Origin.parse(my_domain(account.url))
    if account.auth == methods.TOKEN:
        refuse_login_host(door)
        return SignedIn(door, _access_token(account, secret))
    granted = GrantedToken(_way_in(account, secret, door, reach).sign_in)
    return SignedIn(instance(door, granted.instance_url), granted)


def permission(account: Account, secrets: Mapping[str, str], browser: BrowserSignIn, reach: Reach) -> Mapping[str, str]:
    """See AsksInBrowser."""
    door = Origin.parse(my_domain(account.url))
    client_id, port = _setting(account, methods.CLIENT_ID, "consumer key"), _port(account)
    app = BrowserApp(endpoint(door), client_id, port, secrets, BROWSER, app_letter(port, client_id), reach)
    return app.permission(browser)


def _way_in(
    account: Account, secret: SecretSlot, door: Origin, reach: Reach
) -> SigningApp | Permission | SecretApp | PasswordLogin:
    match account.auth:
        case methods.JWT:
            key = private_key(secret.read().get(PRIVATE_KEY, ""))
            client_id, user = _setting(account, methods.CLIENT_ID, "consumer key"), _user(account)
            return SigningApp(door, client_id, user, key, reach)
        case methods.BROWSER:
            client_id = _setting(account, methods.CLIENT_ID, "consumer key")
            return Permission(endpoint(door), client_id, secret, BROWSER, reach)
        case methods.CLIENT_CREDENTIALS:
            refuse_login_host(door)
            client_id = _setting(account, methods.CLIENT_ID, "consumer key")
            proof = _secret(account, secret, CLIENT_SECRET)
            return SecretApp(endpoint(door), client_id, proof, CLIENT_CREDENTIALS, reach)
        case methods.PASSWORD:
            password = _secret(account, secret, methods.PASSWORD)
            return PasswordLogin(door, _user(account), password, reach)
        case _:
            raise SignInError(
                f"Salesforce accounts cannot sign in by “{account.auth}”.",
                hint=f"Choose one of: {', '.join(method.name for method in methods.METHODS)}.",
                place="auth",
            )


def _access_token(account: Account, secret: SecretSlot) -> AccessToken:
    token = secret.read().get(methods.TOKEN, "").strip()
    if not token or not token.isprintable() or not token.isascii():
        raise SignInError(
            f"The account “{account.label}” has no usable access token.",
            hint="Give it one; a token is one line of letters, digits and signs.",
            place=methods.TOKEN,
        )
    return AccessToken(token)


def _secret(account: Account, slot: SecretSlot, name: str) -> str:
    value = slot.read().get(name, "")
    if not value:
        raise SignInError(f"The account “{account.label}” has no secret.", hint="Give it one.", place=name)
    return value


def _user(account: Account) -> str:
    return _setting(account, methods.USER, "user name")


def _port(account: Account) -> int:
    text = account.settings.get(methods.PORT, "").strip() or str(FIRST_PORT)
    if not text.isascii() or not text.isdigit():
        raise UserError(f"“{text}” is no port.", hint=f"Give a number, {FIRST_PORT} for instance.", place=methods.PORT)
    return int(text)


def _setting(account: Account, name: str, words: str) -> str:
    value = account.settings.get(name, "").strip()
    if not value:
        raise SignInError(f"The account “{account.label}” has no {words}.", hint=f"Give it its {words}.", place=name)
    return value
