"""The vault keeps secrets behind a pass phrase, and nothing of them anywhere else."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from crmdesk.errors import SignInError, StoreError, UserError
from crmdesk.store.secrets import SecretStore
from crmdesk.store.vault import SHORTEST, Vault

PHRASE = "correct horse battery staple"
MARKER = "5Aep861.marker-of-a-refresh-token"


def store(home: Path, phrase: str = "") -> SecretStore:
    environment = {"CRMDESK_PASSPHRASE": phrase} if phrase else {}
    return SecretStore("p1", home / "locks", keychains=(), environment=environment)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with a vault that holds one secret."""
    made = tmp_path_factory.mktemp("vault")
    (made / "locks").mkdir()
    secrets = store(made)
    secrets.vault.create(PHRASE)
    assert secrets.save("acme", {"token": MARKER}).is_stored
    return made


def test_a_secret_is_read_by_another_process_that_has_the_pass_phrase(home: Path) -> None:
    """R-324."""
    assert store(home, PHRASE).slot("acme", "token").read() == {"token": MARKER}


def test_no_byte_of_a_secret_or_of_the_pass_phrase_is_in_the_file(home: Path) -> None:
    """R-323, R-324."""
    content = b"".join(place.read_bytes() for place in home.rglob("*") if place.is_file())
    assert MARKER.encode() not in content
    assert PHRASE.encode() not in content
    assert b"acme" not in (home / "vault.json").read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE((home / "vault.json").stat().st_mode) == 0o600


def test_another_pass_phrase_and_none_at_all_open_nothing(home: Path) -> None:
    with pytest.raises(SignInError, match="does not open the vault"):
        store(home, "another horse entirely").read("acme", "token")
    with pytest.raises(SignInError, match="nobody is here") as caught:
        store(home).read("acme", "token")
    assert "CRMDESK_PASSPHRASE" in caught.value.hint


def test_a_person_who_mistypes_may_try_again(home: Path) -> None:
    said = iter(["wrong pass phrase", PHRASE])
    vault = Vault(home / "vault.json", home / "locks", lambda: next(said))
    with pytest.raises(SignInError):
        vault.read("acme")
    assert vault.read("acme") == {"token": MARKER}


def test_a_file_that_somebody_changed_is_refused(home: Path, tmp_path: Path) -> None:
    sealed = json.loads((home / "vault.json").read_text(encoding="utf-8"))
    other = "A" if sealed["content"][0] != "A" else "B"
    for change in ({"content": other + sealed["content"][1:]}, {"cost": 2**40}, {"nonce": "?"}, {"version": 2}):
        place = tmp_path / "vault.json"
        place.write_text(json.dumps(sealed | change), encoding="utf-8")
        with pytest.raises((StoreError, SignInError)):
            Vault(place, home / "locks", lambda: PHRASE).read("acme")


def test_a_forgotten_account_leaves_nothing_behind(home: Path) -> None:
    secrets = store(home, PHRASE)
    secrets.save("other", {"token": "x"})
    secrets.remove("other")
    assert store(home, PHRASE).read("other", "token") == {}
    assert store(home, PHRASE).read("acme", "token") == {"token": MARKER}


def test_what_cannot_be_sealed_is_said_and_stays_with_this_process(home: Path) -> None:
    secrets = store(home)
    saved = secrets.save("later", {"token": "x"})
    assert not saved.is_stored
    assert "nobody is here" in saved.reason
    assert secrets.read("later", "token") == {"token": "x"}


def test_a_short_pass_phrase_and_a_second_vault_are_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"{SHORTEST} characters"):
        Vault(tmp_path / "vault.json", home / "locks", str).create("short")
    with pytest.raises(UserError, match="already"):
        store(home).vault.create(PHRASE)
