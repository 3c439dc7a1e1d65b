"""Numbers as other programs write them, as plain digits: no exponent, no sign in front of a zero, no idle zeros."""

from __future__ import annotations

import re
from decimal import Decimal

_PLAIN = re.compile(r"(?:0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MOST = 400  # digits on either side of the point that are written out; a binary double has 309 before it


def plain(text: str) -> str:
    """`1.50e3` as `1500`, exact to the last digit; what is no number, or has too many digits to write, as it is."""
    if _PLAIN.fullmatch(text):
        return text
    if _NUMBER.fullmatch(text) is None:
        return text
    number = Decimal(text)
    if number == 0:
        return "0"
    if abs(number.adjusted()) > _MOST:
        return text
    digits = format(number, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
