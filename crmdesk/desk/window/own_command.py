"""The command line of this very program, as children of the window run it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from crmdesk.errors import CrmDeskError
from crmdesk.places import module_command, private_directory

_NICE = 5

PROGRAM = [sys.executable] if getattr(sys, "frozen", False) else module_command("crmdesk")
"""What starts the program; whoever starts it in another way says so here."""


def own_command(home: Path, *arguments: str) -> list[str]:
    """The arguments of a process that carries out a command of the program on the profile `home`."""
    return [*PROGRAM, "--home", str(home), *arguments]


def children_folder(home: Path) -> Path:
    """Where the children of the window leave what they say; raises StoreError."""
    return private_directory(private_directory(home) / "children")


class Apart(TypedDict, total=False):
    """Arguments of a new process that set it apart from the one that starts it."""

    start_new_session: bool
    creationflags: int


def detached() -> Apart:
    """A process that lives on when its parent's window, terminal or group is ended; on Windows without a console.

    There it yields to others at once; elsewhere call `yield_to_others`.
    """
    if sys.platform == "win32":
        quiet = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": quiet | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def in_the_background() -> Apart:
    """A process that does not hear the terminal's Ctrl-C and, on Windows, has no console and yields to others."""
    if sys.platform == "win32":
        quiet = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": quiet | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def open_window(home: Path) -> None:
    """Open a window on the profile `home`, which lives on when this process ends; raises CrmDeskError."""
    try:
        nothing = subprocess.DEVNULL
        subprocess.Popen(own_command(home), stdin=nothing, stdout=nothing, stderr=nothing, **detached())
    except OSError as error:
        raise CrmDeskError(
            f"The window could not be opened: {error.strerror}.", hint="Close other programs, then try again."
        ) from error


def yield_to_others(pid: int) -> None:
    """Let the process that was just started, and what it starts, leave the processor to whatever a person looks at."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            os.setpriority(os.PRIO_PROCESS, pid, _NICE)
