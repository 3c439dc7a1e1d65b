"""Disks that are nearly full, and folders nobody may write in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[Path]:
    """A file system in memory at `place`; skips the test where nobody but an administrator may mount one."""
    place.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a small disk can be mounted by an administrator only")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, *, leaving: int) -> Path:
    """A file that takes what is free but `leaving` bytes."""
    filler = disk / "filler"
    status = os.statvfs(disk)
    with filler.open("wb") as file:
        file.write(b"\0" * (status.f_bavail * status.f_frsize - leaving))
    return filler


@contextmanager
def read_only(place: Path, **files: str) -> Iterator[Path]:
    """A folder with these files (suffix .csv) that can be read only, by the administrator too."""
    if os.geteuid() != 0:
        place.mkdir()
        _write(place, files)
        place.chmod(0o500)
        yield place
        place.chmod(0o700)
        return
    with mounted(place, "size=1m") as disk:
        _write(disk, files)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        yield disk


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
