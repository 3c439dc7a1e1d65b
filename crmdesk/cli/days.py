"""Days as options give them."""

from __future__ import annotations

from datetime import date

from crmdesk.errors import UserError


def day_of(text: str) -> date | None:
    """The day that `text` names, None for an empty one; raises UserError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserError(f"“{text}” is no day.", hint="Write it like 2026-01-31.") from error
