from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from crmdesk.errors import SignInError, StoreError
from crmdesk.store.keychains import KEYCHAINS, backend_name, find_keychain
from crmdesk.store.locks import held
from crmdesk.store.secrets import SecretStore
from tests.store.memory_keychain import LockedKeychain, MemoryKeychain

TOKEN = "00D5!marker-of-a-secret"

Open = Callable[..., SecretStore]


@pytest.fixture
def use() -> Iterator[Callable[[KeyringBackend], None]]:
    """Make a backend the one that keyring chooses."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def keychain(use: Callable[[KeyringBackend], None]) -> MemoryKeychain:
    keychain = MemoryKeychain()
    use(keychain)
    return keychain


@pytest.fixture
def open_secrets(tmp_path: Path) -> Open:
    def opened(profile: str = "p1", **environment: str) -> SecretStore:
        trusted = {backend_name(MemoryKeychain()), backend_name(LockedKeychain())}
        return SecretStore(profile, tmp_path, keychains=trusted, environment=environment)

    return opened


def test_a_saved_secret_is_read_by_another_process(keychain: MemoryKeychain, open_secrets: Open) -> None:
    saved = open_secrets().save("old_org", {"token": TOKEN, "user": "ann"})

    assert saved.is_stored
    assert open_secrets().slot("old_org", "token").read() == {"token": TOKEN, "user": "ann"}


def test_profiles_do_not_see_each_others_secrets(keychain: MemoryKeychain, open_secrets: Open) -> None:
    open_secrets().save("old_org", {"token": TOKEN})

    with pytest.raises(SignInError, match='no saved secret for the account "old_org"') as refusal:
        open_secrets("p2").slot("old_org", "token").read()
    assert "CRMDESK_SECRET_OLD_ORG" in refusal.value.hint


def test_each_secret_is_an_entry_of_its_own_and_a_removed_one_leaves_nothing(
    keychain: MemoryKeychain, open_secrets: Open
) -> None:
    secrets = open_secrets()
    assert secrets.save("old_org", {"token": "a" * 1_200, "refresh_token": "b" * 1_200}).is_stored
    secrets.save("old_org", {"token": "c"})
    assert secrets.read("old_org", "token") == {"token": "c"}
    assert not any("b" in value for value in keychain.entries.values())

    secrets.remove("old_org")

    assert not keychain.entries
    secrets.remove("old_org")


def test_a_secret_longer_than_an_entry_is_kept_in_pieces_that_go_with_it(
    keychain: MemoryKeychain, open_secrets: Open
) -> None:
    key = "".join(chr(33 + number % 90) for number in range(3_300))
    secrets = open_secrets()
    assert secrets.save("old_org", {"private_key": key, "token": "t"}).is_stored
    assert open_secrets().read("old_org", "private_key") == {"private_key": key, "token": "t"}

    secrets.save("old_org", {"private_key": key[:1_300]})
    assert open_secrets().read("old_org", "private_key") == {"private_key": key[:1_300]}
    assert len(keychain.entries) == 3
    secrets.remove("old_org")
    assert not keychain.entries


def test_the_environment_wins_is_taken_out_and_is_not_saved(keychain: MemoryKeychain, tmp_path: Path) -> None:
    environment = {"CRMDESK_SECRET_OLD_ORG": TOKEN, "PATH": "/bin"}
    trusted = (backend_name(keychain),)
    secrets = SecretStore("p1", tmp_path, keychains=trusted, environment=environment)
    secrets.save("old_org", {"token": "saved"})
    slot = secrets.slot("old_org", "token")

    assert environment == {"PATH": "/bin"}
    assert slot.read() == {"token": TOKEN}
    slot.exchange(lambda _: {"token": "rotated"})
    assert slot.read() == {"token": "rotated"}
    assert SecretStore("p1", tmp_path, keychains=trusted, environment={}).read("old_org", "token") == {"token": "saved"}


def test_a_child_does_not_inherit_the_secret(home: Path) -> None:
    code = (
        "import os, subprocess, sys; from pathlib import Path; from crmdesk.store import Store\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "print(subprocess.run(['env'], capture_output=True, text=True, check=True).stdout)\n"
        "print(store.secrets.slot('old_org', 'token').read())\n"
    )
    environment = {**os.environ, "CRMDESK_SECRET_OLD_ORG": TOKEN}

    child = subprocess.run(
        [sys.executable, "-c", code, str(home)], env=environment, capture_output=True, text=True, check=True
    )

    *inherited, known = child.stdout.splitlines()
    assert TOKEN not in "\n".join(inherited)
    assert TOKEN in known


def test_without_a_trusted_keychain_a_secret_is_known_to_this_process_only(
    use: Callable[[KeyringBackend], None], tmp_path: Path
) -> None:
    """R-324."""
    plain = MemoryKeychain()
    use(plain)
    secrets = SecretStore("p1", tmp_path, environment={})

    saved = secrets.save("old_org", {"token": TOKEN})

    assert not saved.is_stored
    assert "no credential store" in saved.reason
    assert secrets.keychain_name == ""
    assert secrets.slot("old_org", "token").read() == {"token": TOKEN}
    assert not plain.entries
    secrets.remove("old_org")
    assert secrets.read("old_org", "token") == {}


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, MemoryKeychain])
def test_a_backend_that_is_not_on_the_list_is_not_used(
    use: Callable[[KeyringBackend], None], backend: Callable[[], KeyringBackend]
) -> None:
    """R-324."""
    use(backend())

    assert find_keychain("p1") is None


def test_the_plain_text_backends_are_not_on_the_list() -> None:
    assert not any("alt" in name or "null" in name or "fail" in name or "file" in name for name in KEYCHAINS)


def test_of_several_chained_backends_only_a_trusted_one_is_used(use: Callable[[KeyringBackend], None]) -> None:
    plain, trusted = LockedKeychain(), MemoryKeychain()

    class Chained(ChainerBackend):
        priority = 0
        backends = (plain, trusted)

    use(Chained())  # type: ignore[no-untyped-call]

    found = find_keychain("p1", {backend_name(trusted)})
    assert found is not None
    found.write("old_org", {"token": TOKEN})
    assert TOKEN in trusted.entries.values()
    assert not plain.entries


def test_a_locked_keychain_is_told_and_not_mistaken_for_an_empty_one(
    use: Callable[[KeyringBackend], None], open_secrets: Open
) -> None:
    use(LockedKeychain())
    secrets = open_secrets()

    with pytest.raises(SignInError, match=r"could not be read \(KeyringLocked\)") as refusal:
        secrets.slot("old_org", "token").read()
    assert "Unlock it" in refusal.value.hint
    with pytest.raises(StoreError, match="could not be removed"):
        secrets.remove("old_org")
    assert not secrets.save("old_org", {"token": TOKEN}).is_stored


def test_a_keychain_that_refuses_a_secret_is_told_without_the_secret(
    keychain: MemoryKeychain, open_secrets: Open
) -> None:
    secrets = open_secrets()
    keychain.longest = 500

    saved = secrets.save("old_org", {"token": TOKEN * 100})

    assert not saved.is_stored
    assert "OSError" in saved.reason
    assert TOKEN not in saved.reason
    assert secrets.read("old_org", "token") == {"token": TOKEN * 100}


def test_no_secret_is_seen_in_what_the_objects_print(keychain: MemoryKeychain, open_secrets: Open) -> None:
    secrets = open_secrets(CRMDESK_SECRET_NEW_ORG=TOKEN)
    saved = secrets.save("old_org", {"token": TOKEN})
    slot = secrets.slot("old_org", "token")
    slot.exchange(lambda _: {"token": TOKEN})

    assert TOKEN not in "".join(map(repr, (secrets, saved, slot, find_keychain("p1", {backend_name(keychain)}))))


def test_a_rotated_secret_is_kept_where_the_old_one_came_from(keychain: MemoryKeychain, open_secrets: Open) -> None:
    open_secrets().save("old_org", {"token": "old"})

    open_secrets().slot("old_org", "token").exchange(lambda _: {"token": "new"})

    assert open_secrets().read("old_org", "token") == {"token": "new"}


def test_a_secret_that_another_process_is_replacing_is_waited_for(
    keychain: MemoryKeychain, open_secrets: Open, tmp_path: Path
) -> None:
    secrets = open_secrets()
    secrets.patience = 0.05
    with held(tmp_path / "secret-old_org.lock"), pytest.raises(StoreError, match="Another process is using"):
        secrets.read("old_org", "token")
