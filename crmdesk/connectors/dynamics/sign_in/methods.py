"""The ways to sign in to Dynamics 365, as data: from them the sign-in form is built."""

from __future__ import annotations

from crmdesk.connectors.oauth.secret_names import CLIENT_SECRET, PRIVATE_KEY, REFRESH_TOKEN
from crmdesk.model.sign_in import CA_FILE, CredentialField, Entry, SignInMethod

CLIENT_CREDENTIALS = "client-credentials"
CERTIFICATE = "certificate"
BROWSER = "browser"
PASSWORD = "password"  # noqa: S105 - the name of the method and of its secret
TOKEN = "token"  # noqa: S105 - as above
CLIENT_ID = "client_id"
USER = "user"
PORT = "port"
TENANT = "tenant"
KEY_ID = "key_id"
THUMBPRINT = "thumbprint"
FIRST_PORT = 7171

_KEPT = "It goes to this computer's keychain."
_APP = CredentialField(
    CLIENT_ID,
    "Application (client) id",
    hint="In the Microsoft Entra admin centre, App registrations: the overview of your app.",
    example="00000000-0000-0000-0000-000000000000",
)
_TENANT = CredentialField(
    TENANT,
    "Tenant",
    is_required=False,
    hint="The id or a domain of the directory. The environment tells it by itself where this is left out.",
    example="acme.onmicrosoft.com",
)

METHODS = (
    SignInMethod(
        CLIENT_CREDENTIALS,
        "App with a secret (client credentials)",
        (
            _APP,
            CredentialField(
                CLIENT_SECRET,
                "Client secret",
                is_secret=True,
                hint=f"The value of the secret, not its id, from “Certificates & secrets” of the app. {_KEPT}",
            ),
            _TENANT,
            CA_FILE,
        ),
        hint="The app is an application user of the environment, with a security role. It works at night, too.",
    ),
    SignInMethod(
        CERTIFICATE,
        "App with a certificate",
        (
            _APP,
            CredentialField(
                THUMBPRINT,
                "Custom key identifier (x5t)",
                hint="The thumbprint of the certificate, as the app's page “Certificates & secrets” shows it.",
                example="84E05C1D98BCE3A5421D225B140B36E86A3D5534",
            ),
            CredentialField(
                KEY_ID, "Key id", is_required=False, hint="The key id (kid) of the certificate in the app's manifest."
            ),
            CredentialField(
                PRIVATE_KEY,
                "Private key",
                is_secret=True,
                entry=Entry.KEY,
                hint=f"The key made with the certificate that the app holds, PEM or its Base64. {_KEPT}",
                example="-----BEGIN PRIVATE KEY-----",
            ),
            _TENANT,
            CA_FILE,
        ),
        hint="As with a secret, and nothing that could be read on the way ever leaves this computer.",
    ),
    SignInMethod(
        BROWSER,
        "Sign in through the browser",
        (
            _APP,
            CredentialField(
                PORT,
                "Port",
                is_required=False,
                hint="Where the browser brings the answer; Microsoft takes any port of http://localhost.",
                example=str(FIRST_PORT),
            ),
            _TENANT,
            CA_FILE,
        ),
        hint="You allow it once in your browser, with a second factor and all; then it works by itself.",
        brings=REFRESH_TOKEN,
    ),
    SignInMethod(
        PASSWORD,
        "User name and password",
        (
            _APP,
            CredentialField(USER, "User name", example="integration@acme.onmicrosoft.com"),
            CredentialField(PASSWORD, "Password", is_secret=True, hint=_KEPT),
            _TENANT,
            CA_FILE,
        ),
        warning="Microsoft advises against this way: it ends at the first second factor that is asked for. Better sign"
        " in through the browser or by an app.",
    ),
    SignInMethod(
        TOKEN,
        "Access token",
        (CredentialField(TOKEN, "Access token", is_secret=True, hint=_KEPT), CA_FILE),
        hint="Good for an hour; when it ends, a person gives a new one.",
        works_alone=False,
    ),
)
"""The ways to sign in, the one to propose first."""
