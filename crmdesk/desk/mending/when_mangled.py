"""What is done with values that a spreadsheet has changed by itself."""

from __future__ import annotations

from enum import StrEnum


class WhenMangled(StrEnum):
    """Ask what to do, take the original values, or take those of the file."""

    ASK = "ask"
    ORIGINAL = "original"
    FILE = "file"
