"""Numbers as people read them, and what is counted by them."""

from __future__ import annotations

import locale


def number(count: int) -> str:
    """`count` with the separator of the process's locale, a comma where it has none."""
    return f"{count:,}".replace(",", locale.localeconv()["thousands_sep"] or ",")


def counted(count: int, one: str, several: str = "") -> str:
    """The number and its noun: “1 row”, “412,300 rows”. `several` is needed where an s at the end is not enough."""
    return f"{number(count)} {one if count == 1 else several or one + 's'}"
