"""What Microsoft's refusals of a sign-in mean (Microsoft Learn, "Microsoft Entra authentication error codes")."""

from __future__ import annotations

from crmdesk.connectors.oauth.card import Card

CARDS = (
    Card(
        "AADSTS7000215",
        "",
        "Microsoft does not take this client secret.",
        "Give the value of the secret, not its id: the app's page “Certificates & secrets” shows it once, when it is"
        " made. Make a new one if it is gone.",
        "client_secret",
    ),
    Card(
        "AADSTS7000222",
        "",
        "The client secret has expired.",
        "Make a new one on the app's page “Certificates & secrets”.",
        "client_secret",
    ),
    Card(
        "AADSTS700016",
        "",
        "The tenant does not know this application id.",
        "Copy it again from the app's overview, or name the tenant that the app is registered in.",
        "client_id",
    ),
    Card(
        "AADSTS700027",
        "",
        "The private key does not belong to a certificate of the app.",
        "Upload the certificate to the app (“Certificates & secrets”), and give the thumbprint shown there.",
        "private_key",
    ),
    Card(
        "AADSTS700024",
        "",
        "The signed request is not within its valid time: the two clocks are apart.",
        "Set this computer's clock, best by letting it set itself, and try again.",
    ),
    Card(
        "AADSTS7000218",
        "",
        "The app may not sign people in by itself: Microsoft wants its secret.",
        "Switch on “Allow public client flows” on the app's page “Authentication”.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "AADSTS50126",
        "",
        "Microsoft does not take this user name or password.",
        "Check both. An account that another directory looks after signs in through the browser only.",
        "password",
    ),
    Card(
        "AADSTS50076",
        "",
        "The sign-in needs a second factor, which this way cannot give.",
        "Sign in through the browser, or by an app with a secret or a certificate.",
        "auth",
    ),
    Card("AADSTS50079", "", "The user has to enrol a second factor first.", "Sign in through the browser.", "auth"),
    Card(
        "AADSTS53003",
        "",
        "A rule of the tenant (conditional access) does not allow this sign-in.",
        "Ask the tenant's admin which sign-ins it allows for this app and this computer.",
    ),
    Card(
        "AADSTS65001",
        "",
        "Nobody has allowed the app to use Dynamics for this user.",
        "Ask the tenant's admin to consent to the permission “Dynamics CRM / user_impersonation”.",
        "client_id",
        wants_letter=True,
    ),
    Card(
        "AADSTS50011",
        "",
        "The app does not know the address {callback}.",
        "Send the text below to the tenant's admin: it names the address to add.",
        "port",
        wants_letter=True,
    ),
    Card(
        "AADSTS90002",
        "",
        "There is no such tenant.",
        "Give the id or a domain of the directory, or leave the tenant out.",
        "tenant",
    ),
    Card(
        "AADSTS700082",
        "",
        "The permission for this account has ended: it was not used for too long, or was taken back.",
        "Sign the account in again.",
    ),
    Card("AADSTS70008", "", "The permission for this account has ended.", "Sign the account in again."),
    Card("AADSTS50173", "", "The permission has ended with a change of the password.", "Sign the account in again."),
    Card("AADSTS50057", "", "The user is switched off.", "Ask the tenant's admin.", "user"),
    Card(
        "AADSTS500011",
        "",
        "The tenant knows no such environment.",
        "Check the address of the environment, and that the tenant is the one it belongs to.",
        "url",
    ),
    Card("access_denied", "", "The permission was refused in the browser.", "Sign in again and choose “Accept”."),
)
