"""Record ids of Dynamics and of many OData services: GUIDs, which people and spreadsheets write in several ways.

RFC 9562, 4: 32 hexadecimal digits in groups of 8-4-4-4-12; upper and lower case are one. Windows puts them in braces.
"""

from __future__ import annotations

import re

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.types.cells import Cells, Fault, by_distinct, quoted

_PLAIN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_WRITTEN = re.compile(
    r"\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?", re.IGNORECASE
)


def guids(text: pl.Series) -> Cells:
    """GUIDs in small letters without braces, so that one record has one id however it was written."""
    return by_distinct(text, text.str.contains(_PLAIN), plain_guid)


def plain_guid(text: str) -> str | Fault:
    """One GUID in its plain form."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return Fault(Check.NOT_AN_ID, f"{quoted(text)} is not a record id: it needs 32 hexadecimal digits (a GUID).")
    return "-".join(found.groups()).lower()
