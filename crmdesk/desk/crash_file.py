"""A bug of ours: where it happened goes to a file in the profile, never to a person, and nobody's data with it."""

from __future__ import annotations

import os
import platform
import traceback
from collections.abc import Iterator
from pathlib import Path

from crmdesk import __version__
from crmdesk.errors import CrmDeskError

NAME = "crash.txt"


def kept_crash(home: Path, error: BaseException) -> CrmDeskError:
    """Keep where `error` came from in the profile, and give what to say of it."""
    try:
        place = keep_crash(home, error)
        kept = f"What went wrong is written in {place}; whoever looks after CRM Desk needs that file."
    except OSError:
        kept = f"What went wrong could not be written to {home / NAME}."
    return CrmDeskError(
        "CRM Desk made a mistake of its own and stopped; what it had done is in the history.", hint=kept
    )


def keep_crash(home: Path, error: BaseException) -> Path:
    """Write where `error` came from into the profile, readable by its owner only; raises OSError.

    Exceptions are named by their kind and not by their words, which may hold a value of a row or a secret.
    """
    place = home / NAME
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"CRM Desk {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
        file.writelines(_told(error))
    return place


def _told(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "\nwhich led to\n"
    yield "\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"
