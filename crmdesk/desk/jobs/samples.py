"""The sample that comes with the program: ten contacts for the practice org, some of them wrong on purpose."""

from __future__ import annotations

import shutil
from pathlib import Path

from crmdesk.errors import StoreError
from crmdesk.places import private_directory, resource

_FILES = ("contacts.csv", "contacts.toml")


def bring_sample(home: Path) -> Path:
    """Copy the sample into the profile where it is not there yet, and give its job file; raises StoreError."""
    folder = private_directory(home / "samples")
    for name in _FILES:
        if not (folder / name).exists():
            try:
                shutil.copyfile(resource(f"samples/{name}"), folder / name)
            except OSError as error:
                raise StoreError(
                    f"The sample cannot be copied to {folder}: {error.strerror or error}.",
                    hint="Make room on the disk, or give the profile another place, then try again.",
                ) from error
    return folder / "contacts.toml"
