"""An org that is not the profile's own, with an app that signs its users in by a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.practice.oauth.signing_in import Signer, register
from tests.practice.running import PracticeOrg, start_practice_org

CLIENT_ID = "desk"


@dataclass
class SigningOrg:
    """A running org; `key` is the PEM text of the private key of its app CLIENT_ID."""

    org: PracticeOrg
    key: str


@contextmanager
def signing_org(folder: Path) -> Iterator[SigningOrg]:
    """The org, until the block ends."""
    signer = Signer()
    org = start_practice_org(folder, "--contacts", "5", "--accounts", "2")
    try:
        register(org, client_id=CLIENT_ID, certificate=signer.public_pem)
        yield SigningOrg(org, signer.private_pem.decode())
    finally:
        org.end()
