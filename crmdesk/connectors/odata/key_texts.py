"""The text of a key of several properties, and the values of the properties in it.

That of an entity is its key predicate, `OrderID=10248,ProductID=11`, with the literals of version 4 and nothing
encoded; that of an alternate key has the texts of its parts with commas between. Source: OData 4.01, URL Conventions
4.3.1.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from crmdesk.connectors.odata.edm import Kind, literal
from crmdesk.connectors.odata.metadata import Property
from crmdesk.tabular.key_parts import joined_text, parted, plain_number

_PART = re.compile(r"([^=,'()\s]+)=([^,']*(?:'(?:[^']|'')*')?)(?:,|\Z)")


def key_text(key: Property, values: Mapping[str, str | None]) -> str | None:
    """The text of a key by the values of its parts; None where one is missing, or no predicate could hold it."""
    if key.is_predicate:
        return _predicate(key, values)
    return joined_text([_plain(part.kind, values[part.name]) for part in key.parts])


def key_values(key: Property, text: str) -> list[str]:
    """The values of the parts of a key, in their order; raises ValueError with a sentence where `text` is none."""
    if not key.is_predicate:
        return parted(text) if key.parts else [text]
    values = _values(key, text)
    # In another order, or with 011 for 11, it would name the same record and be another id.
    if values is None or _predicate(key, values) != text.strip():
        shown = ",".join(f"{part.name}={_EXAMPLES.get(part.kind, '…')}" for part in key.parts)
        raise ValueError(f"“{text}” is no id of this object: one is written {shown}.")
    return [values[part.name] or "" for part in key.parts]


def predicate_in(key: Property, written: str) -> str | None:
    """The text of the key that stands in another order or form, in an address say; None where there is none."""
    values = _values(key, written)
    return None if values is None else _predicate(key, values)


_EXAMPLES = {Kind.TEXT: "'…'"}


def _predicate(key: Property, values: Mapping[str, str | None]) -> str | None:
    pairs = [(part, values[part.name]) for part in key.parts]
    try:
        return ",".join(f"{part.name}={_literal(part, value)}" for part, value in pairs)
    except ValueError:
        return None


def _literal(part: Property, value: str | None) -> str:
    """A missing part raises ValueError, as one that is not of its kind does."""
    if value is None:
        raise ValueError(part.name)
    found = literal(part.kind, value, part.type)
    return plain_number(found) if part.kind is Kind.EXACT else found


def _values(key: Property, text: str) -> dict[str, str | None] | None:
    """The values by name; None where the names are not those of the parts, or what stands there is no predicate."""
    rest, found = text.strip(), dict[str, str | None]()
    while rest:
        part = _PART.match(rest)
        if part is None or part[1] in found:
            return None
        found[part[1]] = _value(part[2])
        rest = rest[part.end() :]
    return found if set(found) == {part.name for part in key.parts} else None


def _value(written: str) -> str:
    """The value of a literal: what stands in its quotes, or all of it."""
    return written[written.index("'") + 1 : -1].replace("''", "'") if written.endswith("'") else written


def _plain(kind: Kind, text: str | None) -> str | None:
    """A value as it is compared: services write numbers and GUIDs in more than one way."""
    if not text:
        return text
    if kind is Kind.GUID:
        try:
            return str(uuid.UUID(text))
        except ValueError:
            return text
    return plain_number(text) if kind is Kind.EXACT else text
