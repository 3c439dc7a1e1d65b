"""What stands in the first column of a workbook: the reject's id with three letters that tell a typing mistake."""

from __future__ import annotations

import hashlib
import re

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_REFERENCE = re.compile(r"(R\d{1,9}-\d{1,10})-([A-Z]{3})")


def reference(reject: str) -> str:
    """The reference of the reject with this id; never like a number or a date to a spreadsheet."""
    digest = hashlib.sha256(reject.encode()).digest()
    return f"{reject}-{''.join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:3])}"


def reject_of(text: str) -> str:
    """The id of the reject that a reference stands for; "" when the text is none, or not as it was written."""
    found = _REFERENCE.fullmatch(text.strip())
    return found[1] if found is not None and reference(found[1]) == text.strip() else ""
