"""Alternate keys of several columns.

Microsoft Learn, "Define alternate keys for a table": text, whole and decimal numbers, dates, choices and lookups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmdesk.connectors.dynamics.columns.part import Part
from crmdesk.connectors.odata.joint_keys import joint_key


def key_of(columns: Sequence[str], parts: Sequence[Part]) -> Iterator[Part]:
    """The key of these columns; nothing where one of them is not among `parts`, or holds no value that is compared."""
    found = [part for name in columns for part in parts if part.field.name == name]
    properties = [part.property for part in found if part.property is not None]
    if len(properties) < len(columns):
        return
    joint = joint_key(properties, [part.field.label for part in found])
    if joint is not None:
        yield Part(*joint)
