"""The client apps that may sign in: those built in, and those that were registered and stand in `apps.json`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from crmdesk.practice.people import ADMINISTRATOR_NAME
from crmdesk.practice.private import write_private

_SMALLEST_KEY = 2048


class App(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A connected app, as an administrator sets it up.

    callbacks: the redirect addresses, matched exactly. certificate: PEM text of an X.509 certificate or of a public
    key, RSA of 2,048 bits at least; with it the app signs its users in by JWT bearer. run_as: the user name for whom
    client credentials are granted. rotates: a refresh gives a new refresh token and the old one dies.
    """

    client_id: str
    client_secret: str | None = None
    callbacks: tuple[str, ...] = ()
    certificate: str | None = None
    run_as: str | None = None
    rotates: bool = False
    requires_secret: bool = False
    requires_pkce: bool = False

    def __post_init__(self) -> None:
        if not self.client_id:
            raise ValueError("an app needs a client_id")
        for each in self.callbacks:
            if not urlsplit(each).scheme or urlsplit(each).fragment:
                raise ValueError(f"a callback is an absolute address without a fragment, and this is {each}")
        if self.certificate is not None:
            public_key(self.certificate)

    def told(self) -> dict[str, object]:
        """What may be shown of the app: all but the secret."""
        return {key: value for key, value in msgspec.to_builtins(self).items() if key != "client_secret"}


# The last is the app under which Salesforce's own command line signs in.
BUILT_IN = (
    App(
        "practice-app",
        client_secret="practice-secret",  # noqa: S106 - it stands in the documentation and guards made-up records
        callbacks=("http://localhost:7171/OauthRedirect", "http://127.0.0.1:7171/OauthRedirect"),
        run_as=ADMINISTRATOR_NAME,
    ),
    App("PlatformCLI", callbacks=("http://localhost:1717/OauthRedirect",)),
)


def public_key(pem: str) -> RSAPublicKey:
    """The key of a certificate, or the key itself. Raises ValueError for anything but RSA of a sound length."""
    content = pem.encode()
    if "BEGIN CERTIFICATE" in pem:
        key: object = x509.load_pem_x509_certificate(content).public_key()
    else:
        key = load_pem_public_key(content)
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY:
        raise ValueError(f"the certificate must be for an RSA key of {_SMALLEST_KEY} bits or more")
    return key


class Apps:
    """All apps of the org, by client id."""

    def __init__(self, folder: Path) -> None:
        """Raises ValueError for an `apps.json` that is no list of apps."""
        self._path = folder / "apps.json"
        self._registered: dict[str, App] = {}
        if self._path.exists():
            for each in apps_from_json(self._path.read_bytes()):
                self._registered[each.client_id] = each

    def find(self, client_id: str) -> App | None:
        return next((each for each in self.all() if each.client_id == client_id), None)

    def all(self) -> list[App]:
        return [*self._registered.values(), *(each for each in BUILT_IN if each.client_id not in self._registered)]

    def register(self, apps: list[App]) -> None:
        """Add the apps, or put them in the place of others of the same ids; a restart keeps them."""
        self._registered |= {each.client_id: each for each in apps}
        write_private(self._path, msgspec.json.encode(list(self._registered.values())))


def apps_from_json(content: bytes) -> list[App]:
    """One app or a list of them. Raises ValueError."""
    return msgspec.json.decode(content if content.lstrip()[:1] == b"[" else b"[" + content + b"]", type=list[App])
