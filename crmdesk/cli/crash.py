"""A bug of ours, told in a sentence: where it happened goes to a file, never to a person."""

from __future__ import annotations

import sys
from pathlib import Path

from crmdesk.desk.crash_file import NAME, keep_crash
from crmdesk.errors import CrmDeskError


def kept_crash(home: Path) -> CrmDeskError:
    """Keep where the exception being handled came from in the profile, and give what to say of it."""
    error = sys.exception()
    try:
        place = keep_crash(home, error if error is not None else AssertionError())
        kept = f"What went wrong is written in {place}; whoever looks after CRM Desk needs that file."
    except OSError:
        kept = f"What went wrong could not be written to {home / NAME}."
    return CrmDeskError(
        "CRM Desk made a mistake of its own and stopped; what it had done is in the history.", hint=kept
    )
