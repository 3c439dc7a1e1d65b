"""The apps of an org."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.practice.oauth.signing_in import (
    ADMIN,
    Signer,
    ask_token,
    good_claims,
    register,
    stranger,
)
from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


def test_apps_stand_in_a_file_of_the_folder(tmp_path: Path, signer: Signer) -> None:
    folder = tmp_path / "org"
    folder.mkdir()
    (folder / "apps.json").write_text(json.dumps([{"client_id": "signing", "certificate": signer.public_pem}]))
    first = start_practice_org(folder, "--contacts", "1")
    assert ask_token(first, signer.form(good_claims())).status_code == 200
    register(first, client_id="later", client_secret="s", run_as=ADMIN)
    assert stat.S_IMODE((folder / "apps.json").stat().st_mode) == 0o600
    first.end()
    second = start_practice_org(folder)
    assert ask_token(second, signer.form(good_claims())).status_code == 200
    later = {"grant_type": "client_credentials", "client_id": "later", "client_secret": "s"}
    assert ask_token(second, later).status_code == 200
    second.end()


def test_the_list_of_apps_tells_no_secret(shared_org: PracticeOrg) -> None:
    reply = shared_org.get("/practice/apps")
    assert {"practice-app", "PlatformCLI"} <= {each["client_id"] for each in reply.json()}
    assert "practice-secret" not in reply.text
    with stranger() as session:
        assert session.get(f"{shared_org.url}/practice/apps", timeout=100).status_code == 401


def test_an_app_that_makes_no_sense_is_refused(shared_org: PracticeOrg) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    curve_pem = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for app in (
        {},
        {"client_id": ""},
        {"client_id": "x", "callbacks": ["no address"]},
        {"client_id": "x", "certificate": "nonsense"},
        {"client_id": "x", "certificate": curve_pem},
        {"client_id": "x", "certificate": Signer(1024).public_pem},
        {"client_id": "x", "colour": "red"},
    ):
        reply = shared_org.post("/practice/apps", app)
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "NOT_UNDERSTOOD")
