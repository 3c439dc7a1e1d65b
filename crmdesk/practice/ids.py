"""Record ids: 15 case-sensitive characters, and the 18-character form that survives being compared without case."""

from __future__ import annotations

import os
import re
from itertools import product

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHORT = 15
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_CAPITALS = str.maketrans({char: "1" if char.isupper() else "0" for char in _DIGITS})
_CHECKS = {
    "".join(group): _ALPHABET[sum(1 << place for place, bit in enumerate(group) if bit == "1")]
    for group in product("01", repeat=5)
}

POD = os.environ.get("CRMDESK_PRACTICE_POD", "7x")
"""The two characters that tell this org's ids from those of another."""

if re.fullmatch("[0-9A-Za-z]{2}", POD) is None:
    raise SystemExit("CRMDESK_PRACTICE_POD must be two letters or digits.")


def suffix(id15: str) -> str:
    """The three check characters: one bit for each capital letter, five bits a character (public Salesforce rule)."""
    capitals = id15.translate(_CAPITALS)
    return _CHECKS[capitals[:5]] + _CHECKS[capitals[5:10]] + _CHECKS[capitals[10:]]


def is_id(text: str) -> bool:
    """15 or 18 letters and digits; the check characters of the long form are not judged."""
    return _ID.fullmatch(text) is not None


def to18(record_id: str) -> str:
    """The 18-character form of an id given in either form. Raises ValueError for any other text.

    The long form may have lost its case on the way: the check characters tell which letters were capital.
    """
    if not is_id(record_id):
        raise ValueError(f"not a record id: {record_id!r}")
    return record_id + suffix(record_id) if len(record_id) == _SHORT else _restored(record_id)


def _restored(id18: str) -> str:
    if suffix(id18[:15]) == id18[15:]:
        return id18
    checks = id18[15:].upper()
    if any(char not in _ALPHABET for char in checks):
        raise ValueError(f"not a record id: {id18!r}")
    body = "".join(
        char.upper() if _ALPHABET.index(checks[place // 5]) >> place % 5 & 1 else char.lower()
        for place, char in enumerate(id18[:15])
    )
    if suffix(body) != checks:
        raise ValueError(f"not a record id: {id18!r}")
    return body + checks


def new_id(prefix: str, number: int) -> str:
    """The 18-character id of the number-th record (0 ≤ number < 62 ** 10) under a three-character key prefix."""
    if not 0 <= number < 62**10:
        raise ValueError(f"record number out of range: {number}")
    digits = ""
    for _ in range(10):
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    id15 = f"{prefix}{POD}{digits}"
    return id15 + suffix(id15)


def number_of(id18: str) -> int:
    """The number that `new_id` was given."""
    number = 0
    for char in id18[5:15]:
        number = number * 62 + _DIGITS.index(char)
    return number
