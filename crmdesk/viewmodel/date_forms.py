"""The ways in which people write dates, each shown by an example rather than by its pattern."""

from __future__ import annotations

import re

DATE_FORMS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d", "%d %b %Y")
"""Patterns as strptime takes them; what is not among them can be typed."""

TIME_FORMS = tuple(f"{each} %H:%M" for each in DATE_FORMS[:4])

PATTERN = re.compile(r"%[dmYbyHMS](?:[^\w%\"”]?%[dmYbyHMS])+")
_PARTS = {"%d": "31", "%m": "01", "%Y": "2026", "%y": "26", "%b": "Jan", "%H": "14", "%M": "05", "%S": "09"}


def example_of(pattern: str) -> str:
    """Five past two on the last day of January as the pattern writes it: a day that is no month."""
    for sign, example in _PARTS.items():
        pattern = pattern.replace(sign, example)
    return pattern
