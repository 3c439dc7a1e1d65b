"""What one cell of a sheet can hold without changing what it says."""

from __future__ import annotations

from datetime import date, datetime

MOST_TEXT = 32_767
"""UTF-16 units of one cell."""

_FIRST_DAY = date(1900, 3, 1)  # before, spreadsheets disagree on how days are counted


def fits(text: str) -> bool:
    """Whether a cell can hold the text; one that cannot is left empty, and what it stood for is not changed."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 <= MOST_TEXT


def real_date(text: str, pattern: str) -> date | None:
    """The day that a text means exactly, None where a cell would not say the same."""
    try:
        day = datetime.strptime(text, pattern or "%Y-%m-%d").date()  # noqa: DTZ007 - a date without a place
    except ValueError:
        return None
    return day if day >= _FIRST_DAY and day.strftime(pattern or "%Y-%m-%d") == text else None
