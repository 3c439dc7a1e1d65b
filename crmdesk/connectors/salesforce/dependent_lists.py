"""Dependent picklists: which values go with which value of the field that controls them.

(Object reference, PicklistEntry: `validFor` is a set of bits in Base64, the first bit the most significant one of the
first byte; bit n stands for entry n of the controlling list, or for 0 = false and 1 = true of a checkbox.)
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

_CHECKBOX = ("false", "true")


def values_for(
    field: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each value of the controlling field the active values of `field` that go with it; empty without one."""
    controller = next((each for each in fields if each["name"] == field.get("controllerName")), None)
    if controller is None or not field.get("dependentPicklist"):
        return ()
    if controller["type"] == "boolean":
        controlling: Sequence[str] = _CHECKBOX
    else:
        controlling = [entry["value"] for entry in controller.get("picklistValues") or ()]
    active = [entry for entry in field.get("picklistValues") or () if entry.get("active")]
    entries = [(entry["value"], _bits(entry.get("validFor"))) for entry in active]
    return tuple(
        (value, tuple(own for own, bits in entries if number in bits)) for number, value in enumerate(controlling)
    )


def _bits(text: str | None) -> frozenset[int]:
    """The numbers of the bits that are set."""
    try:
        content = base64.b64decode(text or "", validate=True)
    except binascii.Error:
        return frozenset()
    return frozenset(
        place * 8 + bit for place, byte in enumerate(content) for bit in range(8) if byte & (0b1000_0000 >> bit)
    )
