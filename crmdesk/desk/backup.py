"""A profile in one file: accounts, jobs, history, rejects, before-values; no secret, nothing of the practice org."""

from __future__ import annotations

import os
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath
from shutil import copyfileobj

from crmdesk.errors import StoreError, UserError, unwritable
from crmdesk.places import private_directory
from crmdesk.store import Store
from crmdesk.tabular.files.private import open_private

_DATABASE = "crmdesk.db"
_MARK = "crmdesk profile 1"
_RUNS = "runs"
_LOCK = ".lock"
_MOST = 64 << 30  # bytes of one file, unpacked


def back_up(store: Store, place: Path) -> int:
    """Write the profile of `store` to the file `place`, which its owner alone can read; gives its size in bytes.

    Raises StoreError. A run that goes on meanwhile is in it as it stood.
    """
    part = place.with_name(f".{place.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=store.home) as folder:
            copy = Path(folder) / _DATABASE
            store.copy_to(copy)
            with open_private(part, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.comment = _MARK.encode()
                archive.write(copy, _DATABASE)
                for kept in sorted((store.home / _RUNS).rglob("*")):
                    if kept.is_file() and kept.suffix != _LOCK:
                        archive.write(kept, kept.relative_to(store.home).as_posix())
        part.replace(place)
        return place.stat().st_size
    except OSError as error:
        with suppress(OSError):  # what could not be written need not be there to be removed
            part.unlink(missing_ok=True)
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
            for member in members:
                _unpack(archive, member, home, place)
    except (zipfile.BadZipFile, EOFError) as error:
        raise _no_backup(place) from error
    except OSError as error:
        raise StoreError(
            f"{place} cannot be unpacked: {error.strerror or error}.", hint="Check both places."
        ) from error


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, home: Path, place: Path) -> None:
    path = PurePosixPath(member.filename)
    is_ours = member.filename == _DATABASE or path.parts[:1] == (_RUNS,)
    if not is_ours or path.is_absolute() or ".." in path.parts or member.file_size > _MOST:
        raise _no_backup(place)
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
