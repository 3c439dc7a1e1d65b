"""A client assertion: the proof of an app that has a certificate instead of a secret.

Microsoft Learn, "Microsoft identity platform application authentication certificate credentials".
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from crmdesk.practice.dataverse.denied import Denied


def check_assertion(assertion: str, client_id: str, certificates: Sequence[str], address: str) -> None:
    """Check that the app signed it for the token endpoint at `address` with one of its certificates (PEM).

    Header x5t names the certificate, which verifies the signature. Raises Denied.
    """
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.InvalidTokenError:
        raise Denied(401, "invalid_client", 50027, "JWT token is invalid or malformed.") from None
    known = {_thumbprint(pem): pem for pem in certificates}
    pem = known.get(str(header.get("x5t", "")))
    if pem is None:
        raise Denied(
            401, "invalid_client", 700027,
            "The certificate with identifier used to sign the client assertion is not registered on application.",
        )  # fmt: skip
    key: Any = x509.load_pem_x509_certificate(pem.encode()).public_key()
    try:
        claims = jwt.decode(assertion, key, algorithms=["RS256"], audience=address, options={"require": ["exp", "jti"]})
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
        raise Denied(401, "invalid_client", 700024, "Client assertion is not within its valid time range.") from None
    except jwt.InvalidTokenError:
        raise Denied(401, "invalid_client", 700027, "Client assertion failed signature validation.") from None
    if not claims.get("iss") == claims.get("sub") == client_id:
        raise Denied(
            401,
            "invalid_client",
            700021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        )


def _thumbprint(pem: str) -> str:
    """The SHA-1 of the certificate in base64url, as x5t has it (RFC 7515, 4.1.7)."""
    digest = x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1())  # noqa: S303 - what x5t is made of
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
