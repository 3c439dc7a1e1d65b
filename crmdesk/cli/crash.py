"""A bug of ours, told in a sentence: its traceback goes to a file, never to a person."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from crmdesk.errors import CrmDeskError


def kept_crash(home: Path) -> CrmDeskError:
    """Keep the traceback of the exception being handled in the profile, and give what to say of it."""
    place = home / "crash.txt"
    kept = f"What went wrong is written in {place}; whoever looks after CRM Desk needs that file."
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            traceback.print_exc(file=file)
    except OSError:
        kept = f"What went wrong could not be written to {place}."
    return CrmDeskError(
        "CRM Desk made a mistake of its own and stopped; what it had done is in the history.", hint=kept
    )
