"""Which field a refusal is about, where the service tells it in words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.metadata import EntitySet
from crmdesk.connectors.odata.record import Record
from crmdesk.connectors.odata.wire import Refusal

_BETWEEN = re.compile(r", | and ")


def named(said: Refusal, record: Record) -> Refusal:
    """The refusal with the field that its words name, where the service does not name it otherwise."""
    if said.field:
        return said
    found = next((name for name in _named(said, record) if name), "")
    return replace(said, field=found) if found else said


def _named(said: Refusal, record: Record) -> Iterator[str]:
    """Names of fields, "" for words that are none, the surest first."""
    entity_set, dialect = record.entity_set, record.entity_set.dialect
    for piece in said.message.split("'")[1::2]:
        yield _field(entity_set, piece.removesuffix("@odata.bind"))
    for words in dialect.field_words:
        told = re.search(words, said.message)
        for piece in _BETWEEN.split(told[1]) if told else ():
            yield _field(entity_set, piece.replace(" ", ""))
    own = dialect.field_codes.get(said.code, "")
    yield own if own in record.values else ""
    yield _by_id(said.message.casefold(), record)


def _field(entity_set: EntitySet, name: str) -> str:
    found = entity_set.find(name) or entity_set.written_by(f"{name}@odata.bind")
    return "" if found is None else found.name


def _by_id(message: str, record: Record) -> str:
    """The link whose id the words quote, or the key of the record itself."""
    sent = {name: found for name in record.values if (found := record.entity_set.find(name)) is not None}
    for name, found in sent.items():
        if found.kind is Kind.GUID and record.values[name] and record.values[name].casefold() in message:
            return name
    is_own = record.entity_set.id.kind is Kind.GUID and bool(record.key) and not record.made
    return record.entity_set.id.name if is_own and (record.key or "").casefold() in message else ""
