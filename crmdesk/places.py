"""Where things are on this computer: the profile, and the files that come with the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

from crmdesk.errors import StoreError


def profile_home(given: str | None = None) -> Path:
    """The profile's directory: `given`, else CRMDESK_HOME, else the system's place for local (not roaming) data."""
    chosen = given or os.environ.get("CRMDESK_HOME")
    return (
        Path(chosen).expanduser().absolute() if chosen else Path(platformdirs.user_data_dir("crmdesk", appauthor=False))
    )


def module_command(module: str, *arguments: str) -> list[str]:
    """What starts a module of the program in a process of its own.

    Modules are not looked for in the current directory (`-P`), which may be a folder that somebody else has filled.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def private_directory(path: Path) -> Path:
    """`path` as a directory that only its owner can enter, made where it is missing; raises StoreError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise StoreError(
            f"The profile {path} cannot be used: {error.strerror or error}.",
            hint="Give your user the right to write there. Or choose another place with --home DIR or CRMDESK_HOME.",
        ) from error
    return path


def resource(name: str) -> Path:
    """A file that comes with the program, by its path below resources/."""
    package = Path(__file__).parent
    installed = package / "resources" / name
    return installed if installed.exists() else package.parent / "resources" / name
