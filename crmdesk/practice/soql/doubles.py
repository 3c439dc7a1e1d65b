"""Doubles as Bulk CSV prints them."""

from __future__ import annotations

_LEAST_PLAIN, _FIRST_SCIENTIFIC = 1e-3, 1e7


def java_double(value: float) -> str:
    """A double as Java's `Double.toString` prints it: `1000.0`, but `6.0E7` (as seen in files exported from orgs)."""
    if value == 0 or _LEAST_PLAIN <= abs(value) < _FIRST_SCIENTIFIC:
        return _plain(value)
    mantissa, _, exponent = f"{value!r}".lower().partition("e")
    if not exponent:
        # As few digits as tell the value from its neighbours.
        digits = next(count for count in range(1, 18) if float(f"{value:.{count}e}") == value)
        mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}E{int(exponent)}"


def _plain(value: float) -> str:
    text = repr(value)
    return f"{value:.17f}".rstrip("0") if "e" in text else text
