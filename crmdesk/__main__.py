"""Picks the edge: the window when nothing is asked for, the command line for everything else."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from typing import NoReturn

EXIT_REFUSED = 2
_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""


def main() -> NoReturn:
    """The program `crmdesk`."""
    arguments = sys.argv[1:]
    spare_memory()
    try:
        if _asks_for_window(arguments):
            sys.exit(_window(arguments))
        code = _command_line(arguments)
    except KeyboardInterrupt:  # Ctrl-C before anything was begun
        code = 130
    from crmdesk.cli.stopping import leave

    try:
        leave(code)
    except OSError:  # nobody takes our output: Python knows what is to be said of that
        sys.exit(code)


def spare_memory() -> None:
    """Give back at once what is free, in this process, if it has not loaded Polars yet, and in its children.

    jemalloc, by which Polars allocates, else keeps it for half a second: a third of the memory, for some of the CPU
    (bench/RESULTS.md).
    """
    # Behind what is there, because the last word counts: Polars tells its children of the half second.
    before = os.environ.get("_RJEM_MALLOC_CONF", "")
    os.environ["_RJEM_MALLOC_CONF"] = f"{before},dirty_decay_ms:0,muzzy_decay_ms:0".removeprefix(",")
    # glibc keeps what is free for each thread apart: a tenth of the memory of an import whose pages come side by side.
    if limit := getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None:
        limit(_ARENA_MAX, 1)


def _asks_for_window(arguments: list[str]) -> bool:
    """No command, and at most the profile."""
    match arguments:
        case []:
            return True
        case ["--home", home]:
            return bool(home) and not home.startswith("-")
        case [home]:
            return home.startswith("--home=") and home != "--home="
        case _:
            return False


def _window(arguments: list[str]) -> int:
    from crmdesk.gui.display import why_no_window

    obstacle = why_no_window()
    if obstacle:
        sys.stderr.write(f"{obstacle} This is the command line:\n\n")
        sys.stderr.flush()
        has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        return _command_line(arguments) or (0 if has_terminal else EXIT_REFUSED)

    from crmdesk.errors import CrmDeskError
    from crmdesk.gui.app import open_window
    from crmdesk.places import profile_home

    try:
        return open_window(profile_home("".join(arguments).removeprefix("--home").removeprefix("=") or None))
    except CrmDeskError as error:
        sys.stderr.write(f"{error.message} {error.hint}".rstrip() + "\n")
        return EXIT_REFUSED


def _command_line(arguments: list[str]) -> int:
    # What is loaded stays: looking for garbage in it, again and again, is a tenth of the start.
    gc.disable()
    from crmdesk.cli.app import run_command_line

    gc.freeze()
    gc.enable()
    return run_command_line(arguments)


if __name__ == "__main__":
    main()
