"""The ways to sign in to Salesforce, as data: from them the sign-in form is built."""

from __future__ import annotations

from crmdesk.connectors.oauth.secret_names import CLIENT_SECRET, PRIVATE_KEY, REFRESH_TOKEN
from crmdesk.model.sign_in import CA_FILE, CredentialField, Entry, SignInMethod

JWT = "jwt"
BROWSER = "browser"
CLIENT_CREDENTIALS = "client-credentials"
PASSWORD = "password"  # noqa: S105 - the name of the method and of its secret
TOKEN = "token"  # noqa: S105 - as above
CLIENT_ID = "client_id"
USER = "user"
PORT = "port"
FIRST_PORT = 7171
"""Where the browser brings the answer, unless the account names another."""

_CONSUMER_KEY = CredentialField(
    CLIENT_ID,
    "Consumer key",
    hint="In Setup, External Client App Manager: the OAuth settings of your app.",
    example="3MVG9…",
)

METHODS = (
    SignInMethod(
        JWT,
        "App with a private key (JWT)",
        (
            _CONSUMER_KEY,
            CredentialField(
                USER,
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
        BROWSER,
        "Sign in through the browser",
        (
            _CONSUMER_KEY,
            CredentialField(
                PORT,
                "Port",
                is_required=False,
                hint="Where the browser brings the answer; the app has to know its callback address.",
                example=str(FIRST_PORT),
            ),
            CredentialField(
                CLIENT_SECRET,
                "Consumer secret",
                is_secret=True,
                is_required=False,
                hint="Only where the app wants one. It goes to this computer's keychain.",
            ),
            CA_FILE,
        ),
        hint="You allow it once in your browser, with single sign-on and all; then it works by itself.",
        brings=REFRESH_TOKEN,
    ),
    SignInMethod(
        CLIENT_CREDENTIALS,
        "App with a secret (client credentials)",
        (
            _CONSUMER_KEY,
            CredentialField(
                CLIENT_SECRET,
                "Consumer secret",
                is_secret=True,
                hint="Beside the consumer key. It goes to this computer's keychain.",
            ),
            CA_FILE,
        ),
        hint="The app acts for the user whom an admin has chosen in its policies; only at the org's own address.",
    ),
    SignInMethod(
        PASSWORD,
        "User name and password",
        (
            CredentialField(USER, "User name", example="m.admin@acme.com"),
            CredentialField(
                PASSWORD,
                "Password and security token",
                is_secret=True,
                hint="The security token stands directly behind the password. It goes to this computer's keychain.",
            ),
            CA_FILE,
        ),
        warning="Salesforce ends this way to sign in in June 2027 (Summer '27), and new orgs have it switched off:"
        " better sign in through the browser or by an app.",
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
"""The ways to sign in, the one to propose first."""
