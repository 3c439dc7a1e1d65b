"""Locks between processes. The operating system frees them when their holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crmdesk.errors import StoreError

_OWNER_ONLY = 0o600
_POLL = 0.01  # seconds
_GLANCE = 0.05  # seconds: how long a look at a lock by another process may keep it


class Busy(Exception):
    """Somebody else has the lock."""


@contextmanager
def held(path: Path, *, wait: float = 10 * _GLANCE) -> Iterator[None]:
    """Hold the lock on `path`, a file that is made when it is missing and stays.

    Raises Busy after `wait` seconds, and StoreError when there can be no such file.
    """
    lock = FileLock(path, mode=_OWNER_ONLY, thread_local=False)
    try:
        lock.acquire(timeout=wait, poll_interval=_POLL)
    except Timeout as error:
        raise Busy(str(path)) from error
    except OSError as error:
        raise _refused(path, error) from error
    try:
        yield
    finally:
        lock.release()


if sys.platform == "win32":

    def is_held(path: Path) -> bool:
        """Whether a living process, this one included, has the lock on `path`."""
        if not path.exists():
            return False
        try:
            with held(path, wait=_GLANCE):
                return False
        except Busy:
            return True

else:
    import fcntl

    def is_held(path: Path) -> bool:
        """Whether a living process, this one included, has the lock on `path`; told at once.

        Those who only look share the lock, so that none takes another for a holder.
        """
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _refused(path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path} cannot be locked: {error.strerror}.",
        hint="Look whether its folder exists and your user may write in it.",
    )
