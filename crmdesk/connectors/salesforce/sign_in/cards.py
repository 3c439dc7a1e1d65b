"""What the refusals of a sign-in mean, as tables: one for each way to sign in.

Salesforce Help, "OAuth 2.0 Errors", "Troubleshoot OAuth" and "Get Ready for Changes to Connected App Usage
Restrictions"; SOAP API guide, "LoginFault".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """A refusal by its code and by words of its code or description (each "" fits all), and what to do.

    `place` is the line of the sign-in form it belongs to; `wants_letter` tells that the org's admin has to act.
    """

    code: str
    words: str
    message: str
    hint: str
    place: str = ""
    wants_letter: bool = False


_WRONG_KIND_OF_ORG = Card(
    "",
    "audience",
    "{host} is not the kind of org that this user belongs to.",
    "A sandbox signs in at test.salesforce.com, every other org at login.salesforce.com. Give the org's own"
    " address: it tells which.",
    "url",
)
_NO_ACCESS = Card(
    "invalid_app_access",
    "",
    "The user {user} may not use this app.",
    "In the org's Setup, give the user's profile or permission set access to the app.",
    "user",
)
_UNKNOWN_APP = Card(
    "invalid_client_id",
    "",
    "{host} does not know this consumer key.",
    "Copy it again from the app in Setup. A new app is known after about ten minutes, and only in the org it was"
    " made or installed in.",
    "client_id",
)
_UNKNOWN_USER = (
    Card(
        "",
        "inactive",
        "The user {user} is switched off in that org.",
        "Ask the org's admin to switch the user on, or sign in as another.",
        "user",
    ),
    Card(
        "",
        "ip restricted",
        "{host} does not let {user} in from this network, or at this hour.",
        "Ask the org's admin about the profile's login IP ranges and hours, and the app's own IP policy.",
        "user",
    ),
)
_OFTEN_REFUSED = Card(
    "",
    "rate",
    "{host} has had too many sign-ins of {user} within an hour.",
    "Wait an hour, and look for another program that signs in all the time.",
)

JWT = (
    _WRONG_KIND_OF_ORG,
    Card(
        "",
        "approved",
        "The user {user} may not use this app.",
        "In the org's Setup, open the app's policies: permitted users are those whom an admin has approved, and the"
        " user's profile or permission set is among them.",
        "user",
    ),
    _NO_ACCESS,
    Card(
        "",
        "expired",
        "The signed request was too old when it arrived: the two clocks are {apart:.0f} seconds apart.",
        "Set this computer's clock, best by letting it set itself, and try again.",
    ),
    _UNKNOWN_APP,
    Card(
        "invalid_client",
        "",
        "{host} does not take this app.",
        "Compare the consumer key with the app in Setup, and whether the app is switched on.",
        "client_id",
    ),
    Card(
        "",
        "assertion",
        "The private key does not belong to the certificate of the app.",
        "Upload the certificate that was made with this key to the app in Setup (“Use digital signatures”), or give the"
        " other key.",
        "private_key",
    ),
    *_UNKNOWN_USER,
    Card(
        "",
        "authentication failure",
        "{host} does not let the user {user} in.",
        "Check the user name: in a sandbox it ends with the sandbox's name. The org's login history tells the reason.",
        "user",
    ),
    _OFTEN_REFUSED,
    Card(
        "unsupported_grant_type",
        "",
        "The app at {host} may not sign in by a signed request.",
        "In Setup, switch on the app's JWT bearer flow.",
        "client_id",
    ),
)
"""The app with a private key. The first card that fits is taken, here and below."""

CLIENT_CREDENTIALS = (
    _UNKNOWN_APP,
    Card(
        "invalid_client",
        "",
        "{host} does not take this consumer secret.",
        "Copy it again from the app in Setup; it may have been rotated since.",
        "client_secret",
    ),
    Card(
        "",
        "client credentials user",
        "The app has no user to run as.",
        "In Setup, open the app's policies, switch on the client credentials flow and choose the user it runs as.",
        "client_id",
    ),
    Card(
        "",
        "request not supported on this domain",
        "{host} does not sign apps in by a secret.",
        "Give the org's own address (its My Domain), as it stands in your browser when you work in it.",
        "url",
    ),
    Card(
        "unsupported_grant_type",
        "",
        "The app at {host} may not sign in by its secret.",
        "In Setup, switch on the app's client credentials flow.",
        "client_id",
    ),
    *_UNKNOWN_USER,
    _OFTEN_REFUSED,
)
"""The app with a secret."""

BROWSER = (
    Card(
        "redirect_uri_mismatch",
        "",
        "The app in your org does not know the address {callback}.",
        "Send the text below to the org's admin: it names the callback addresses to add. Or choose the port of an"
        " address that the app knows.",
        "port",
        wants_letter=True,
    ),
    Card(
        "",
        "oauth_app_blocked",
        "Your org does not let you use an app that it has not installed.",
        "Send the text below to the org's admin.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "",
        "oauth_approval_error",
        "Your org does not let you use an app that it has not installed or approved for you.",
        "Send the text below to the org's admin.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "",
        "denied",
        "The permission was refused in the browser.",
        "Sign in again and choose “Allow”.",
    ),
    _UNKNOWN_APP,
    Card(
        "invalid_client",
        "",
        "{host} wants the app's secret, or another one.",
        "In Setup, let the app sign in without one (“Require secret for Web Server Flow” off), or give the secret.",
        "client_secret",
        wants_letter=True,
    ),
    Card(
        "",
        "scope",
        "The app in your org lacks a scope that CRM Desk needs.",
        "Send the text below to the org's admin: it names the scopes, api and refresh_token.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "",
        "authorization code",
        "The permission came too late: it is good for fifteen minutes and for one use.",
        "Sign in again.",
    ),
    Card(
        "",
        "code verifier",
        "The answer in the browser belongs to another sign-in.",
        "Close the other sign-ins, then sign in again.",
    ),
    Card(
        "",
        "access/refresh token",
        "The permission for this account has ended or was taken back.",
        "Sign the account in again; the app's refresh token policy in Setup tells how long a permission lasts.",
    ),
    _NO_ACCESS,
    *_UNKNOWN_USER,
    Card(
        "",
        "authentication failure",
        "{host} refused the sign-in: often it is the login hours, the IP range, or the app's policy.",
        "The org's login history in Setup tells the reason.",
    ),
    _OFTEN_REFUSED,
)
"""The browser, and the permission that it brings."""

PASSWORD = (
    Card(
        "LOGIN_MUST_USE_SECURITY_TOKEN",
        "",
        "{host} wants the security token of {user} behind the password.",
        "Put it directly behind the password. Salesforce mails it: Settings, “Reset My Security Token”.",
        "password",
    ),
    Card(
        "INVALID_LOGIN",
        "",
        "{host} does not take this user name, password or security token.",
        "Check all three; a sandbox signs in at its own address, and its user names end with its name. The security"
        " token stands directly behind the password, and changes with it.",
        "password",
    ),
    Card(
        "PASSWORD_LOCKOUT",
        "",
        "The user {user} is locked out after too many wrong passwords.",
        "Wait, or ask the org's admin to unlock the user.",
        "user",
    ),
    Card(
        "UNSUPPORTED_API_VERSION",
        "",
        "{host} no longer signs in by password.",
        "Salesforce ends that in June 2027: sign in through the browser, or by an app and its key.",
        "auth",
    ),
    Card(
        "API_DISABLED_FOR_ORG",
        "",
        "The API is switched off for {user}, or in the whole org.",
        "Ask the org's admin for the permission “API Enabled”.",
        "user",
    ),
    Card(
        "",
        "soap api login",
        "{host} does not let anybody sign in by password.",
        "Sign in through the browser, or by an app and its key; or ask the org's admin to switch on the SOAP login.",
        "auth",
    ),
    *_UNKNOWN_USER,
    _OFTEN_REFUSED,
)
"""The SOAP login by user name and password."""
