"""Signing an account in: its settings and its secret become what signs the requests."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.connectors.contract import BrowserSignIn, SecretSlot
from crmdesk.connectors.dynamics.sign_in import methods
from crmdesk.connectors.dynamics.sign_in.authority import authority_of
from crmdesk.connectors.dynamics.sign_in.cards import CARDS
from crmdesk.connectors.dynamics.sign_in.certificate import CertificateApp, key_of, thumbprint
from crmdesk.connectors.dynamics.sign_in.letters import app_letter
from crmdesk.connectors.dynamics.sign_in.password import PasswordLogin
from crmdesk.connectors.http import Authorization
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.bearer import GrantedToken
from crmdesk.connectors.oauth.browser import BrowserApp
from crmdesk.connectors.oauth.client_secret import SecretApp
from crmdesk.connectors.oauth.refreshing import Permission
from crmdesk.connectors.oauth.secret_names import CLIENT_SECRET, PRIVATE_KEY
from crmdesk.connectors.oauth.settings import access_token_of, port_of, secret_of, setting_of
from crmdesk.connectors.oauth.token_endpoint import Endpoint
from crmdesk.connectors.origin import Origin
from crmdesk.errors import SignInError
from crmdesk.model.account import Account


def signed_in(account: Account, secret: SecretSlot, reach: Reach) -> Authorization:
    """Sign in as the account says; raises UserError for its address, SignInError and TransientError."""
    if account.auth == methods.TOKEN:
        return access_token_of(account, secret, methods.TOKEN)
    return GrantedToken(_way_in(account, secret, reach).sign_in)


def permission(account: Account, secrets: Mapping[str, str], browser: BrowserSignIn, reach: Reach) -> Mapping[str, str]:
    """See AsksInBrowser."""
    client_id, port = (
        setting_of(account, methods.CLIENT_ID, "application id"),
        port_of(account, methods.PORT, methods.FIRST_PORT),
    )
    endpoint = _endpoint(account, reach, is_app=False)
    return BrowserApp(endpoint, client_id, port, secrets, CARDS, app_letter(client_id), reach).permission(browser)


def _way_in(
    account: Account, secret: SecretSlot, reach: Reach
) -> SecretApp | CertificateApp | Permission | PasswordLogin:
    match account.auth:
        case methods.CLIENT_CREDENTIALS:
            client_id = setting_of(account, methods.CLIENT_ID, "application id")
            proof = secret_of(account, secret, CLIENT_SECRET)
            return SecretApp(_endpoint(account, reach, is_app=True), client_id, proof, CARDS, reach)
        case methods.CERTIFICATE:
            client_id = setting_of(account, methods.CLIENT_ID, "application id")
            x5t = thumbprint(setting_of(account, methods.THUMBPRINT, "thumbprint"))
            key = key_of(secret_of(account, secret, PRIVATE_KEY))
            key_id = account.settings.get(methods.KEY_ID, "").strip()
            return CertificateApp(_endpoint(account, reach, is_app=True), client_id, x5t, key_id, key, reach)
        case methods.BROWSER:
            client_id = setting_of(account, methods.CLIENT_ID, "application id")
            return Permission(_endpoint(account, reach, is_app=False), client_id, secret, CARDS, reach)
        case methods.PASSWORD:
            client_id = setting_of(account, methods.CLIENT_ID, "application id")
            user = setting_of(account, methods.USER, "user name")
            password = secret_of(account, secret, methods.PASSWORD)
            return PasswordLogin(_endpoint(account, reach, is_app=False), client_id, user, password, reach)
        case _:
            raise SignInError(
                f"Dynamics accounts cannot sign in by “{account.auth}”.",
                hint=f"Choose one of: {', '.join(method.name for method in methods.METHODS)}.",
                place="auth",
            )


def _endpoint(account: Account, reach: Reach, *, is_app: bool) -> Endpoint:
    authority = authority_of(account.url, account.settings.get(methods.TENANT, ""), reach)
    return authority.endpoint(Origin.parse(account.url), is_app=is_app)
