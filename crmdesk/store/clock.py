"""The time as the store writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache


def now() -> str:
    """This moment, ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=256)  # a page of rejects has few moments
def moment(seconds: int) -> str:
    """Seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def after(at: str, seconds: float) -> str:
    """The moment so many seconds behind another one (ISO 8601), ISO 8601 in UTC."""
    later = datetime.fromisoformat(at).astimezone(UTC) + timedelta(seconds=seconds)
    return later.isoformat(timespec="milliseconds").replace("+00:00", "Z")
