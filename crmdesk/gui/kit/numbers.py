"""Numbers as people read them."""

from __future__ import annotations


def number(value: int) -> str:
    """412,300 and not 412300."""
    return f"{value:,}"
