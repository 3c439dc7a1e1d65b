"""The private key of an app, from the text of its PEM file; every other kind of file is told what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmdesk.connectors.oauth.secret_names import PRIVATE_KEY
from crmdesk.errors import SignInError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_SMALLEST = 2048
"""Bits; no CRM takes the certificate of a shorter key (for instance Salesforce Help, Certificates and Keys)."""
_MENDED = "Give the file that begins with “-----BEGIN PRIVATE KEY-----” and was made with the certificate."
_MISTAKEN = {
    "BEGIN ENCRYPTED": (
        "The private key is locked with a pass phrase.",
        "Unlock a copy with “openssl pkey -in key.pem -out open.pem”, give that, and delete the copy.",
    ),
    "Proc-Type: 4,ENCRYPTED": (
        "The private key is locked with a pass phrase.",
        "Unlock a copy with “openssl pkey -in key.pem -out open.pem”, give that, and delete the copy.",
    ),
    "BEGIN OPENSSH": (
        "This is a key for SSH, not for an app.",
        "Make a key and a certificate with “openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem”.",
    ),
    "PuTTY-User-Key-File": (
        "This is a key for PuTTY, not for an app.",
        "Make a key and a certificate with “openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem”.",
    ),
    "BEGIN PUBLIC": ("This is the public key.", _MENDED),
    "BEGIN CERTIFICATE REQUEST": ("This is a request for a certificate, not the private key.", _MENDED),
    "BEGIN CERTIFICATE": (
        "This is the certificate, which belongs to the app in the org, not the private key.",
        _MENDED,
    ),
}
"""What a file is that is no open private key, by a text it holds."""


def private_key(pem: str) -> RSAPrivateKey:
    """The key in the text of a PEM file, whose lines may be parted by a written backslash-n; raises SignInError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = pem if "\n" in pem.strip() else pem.replace("\\n", "\n")
    if not text.strip():
        raise _refused("There is no private key for this account.", _MENDED)
    try:
        key = load_pem_private_key(text.strip().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        for mark, (what, remedy) in _MISTAKEN.items():
            if mark in text:
                raise _refused(what, remedy) from None
        # The library's own words may quote what was read.
        raise _refused("This is not a private key, or a part of it is missing.", _MENDED) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST:
        raise _refused(
            "The CRM takes RSA keys of 2,048 bits or more, and this key is another.",
            "Make one with “openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem”.",
        )
    return key


def _refused(message: str, hint: str) -> SignInError:
    return SignInError(message, hint=hint, place=PRIVATE_KEY)
