from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crmdesk.errors import StoreError
from crmdesk.model.run import RunOutcome, Tally
from crmdesk.store import Store
from crmdesk.store.database import Database
from crmdesk.store.locks import held
from crmdesk.store.migrate import migrate
from crmdesk.store.migrations import MIGRATIONS
from tests.store.profiles import new_run, prepared, send_all

PUBLISHED = (
    *("e492b77b", "62dc2929", "c5ab7008", "23428ba2", "a3739609", "cbcf155f", "20280998", "bf578554", "057594eb"),
    *("453534e0", "f99c2f20", "5b3600c0"),
)
"""The beginning of the SHA-256 of every migration that was published: none of them ever changes."""


@pytest.fixture
def permissive_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(home: Path) -> set[tuple[str, str]]:
    paths = [home, *home.rglob("*")]
    return {("directory" if path.is_dir() else "file", oct(stat.S_IMODE(path.stat().st_mode))) for path in paths}


@pytest.mark.usefixtures("permissive_umask")
@pytest.mark.parametrize("is_there", [True, False])
def test_nobody_else_can_read_a_profile(home: Path, is_there: bool) -> None:
    if is_there:
        home.mkdir(mode=0o777)
    store = Store.open(home, keychains=())
    run, _ = new_run(store)
    store.secrets.save("practice_org", {"token": "x"})
    with store.runs.claim_job("contacts"), store.runs.claim(run):
        assert modes(home) == {("directory", "0o700"), ("file", "0o600")}
    store.close()
    assert modes(home) == {("directory", "0o700"), ("file", "0o600")}


@pytest.mark.usefixtures("permissive_umask")
def test_a_directory_that_holds_other_things_keeps_its_mode(home: Path) -> None:
    home.mkdir(mode=0o755)
    (home / "letter.txt").write_text("x")

    Store.open(home, keychains=()).close()

    assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_what_was_stored_is_there_when_the_profile_is_opened_again(home: Path) -> None:
    """R-228."""
    store = Store.open(home, keychains=())
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 2, "source-1")
    ledger.add_sends([prepared(ledger, [1, 2])])
    ledger.end_prepare("rest")
    send_all(ledger)
    ledger.finish(RunOutcome.SUCCEEDED, 3, "")
    kept = store.runs.get(run)
    store.close()

    store = Store.open(home, keychains=())
    assert store.runs.get(run) == kept
    assert kept.tally == Tally(read=2, created=2)
    store.close()


def test_two_processes_may_have_a_profile_open(home: Path) -> None:
    one, two = Store.open(home, keychains=()), Store.open(home, keychains=())
    run, ledger = new_run(one)
    ledger.notice("Seen from the other side.")

    assert two.runs.get(run).notices == ("Seen from the other side.",)
    one.close()
    two.close()


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(store: Store) -> None:
    """R-210."""
    with store._database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    with store._database.passing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    with store._database.reading() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_profile_of_a_newer_version_is_refused_and_not_changed(home: Path) -> None:
    """R-228."""
    Store.open(home, keychains=()).close()
    with closing(sqlite3.connect(home / "crmdesk.db")) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = (home / "crmdesk.db").read_bytes()

    with pytest.raises(StoreError, match="newer version") as refusal:
        Store.open(home, keychains=())

    assert "Update CRM Desk" in refusal.value.hint
    assert (home / "crmdesk.db").read_bytes() == before


def test_a_migration_keeps_a_copy_of_the_file_as_it_was(home: Path) -> None:
    """R-228."""
    store = Store.open(home, keychains=())
    new_run(store)
    one_more = (*MIGRATIONS, ("CREATE TABLE later (x)", "DELETE FROM run"))
    before = len(MIGRATIONS)

    migrate(store._database, one_more)

    assert store._database.version == before + 1
    assert not store.runs.list()
    with closing(sqlite3.connect(home / f"crmdesk.db.version-{before}")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (before,)
        assert copy.execute("SELECT count(*) FROM run").fetchone() == (1,)
    store.close()


def test_a_migration_that_fails_changes_nothing(home: Path) -> None:
    store = Store.open(home, keychains=())
    new_run(store)
    broken = (*MIGRATIONS, ("DELETE FROM run", "SELECT * FROM nowhere"))

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(store._database, broken)

    assert store._database.version == len(MIGRATIONS)
    assert len(store.runs.list()) == 1
    store.close()


def test_migrations_wait_for_each_other_and_are_applied_once(home: Path) -> None:
    home.mkdir()
    database = Database(home / "crmdesk.db")
    with held(home / "migration.lock"), pytest.raises(StoreError, match="Another process is changing"):
        migrate(database, MIGRATIONS, wait=0.05)
    migrate(database, MIGRATIONS)
    migrate(database, MIGRATIONS)
    assert database.version == len(MIGRATIONS)
    database.close()


def test_a_published_migration_never_changes() -> None:
    seen = tuple(hashlib.sha256(repr(statements).encode()).hexdigest()[:8] for statements in MIGRATIONS)

    assert seen == PUBLISHED


def test_a_file_that_is_no_database_is_refused(home: Path) -> None:
    home.mkdir()
    (home / "crmdesk.db").write_bytes(b"Dear diary, " * 1_000)

    with pytest.raises(StoreError, match="is not a CRM Desk database"):
        Store.open(home, keychains=())
    assert (home / "crmdesk.db").read_bytes() == b"Dear diary, " * 1_000


def test_a_damaged_file_is_named_with_what_can_be_done(home: Path) -> None:
    Store.open(home, keychains=()).close()
    file = home / "crmdesk.db"
    file.write_bytes(file.read_bytes()[:4_096] + b"\xff" * (file.stat().st_size - 4_096))

    with pytest.raises(StoreError, match="is damaged") as refusal:
        Store.open(home, keychains=()).runs.list()
    assert "backup" in refusal.value.hint


def test_a_full_disk_is_named_and_nothing_half_written_stays(store: Store) -> None:
    run, ledger = new_run(store)
    ledger.begin_prepare()
    ledger.add_source_block(1, 50_000, "source-1")
    with store._database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    sends = [prepared(ledger, range(first, first + 2)) for first in range(1, 10_000, 2)]

    with pytest.raises(StoreError, match="The disk is full") as refusal:
        ledger.add_sends(sends)
    assert "Free some space" in refusal.value.hint
    assert not list(ledger.unsent())

    with store._database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    ledger.add_sends(sends)
    assert store.runs.get(run).tally.pending == 50_000
    with store._database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_read_only_file_is_named(store: Store) -> None:
    with store._database.reading() as connection:
        connection.execute("PRAGMA query_only = on")

    with pytest.raises(StoreError, match="read-only"):
        new_run(store)


def test_a_file_that_another_program_keeps_locked_is_named(store: Store, home: Path) -> None:
    with store._database.reading() as connection:
        connection.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(home / "crmdesk.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="Another program keeps"):
            new_run(store)
        other.execute("ROLLBACK")
    assert new_run(store)[0] == "1"


def test_a_profile_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreError, match="cannot be created"):
        Store.open(tmp_path / "file" / "profile", keychains=())
    with pytest.raises(StoreError, match="cannot be created"):
        Store.open(tmp_path / "file", keychains=())


_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from crmdesk.store import Store

store = Store.open(Path(sys.argv[1]), keychains=())
with store.runs.claim("1"):
    pass
store.close()
"""


def test_a_profile_opened_twice_in_one_process_still_sees_what_others_write(store: Store, home: Path) -> None:
    run, _ = new_run(store)
    Store.open(home, keychains=()).close()
    for _ in range(2):  # the first to end would delete the log of a file that nobody seems to have open
        child = subprocess.run([sys.executable, "-c", _ANOTHER_PROCESS, str(home)], check=True)
        assert child.returncode == 0
        assert store.runs.get(run).pid > 0
    with sqlite3.connect(home / "crmdesk.db") as another:
        [(pid,)] = another.execute("SELECT pid FROM run")
    another.close()
    assert store.runs.get(run).pid == pid
