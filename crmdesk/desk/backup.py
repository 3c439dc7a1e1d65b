"""A profile in one file: accounts, jobs, history, rejects, before-values; no secret, nothing of the practice org."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from shutil import copyfileobj, disk_usage

from crmdesk.errors import StoreError, UserError, unwritable
from crmdesk.places import private_directory
from crmdesk.store import Store
from crmdesk.tabular.files.private import open_private, written_beside

_DATABASE = "crmdesk.db"
_MARK = "crmdesk profile 1"
_RUNS = "runs"
_LOCK = ".lock"


def back_up(store: Store, place: Path) -> int:
    """Write the profile of `store` to the file `place`, which its owner alone can read; gives its size in bytes.

    Raises StoreError. A run that goes on meanwhile is in it as it stood.
    """
    try:
        with tempfile.TemporaryDirectory(dir=store.home) as folder, written_beside(place) as part:
            copy = Path(folder) / _DATABASE
            store.copy_to(copy)
            with open_private(part, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.comment = _MARK.encode()
                archive.write(copy, _DATABASE)
                for kept in sorted((store.home / _RUNS).rglob("*")):
                    if kept.is_file() and kept.suffix != _LOCK:
                        archive.write(kept, kept.relative_to(store.home).as_posix())
        return place.stat().st_size
    except OSError as error:
        hint = "Choose another place, or make room."
        raise StoreError(unwritable(place, error), hint=hint) from error


def restore(home: Path, place: Path) -> None:
    """Make the profile of `home`, which must not have one, from the file `place`; raises UserError and StoreError."""
    if (home / _DATABASE).exists():
        raise UserError(f"{home} is a profile already.", hint="Choose an empty place with --home DIR.")
    try:
        with zipfile.ZipFile(place) as archive:
            if archive.comment != _MARK.encode():
                raise _no_backup(place)
            members = sorted(
                archive.infolist(), key=lambda member: member.filename == _DATABASE
            )  # the profile is whole
            if not all(_is_ours(member.filename) for member in members):
                raise _no_backup(place)
            _refuse_too_large(members, home, place)
            for member in members:
                _unpack(archive, member, home)
    except (zipfile.BadZipFile, EOFError) as error:
        raise _no_backup(place) from error
    except OSError as error:
        raise StoreError(
            f"{place} cannot be unpacked: {error.strerror or error}.", hint="Check both places."
        ) from error


def _refuse_too_large(members: Sequence[zipfile.ZipInfo], home: Path, place: Path) -> None:
    """Raise StoreError when there is less room than the files say they take; more than that is not unpacked."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    wanted, free = sum(member.file_size for member in members), disk_usage(there).free
    if wanted > free:
        raise StoreError(
            f"{place} unpacks to {wanted / 1e9:,.1f} GB, and there are {free / 1e9:,.1f} GB free at {there}.",
            hint="Make room. Or choose another place with --home DIR.",
        )


def _is_ours(name: str) -> bool:
    """Whether a file of that name can be one of a profile, and leads nowhere else on any system."""
    path = PurePosixPath(name)
    is_inside = not path.is_absolute() and ".." not in path.parts and not set(name) & set("\\:\0")
    return is_inside and (name == _DATABASE or (path.parts[0] == _RUNS and len(path.parts) > 1))


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, home: Path) -> None:
    path = PurePosixPath(member.filename)
    folder = home
    private_directory(folder)
    for name in path.parts[:-1]:
        folder = private_directory(folder / name)
    part = folder / f".{path.name}.part"
    with archive.open(member) as packed, open_private(part, "wb") as file:
        copyfileobj(packed, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / path.name)


def _no_backup(place: Path) -> UserError:
    return UserError(f"{place} is no backup of a profile.", hint="`crmdesk profile backup FILE` makes one.")
