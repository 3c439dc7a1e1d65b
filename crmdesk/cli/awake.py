"""The computer does not fall asleep while a run goes on, where its system has a way to ask for that."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_KEEP_SYSTEM_AWAKE = 0x80000000 | 0x00000001
"""Win32, SetThreadExecutionState: ES_CONTINUOUS with ES_SYSTEM_REQUIRED."""

_AS_BEFORE = 0x80000000


@contextmanager
def kept_awake() -> Iterator[None]:
    """Keep the computer awake as long as the block lasts; the screen may go dark. Does nothing where nothing can."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetThreadExecutionState(_KEEP_SYSTEM_AWAKE)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetThreadExecutionState(_AS_BEFORE)
        return
    child = _guardian()
    try:
        yield
    finally:
        if child is not None:
            child.terminate()
            child.wait()


def guardian_command(pid: int) -> list[str]:
    """The command of the system that holds off sleep until the process has ended; empty where there is none."""
    if sys.platform == "darwin" and (caffeinate := shutil.which("caffeinate")):
        return [caffeinate, "-i", "-w", str(pid)]
    inhibit, tail = shutil.which("systemd-inhibit"), shutil.which("tail")
    if inhibit and tail:
        why = ["--what=sleep:idle", "--mode=block", "--who=CRM Desk", "--why=A run is going on"]
        return [inhibit, *why, tail, f"--pid={pid}", "-f", os.devnull]
    return []


def _guardian() -> subprocess.Popen[bytes] | None:
    command = guardian_command(os.getpid())
    if not command:
        return None
    quiet = subprocess.DEVNULL
    try:
        return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError:  # the computer may fall asleep, as it would without us
        return None
