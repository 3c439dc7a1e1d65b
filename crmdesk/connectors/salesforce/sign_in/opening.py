"""Signing an account in: its settings and its secret become what signs the requests.

Only the way in that the account uses is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmdesk.connectors.contract import BrowserSignIn, SecretSlot
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.bearer import GrantedToken
from crmdesk.connectors.oauth.secret_names import CLIENT_SECRET, PRIVATE_KEY
from crmdesk.connectors.oauth.settings import access_token_of, port_of, secret_of, setting_of
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.address import my_domain, refuse_login_host
from crmdesk.connectors.salesforce.sign_in import methods
from crmdesk.connectors.salesforce.sign_in.endpoint import SignedIn, endpoint, instance
from crmdesk.errors import SignInError
from crmdesk.model.account import Account

if TYPE_CHECKING:
    from crmdesk.connectors.oauth.client_secret import SecretApp
    from crmdesk.connectors.oauth.refreshing import Permission
    from crmdesk.connectors.salesforce.sign_in.jwt_bearer import SigningApp
    from crmdesk.connectors.salesforce.sign_in.soap_login import PasswordLogin


def signed_in(account: Account, secret: SecretSlot, reach: Reach) -> SignedIn:
    """Sign in as the account says; raises UserError for its address, SignInError and TransientError."""
    door = Origin.parse(my_domain(account.url))
    if account.auth == methods.TOKEN:
        refuse_login_host(door)
        return SignedIn(door, access_token_of(account, secret, methods.TOKEN))
    granted = GrantedToken(_way_in(account, secret, door, reach).sign_in)
    return SignedIn(instance(door, granted.instance_url), granted)


def permission(account: Account, secrets: Mapping[str, str], browser: BrowserSignIn, reach: Reach) -> Mapping[str, str]:
    """See AsksInBrowser."""
    from crmdesk.connectors.oauth.browser import BrowserApp
    from crmdesk.connectors.salesforce.sign_in.cards.browser import BROWSER
    from crmdesk.connectors.salesforce.sign_in.letters import app_letter

    door = Origin.parse(my_domain(account.url))
    client_id, port = (
        setting_of(account, methods.CLIENT_ID, "consumer key"),
        port_of(account, methods.PORT, methods.FIRST_PORT),
    )
    app = BrowserApp(endpoint(door), client_id, port, secrets, BROWSER, app_letter(port, client_id), reach)
    return app.permission(browser)


def _way_in(
    account: Account, secret: SecretSlot, door: Origin, reach: Reach
) -> SigningApp | Permission | SecretApp | PasswordLogin:
    match account.auth:
        case methods.JWT:
            from crmdesk.connectors.oauth.private_key import private_key
            from crmdesk.connectors.salesforce.sign_in.jwt_bearer import SigningApp

            key = private_key(secret.read().get(PRIVATE_KEY, ""))
            client_id, user = (
                setting_of(account, methods.CLIENT_ID, "consumer key"),
                setting_of(account, methods.USER, "user name"),
            )
            return SigningApp(door, client_id, user, key, reach)
        case methods.BROWSER:
            from crmdesk.connectors.oauth.refreshing import Permission
            from crmdesk.connectors.salesforce.sign_in.cards.browser import BROWSER

            client_id = setting_of(account, methods.CLIENT_ID, "consumer key")
            return Permission(endpoint(door), client_id, secret, BROWSER, reach)
        case methods.CLIENT_CREDENTIALS:
            from crmdesk.connectors.oauth.client_secret import SecretApp
            from crmdesk.connectors.salesforce.sign_in.cards.app import CLIENT_CREDENTIALS

            refuse_login_host(door)
            client_id = setting_of(account, methods.CLIENT_ID, "consumer key")
            proof = secret_of(account, secret, CLIENT_SECRET)
            return SecretApp(endpoint(door), client_id, proof, CLIENT_CREDENTIALS, reach)
        case methods.PASSWORD:
            from crmdesk.connectors.salesforce.sign_in.soap_login import PasswordLogin

            password = secret_of(account, secret, methods.PASSWORD)
            return PasswordLogin(door, setting_of(account, methods.USER, "user name"), password, reach)
        case _:
            raise SignInError(
                f"Salesforce accounts cannot sign in by “{account.auth}”.",
                hint=f"Choose one of: {', '.join(method.name for method in methods.METHODS)}.",
                place="auth",
            )
