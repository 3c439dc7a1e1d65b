"""A profile goes into one file and comes back elsewhere, without its secrets."""

from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_job
from tests.cli.program import Program, profile

SECRET = "a-secret-that-must-not-leave"


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[object]]:
    """A backup, and what the profile told of its jobs, runs, rejects and accounts."""
    folder = tmp_path_factory.mktemp("profiles")
    with profile(folder / "profile") as program:
        (folder / "contacts.csv").write_text("Key,Name,Email\nBK1,One,\nBK2,Two,no address\n", encoding="utf-8")
        job = contacts_job(folder, name="kept")
        program.ask("job", "import", job)
        assert program.run("kept").counts() == {"read": 2, "created": 1, "rejected": 1}
        assert program.run("kept").counts() == {"read": 2, "updated": 1, "rejected": 1}
        (folder / "profile" / "vault.json").write_text(SECRET, encoding="utf-8")
        made = program.ask("profile", "backup", folder / "backup.zip")
        assert made.last == {"file": str(folder / "backup.zip"), "bytes": (folder / "backup.zip").stat().st_size}
        (folder / "profile" / "vault.json").unlink()
        return folder / "backup.zip", told(program)


def told(program: Program) -> list[object]:
    commands = (("job", "list"), ("job", "show", "kept"), ("runs",), ("rejects", "1"), ("account", "list"))
    before = program.home.parent / "before.csv"
    assert program.ask("before", "2", "--csv", before).code == 0
    return [*(program.ask(*command).lines for command in commands), before.read_text(encoding="utf-8")]


def test_a_profile_is_restored_elsewhere_with_its_history_and_before_values(
    backed_up: tuple[Path, list[object]], tmp_path: Path
) -> None:
    """R-231."""
    place, before = backed_up
    fresh = Program(tmp_path / "fresh")
    try:
        assert fresh.ask("profile", "restore", place).code == 0
        assert told(fresh) == before
        again = fresh.ask("profile", "restore", place)
        assert (again.code, "is a profile already" in again.error["message"]) == (2, True)
        assert {path.stat().st_mode & 0o77 for path in fresh.home.rglob("*")} == {0}
    finally:
        fresh.end()


def test_a_backup_is_private_and_holds_no_secret(backed_up: tuple[Path, list[object]]) -> None:
    """R-231."""
    place, _ = backed_up
    assert place.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(place) as archive:
        assert not any(name.startswith(("vault", "practice", "locks")) for name in archive.namelist())
        assert all(SECRET.encode() not in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize(
    "name",
    ["../outside", "vault.json", "/etc/passwd", "runs/../../out", "runs/..\\..\\out", "runs/a:b", "runs"],
)
def test_what_is_no_backup_is_refused_and_unpacks_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.zip").write_text("no archive", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.comment = b"crmdesk profile 1"
        archive.writestr("runs/1/good", "x")
        archive.writestr(name, "x")
    program = Program(tmp_path / "fresh")
    for place in ("text.zip", "bad.zip"):
        refused = program.ask("profile", "restore", tmp_path / place)
        assert (refused.code, "is no backup of a profile" in refused.error["message"]) == (2, True)
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "out").exists()
    assert not (program.home / "runs").exists()


def test_a_backup_that_says_it_is_larger_than_the_disk_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    place, fresh = tmp_path / "bomb.zip", Program(tmp_path / "fresh")
    with zipfile.ZipFile(place, "w") as archive:
        archive.comment = b"crmdesk profile 1"
        for number in range(shutil.disk_usage(tmp_path).free // 4_000_000_000 + 1):
            archive.writestr(f"runs/1/{number}", "x")
    content = place.read_bytes()
    one = struct.pack("<LL", 1, 1)  # of an entry: its bytes packed, and unpacked
    start = content.index(b"PK\x01\x02")
    place.write_bytes(content[:start] + content[start:].replace(one, struct.pack("<LL", 1, 4_000_000_000)))
    refused = fresh.ask("profile", "restore", place)
    assert (refused.code, "GB free" in refused.error["message"]) == (2, True)
    assert not fresh.home.exists() or not any(fresh.home.iterdir())
